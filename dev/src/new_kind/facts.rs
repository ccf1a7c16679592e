//! The stand-in's facts about a kind, for each release.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value as Json;

/// A kind in all releases that have it.
pub(super) struct Facts {
    /// The kind, such as `Postgres`.
    pub(super) kind: String,
    /// The plural, such as `postgreses`.
    pub(super) plural: String,
    /// The prefix of the names of Helm releases, such as `postgres-`.
    pub(super) prefix: String,
    /// The releases with facts, oldest first.
    pub(super) releases: Vec<String>,
    /// The schema of the spec by release, oldest first.
    pub(super) schemas: Vec<(String, Json)>,
}

impl Facts {
    /// Reads the facts about a kind.
    ///
    /// # Errors
    ///
    /// The facts are not readable, or the kind is unknown.
    pub(super) fn load(folder: &Path, kind: &str) -> Result<Facts> {
        let mut facts = Facts {
            kind: String::new(),
            plural: String::new(),
            prefix: String::new(),
            releases: releases(folder)?,
            schemas: Vec::new(),
        };
        let mut known = Vec::new();
        for release in &facts.releases {
            let path = folder.join(format!("{release}.json"));
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let table: Vec<Json> = serde_json::from_str(&text)
                .with_context(|| format!("reading {}", path.display()))?;
            let text = |entry: &Json, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
            known = table.iter().map(|entry| text(entry, "kind")).collect();
            let found = table
                .iter()
                .find(|entry| text(entry, "kind").eq_ignore_ascii_case(kind));
            if let Some(found) = found {
                facts.kind = text(found, "kind");
                facts.plural = text(found, "plural");
                facts.prefix = text(found, "prefix");
                facts
                    .schemas
                    .push((release.clone(), found["schema"].clone()));
            }
        }
        if facts.schemas.is_empty() {
            bail!(
                "no table has the kind `{kind}`; there are {}",
                known.join(", ")
            );
        }
        Ok(facts)
    }
}

/// The releases with facts, oldest first.
fn releases(folder: &Path) -> Result<Vec<String>> {
    let mut releases = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let name = entry?.file_name();
        if let Some(release) = name.to_str().and_then(|name| name.strip_suffix(".json")) {
            releases.push(release.to_owned());
        }
    }
    releases.sort_by_key(|release| {
        let parts = release.split('.').map(|part| part.parse().unwrap_or(0));
        parts.collect::<Vec<u32>>()
    });
    Ok(releases)
}
