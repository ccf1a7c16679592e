//! The pages in `docs/`, in the layout of the Terraform Registry. They are generated from the declarations of the
//! kinds and from `examples/`; only the guides are written by hand.

mod action;
mod catalogue;
mod ephemeral;
mod function;
mod list;
mod page;
mod provider;
mod resource;
mod schema;
mod values;

use std::path::{Path, PathBuf};

use anyhow::Result;
use hikube::catalogue::CATALOGUES;
use hikube::kinds::{DATA_SOURCES, KINDS};
use hikube::provider::{Capability, DataSource, Registry};

use crate::generate::Generated;

/// The folders that contain only generated files.
pub(crate) const FOLDERS: &[&str] = &[
    "docs/resources",
    "docs/data-sources",
    "docs/ephemeral-resources",
    "docs/list-resources",
    "docs/functions",
    "docs/actions",
];

/// Generates the page of the provider, and one for each of its types, functions and actions.
///
/// # Errors
///
/// An example or a template is missing.
pub(crate) fn generate(root: &Path) -> Result<Vec<Generated>> {
    let registry = Registry::new(KINDS, DATA_SOURCES, CATALOGUES);
    let mut files = vec![file(
        "docs/index.md".into(),
        provider::page(root, &registry)?,
    )];
    let all = |capability| registry.names(capability);
    for one in all(Capability::Resource).filter_map(|name| registry.resource(name)) {
        let name = page::short_name(&one.type_name);
        let path = format!("docs/resources/{name}.md");
        files.push(file(path, resource::page(root, one)?));
    }
    for one in all(Capability::DataSource).filter_map(|name| registry.data_source(name)) {
        let name = page::short_name(one.type_name());
        let path = format!("docs/data-sources/{name}.md");
        let has_resource = registry.resource(one.type_name()).is_some();
        let page = match one {
            DataSource::Object(model) => resource::data_source_page(root, model, has_resource)?,
            DataSource::Catalogue(catalogue) => catalogue::page(root, catalogue)?,
        };
        files.push(file(path, page));
    }
    for one in all(Capability::EphemeralResource).filter_map(|name| registry.ephemeral(name)) {
        let name = page::short_name(&one.type_name);
        let path = format!("docs/ephemeral-resources/{name}.md");
        files.push(file(path, ephemeral::page(root, one)?));
    }
    for one in all(Capability::ListResource).filter_map(|name| registry.list_resource(name)) {
        let name = page::short_name(&one.type_name);
        let path = format!("docs/list-resources/{name}.md");
        files.push(file(path, list::page(root, one)?));
    }
    for one in all(Capability::Function).filter_map(|name| registry.function(name)) {
        let path = format!("docs/functions/{}.md", one.name);
        files.push(file(path, function::page(root, one)?));
    }
    for one in all(Capability::Action).filter_map(|name| registry.action(name)) {
        let name = page::short_name(one.type_name);
        let path = format!("docs/actions/{name}.md");
        files.push(file(path, action::page(root, one)?));
    }
    Ok(files)
}

fn file(path: String, content: String) -> Generated {
    Generated {
        path: PathBuf::from(path),
        content,
    }
}
