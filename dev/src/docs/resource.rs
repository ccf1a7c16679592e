//! The pages of a kind: its resource and its data source.

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
    let usage = example(root, &file("resource.tf"), "terraform")?;
    let import_block = example(root, &file("import-by-string-id.tf"), "terraform")?;
    let import = example(root, &file("import.sh"), "shell")?;
    let schema = render(
        &model.schema,
        &Extras {
            sentences: timeouts(model),
            explains_values: true,
        },
    );
    let head = front_matter(
        &format!("{name} Resource - hikube"),
        &model.subcategory,
        &model.description,
    );
    Ok(format!(
        "{head}\n# {name} (Resource)\n\n{}\n\n## Example Usage\n\n{usage}\n{schema}\n## Import\n\n\
         The id is the namespace and the name, `namespace/name`; in the provider's namespace the name \
         alone will do. In a configuration:\n\n{import_block}\nOr by a command:\n\n{import}",
        model.description
    ))
}

/// The page of a data source.
///
/// # Errors
///
/// Its example is missing.
pub(super) fn data_source_page(root: &Path, model: &ResourceType) -> Result<String> {
    let name = &*model.type_name;
    let usage = example(
        root,
        &format!("data-sources/{name}/data-source.tf"),
        "terraform",
    )?;
    let schema = render(&model.data_source, &Extras::default());
    let head = front_matter(
        &format!("{name} Data Source - hikube"),
        &model.subcategory,
        &format!(
            "{}: reads one that exists, with the values in effect.",
            model.title
        ),
    );
    Ok(format!(
        "{head}\n# {name} (Data Source)\n\n\
         Reads an object that exists, with the values in effect: where nobody configured one, the \
         platform's default. The page of the [resource](../resources/{}.md) explains what the values \
         mean.\n\n{}\n\n## Example Usage\n\n{usage}\n{schema}",
        short_name(name),
        model.description
    ))
}

/// How long each operation may take where the configuration does not say.
fn timeouts(model: &ResourceType) -> Vec<(&'static str, String)> {
    let usual = model.timeouts;
    [
        ("timeouts.create", usual.create),
        ("timeouts.update", usual.update),
        ("timeouts.delete", usual.delete),
    ]
    .map(|(path, minutes)| (path, format!("Left out, {minutes} minutes.")))
    .into()
}
