//! The provider's page: what `templates/index.md` says, with the example, the kinds and the schema.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use hikube::provider::Block;
use hikube::resource::{Ephemeral, Kind};
use hikube::schema::Spec as _;

use super::page::{example, short_name};
use super::schema::{Extras, render};

const TEMPLATE: &str = "templates/index.md";

/// The page.
///
/// # Errors
///
/// The template or the example is missing, or the template leaves one of its parts out.
pub(super) fn page(root: &Path, kinds: &'static [Kind]) -> Result<String> {
    let template = fs::read_to_string(root.join(TEMPLATE))
        .with_context(|| format!("reading {TEMPLATE}"))?
        .replace("\r\n", "\n");
    let parts = [
        (
            "{{example}}",
            example(root, "provider/provider.tf", "terraform")?,
        ),
        ("{{kinds}}", table(kinds)),
        ("{{schema}}", render(&Block::object(), &Extras::default())),
    ];
    let mut page = template;
    for (mark, part) in parts {
        ensure!(page.contains(mark), "{TEMPLATE} has no {mark}");
        page = page.replace(mark, part.trim_end());
    }
    Ok(page)
}

fn table(kinds: &'static [Kind]) -> String {
    let link = |ephemeral: &Ephemeral| {
        let name = &ephemeral.type_name;
        let page = short_name(name);
        format!("[`{name}`](ephemeral-resources/{page}.md)")
    };
    let rows = kinds.iter().map(|kind| {
        let (name, page) = (kind.type_name, short_name(kind.type_name));
        let credentials = Ephemeral::of(kind).map(|ephemeral| link(&ephemeral));
        format!(
            "| {} | [`{name}`](resources/{page}.md) | [`{name}`](data-sources/{page}.md) | {} |\n",
            kind.title,
            credentials.unwrap_or_default()
        )
    });
    format!(
        "| Kind | Resource | Data source | Credentials, kept nowhere |\n|---|---|---|---|\n{}| Any Secret | | | {} |\n",
        rows.collect::<String>(),
        link(&Ephemeral::secret())
    )
}
