//! The pages of resources and data sources.

use std::fs;
use std::path::Path;

use anyhow::Result;
use hikube::resource::ResourceType;

use super::page::{example, front_matter, short_name};
use super::schema::{Extras, render};

/// The page of a resource.
///
/// # Errors
///
/// One of its examples is missing.
pub(super) fn page(root: &Path, model: &ResourceType) -> Result<String> {
    let name = &*model.type_name;
    let file = |name: &str| format!("resources/{}/{name}", model.type_name);
    let usage = usage(root, name)?;
    let import_block = example(root, &file("import-by-string-id.tf"), "terraform")?;
    let import = example(root, &file("import.sh"), "shell")?;
    let schema = render(
        &model.schema,
        &Extras {
            sentences: timeouts(model),
            lists_values: true,
            index: Some("../index.md"),
        },
    );
    let head = front_matter(
        &format!("{name} Resource - hikube"),
        &model.subcategory,
        &model.description,
    );
    let id = match &model.entry {
        None if model.names_kind => {
            "`namespace/Kind/name`, or `Kind/name` if the object is in the provider's namespace"
        }
        None => "`namespace/name`, or `name` if the object is in the provider's namespace",
        Some(_) => "the `id` of its object, `/` and its name",
    };
    Ok(format!(
        "{head}\n# {name} (Resource)\n\n{}{}\n\n## Example Usage\n\n{usage}\n{schema}\n## Import\n\n\
         The import ID is {id}. With an `import` block:\n\n{import_block}\nWith the CLI:\n\n{import}",
        model.description,
        more(model)
    ))
}

/// The example of a resource, and its further examples `resource-*.tf`.
fn usage(root: &Path, type_name: &str) -> Result<String> {
    let folder = format!("resources/{type_name}");
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("examples").join(&folder))
        .into_iter()
        .flatten()
    {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("resource-") {
            names.push(name);
        }
    }
    names.sort();
    let mut text = example(root, &format!("{folder}/resource.tf"), "terraform")?;
    for name in names {
        text.push('\n');
        text.push_str(&example(root, &format!("{folder}/{name}"), "terraform")?);
    }
    Ok(text)
}

/// The page of a data source.
///
/// # Errors
///
/// Its example is missing.
pub(super) fn data_source_page(
    root: &Path,
    model: &ResourceType,
    has_resource: bool,
) -> Result<String> {
    let name = &*model.type_name;
    let usage = example(
        root,
        &format!("data-sources/{name}/data-source.tf"),
        "terraform",
    )?;
    let schema = render(
        &model.data_source,
        &Extras::default().with_index("../index.md"),
    );
    let description = if has_resource {
        format!("Reads an existing {}.", model.title)
    } else {
        model.description.to_string()
    };
    let more = if has_resource {
        let page = short_name(name);
        format!(
            " All attributes have the values in use, including the platform's defaults. See the \
             [resource](../resources/{page}.md) for the valid values."
        )
    } else {
        String::new()
    };
    let head = front_matter(
        &format!("{name} Data Source - hikube"),
        &model.subcategory,
        &description,
    );
    Ok(format!(
        "{head}\n# {name} (Data Source)\n\n{description}{more}\n\n## Example Usage\n\n{usage}\n{schema}"
    ))
}

/// What a resource for any kind, or for entries of another object, says after its description.
fn more(model: &ResourceType) -> String {
    if model.names_kind {
        return " See [Kinds newer than the provider](../guides/newer-kinds.md).".to_owned();
    }
    if model.subcategory == "Backups" {
        return " See [Backups and restores](../guides/backups.md).".to_owned();
    }
    let Some(entry) = &model.entry else {
        return String::new();
    };
    let (object, attribute) = (entry.object_type, entry.attribute);
    let page = short_name(object);
    format!(
        "\n\nUse this resource to manage an entry of `{attribute}` apart from its \
         [`{object}`]({page}.md), for example in another configuration. The same entry must not be in \
         `{attribute}`. To move an entry from there to this resource and back, see \
         [Entries as resources](../guides/entries-as-resources.md)."
    )
}

/// The default of each timeout.
fn timeouts(model: &ResourceType) -> Vec<(&'static str, String)> {
    let usual = model.timeouts;
    [
        ("timeouts.create", usual.create),
        ("timeouts.update", usual.update),
        ("timeouts.delete", usual.delete),
    ]
    .map(|(path, minutes)| (path, format!("Defaults to `{minutes}m`.")))
    .into()
}
