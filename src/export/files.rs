use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::configuration::Exported;
use crate::schema::pattern::whole;

/// The provider's source, for a folder without a configuration.
const PROVIDER: &str = "terraform {
  required_providers {
    hikube = {
      source = \"hikube/hikube\"
    }
  }
}
";

/// The exported objects by type.
#[derive(Default)]
pub(super) struct Files(BTreeMap<String, Vec<Exported>>);

impl Files {
    pub(super) fn add(&mut self, object: Exported) {
        self.0
            .entry(object.type_name.clone())
            .or_default()
            .push(object);
    }

    /// The configuration of all objects.
    pub(super) fn text(&self) -> String {
        let files: Vec<String> = self.0.values().map(|objects| file(objects)).collect();
        files.join("\n")
    }

    /// Writes a file for each type, and one with the provider's source where there is no configuration yet.
    ///
    /// # Errors
    /// A file exists or cannot be written. Nothing is written if a file exists.
    pub(super) fn write(&self, folder: &Path) -> Result<(), String> {
        let told = |path: &Path, error: &io::Error| format!("{}: {error}", path.display());
        fs::create_dir_all(folder).map_err(|error| told(folder, &error))?;
        let mut files: Vec<(String, String)> = self
            .0
            .iter()
            .map(|(type_name, objects)| (format!("{type_name}.tf"), file(objects)))
            .collect();
        if !has_configuration(folder).map_err(|error| told(folder, &error))? {
            files.push(("provider.tf".to_owned(), PROVIDER.to_owned()));
        }
        for (name, _) in &files {
            let path = folder.join(name);
            if path.exists() {
                return Err(format!(
                    "{} exists. Remove it, or choose another folder with --out",
                    path.display()
                ));
            }
        }
        for (name, text) in &files {
            let path = folder.join(name);
            let file = OpenOptions::new().write(true).create_new(true).open(&path);
            let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
            written.map_err(|error| told(&path, &error))?;
        }
        Ok(())
    }

    pub(super) fn summary(&self, folder: &Path) -> String {
        let count: usize = self.0.values().map(Vec::len).sum();
        let objects = if count == 1 { "object" } else { "objects" };
        format!(
            "{count} {objects} of {} types in {}. Run `terraform init` and `terraform plan` there.",
            self.0.len(),
            folder.display()
        )
    }
}

fn has_configuration(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if entry?.path().extension().is_some_and(|end| end == "tf") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The configuration of the objects of a type.
fn file(objects: &[Exported]) -> String {
    let mut used = BTreeSet::new();
    let blocks = objects.iter().map(|object| {
        let label = label(object, &mut used);
        // A value of the library's own types can always be formatted.
        hcl::format::to_string(&object.body(&label)).unwrap_or_default()
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// A label for the resource block: the name, with the namespace where another object has that name.
fn label(object: &Exported, used: &mut BTreeSet<String>) -> String {
    let [namespace, name] = &object.place;
    let name = name.replace(['/', '.'], "_");
    let valid = |label: String| {
        if whole("[A-Za-z_][A-Za-z0-9_-]*", &label) {
            label
        } else {
            format!("_{label}")
        }
    };
    let mut label = valid(name.clone());
    if used.contains(&label) {
        label = valid(format!("{namespace}_{name}"));
    }
    let (first, mut count) = (label.clone(), 2);
    while !used.insert(label.clone()) {
        label = format!("{first}_{count}");
        count += 1;
    }
    label
}
