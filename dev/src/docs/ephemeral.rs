//! The pages of ephemeral resources.

use std::path::Path;

use anyhow::Result;
use hikube::resource::Ephemeral;

use super::page::{example, front_matter};
use super::schema::{Extras, render};

/// The page of an ephemeral resource.
///
/// # Errors
///
/// Its example is missing.
pub(super) fn page(root: &Path, ephemeral: &Ephemeral) -> Result<String> {
    let name = &ephemeral.type_name;
    let file = format!("ephemeral-resources/{name}/ephemeral-resource.tf");
    let usage = example(root, &file, "terraform")?;
    let schema = render(&ephemeral.schema, &Extras::default());
    let head = front_matter(
        &format!("{name} Ephemeral Resource - hikube"),
        &ephemeral.subcategory,
        &ephemeral.description,
    );
    Ok(format!(
        "{head}\n# {name} (Ephemeral Resource)\n\n{}\n\nRequires Terraform 1.10 or later, or OpenTofu 1.11 or later.\n\n\
         ## Example Usage\n\n{usage}\n{schema}",
        ephemeral.description
    ))
}
