//! The pages of actions.

use std::path::Path;

use anyhow::Result;
use hikube::action::Action;

use super::page::{example, front_matter};
use super::schema::{Extras, render};

/// What every page explains.
const REQUIREMENTS: &str = "Requires Terraform 1.14 or later; earlier versions and OpenTofu reject `action` and \
                            `action_trigger` blocks. For a module that is also used with OpenTofu, put these blocks into \
                            `actions.tf`, with a `terraform_data` resource as the trigger, and add an empty `actions.tofu`, \
                            which OpenTofu reads instead.\n\n\
                            If the action fails, the apply fails, and the next apply does not invoke the action again. \
                            Invoke it with `terraform apply -invoke=ADDRESS`.";

/// The page of an action.
///
/// # Errors
///
/// Its example is missing.
pub(super) fn page(root: &Path, action: &Action) -> Result<String> {
    let name = action.type_name;
    let usage = example(root, &format!("actions/{name}/action.tf"), "terraform")?;
    let schema = render(&(action.schema)(), &Extras::default());
    let head = front_matter(
        &format!("{name} Action - hikube"),
        action.subcategory,
        action.description,
    );
    Ok(format!(
        "{head}\n# {name} (Action)\n\n{}\n\n{}\n\n{REQUIREMENTS}\n\n## Example Usage\n\n{usage}\n{schema}",
        action.description,
        action.details.join("\n\n")
    ))
}
