//! The pages of list resources.

use std::path::Path;

use anyhow::Result;
use hikube::resource::{ResourceType, list_block};

use super::page::{example, front_matter, short_name};
use super::schema::{Extras, render};

/// The page of a list resource.
///
/// # Errors
///
/// Its example is missing.
pub(super) fn page(root: &Path, model: &ResourceType) -> Result<String> {
    let name = &*model.type_name;
    let file = format!("list-resources/{name}/list-resource.tfquery.hcl");
    let usage = example(root, &file, "terraform")?;
    let schema = render(&list_block(model), &Extras::default());
    let what = if model.names_kind {
        "Lists existing applications of a kind.".to_owned()
    } else {
        format!(
            "Lists existing objects of [`{name}`](../resources/{}.md).",
            short_name(name)
        )
    };
    let secrets = if model.names_kind {
        "With `include_resource`, `spec` is listed as it is, including passwords."
    } else {
        "With `include_resource`, an object has all attributes except for secrets and what the platform creates for \
         it, such as addresses and credentials, which are null."
    };
    let head = front_matter(
        &format!("{name} List Resource - hikube"),
        &model.subcategory,
        &what,
    );
    Ok(format!(
        "{head}\n# {name} (List Resource)\n\n{what} Requires Terraform 1.14 or later. With older versions and OpenTofu, \
         see [Adopting what exists](../guides/adopting-what-exists.md).\n\nOne request is sent for each namespace. \
         Objects that are being deleted are not listed. {secrets}\n\n## Example Usage\n\n{usage}\n{schema}"
    ))
}
