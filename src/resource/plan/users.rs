//! Replacement of objects that others reference by name.

use super::request::{Plan, PlanRequest};
use crate::resource::declaration::kind::UsedBy;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::id;

/// Warns that the users of a replaced object must be replaced with it.
pub(crate) fn warn_of_users(
    resource_type: &ResourceType,
    request: &PlanRequest<'_>,
    plan: &mut Plan,
) {
    let Some(used_by) = &resource_type.used_by else {
        return;
    };
    if plan.requires_replace.is_empty() || plan.diagnostics.has_errors() {
        return;
    }
    let text = |name: &str| request.prior.attribute(name).as_str().unwrap_or_default();
    plan.diagnostics.warn(
            format!(
                "{} is replaced: {}",
                resource_type.title,
                id(text("namespace"), text("name"))
            ),
            format!(
                "Its data is deleted. It is not deleted while a {} uses it (`{}`): replace the {} with it, or \
                 remove it from there first and restart the {} afterwards. {}",
                used_by.title,
                used_by.attribute,
                used_by.title,
                used_by.title,
                deletion_order_hint(resource_type, used_by)
            ),
        );
}

/// The configuration that makes Terraform replace both in order.
pub(crate) fn deletion_order_hint(resource_type: &ResourceType, used_by: &UsedBy) -> String {
    let of = &resource_type.type_name;
    format!(
        "In `{}`, refer to it as `{of}.NAME.name`, so that Terraform deletes them in order, and for a \
             replacement add `lifecycle {{ replace_triggered_by = [{of}.NAME] }}`.",
        used_by.type_name
    )
}
