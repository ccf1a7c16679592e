use super::error::capitalised;
use crate::resource::resource_type::ResourceType;
use crate::schema::Diagnostics;

/// The error for a kind that the platform's release does not have.
pub(crate) fn unsupported_release_error(
    diagnostics: &mut Diagnostics,
    resource_type: &ResourceType,
    id: &str,
) {
    let requirement = resource_type.releases.requirement().unwrap_or_default();
    diagnostics.error(
        format!(
            "{} not supported by this platform: {id}",
            capitalised(&resource_type.title)
        ),
        format!(
            "`{}` requires {requirement}, and this platform does not serve it. Remove the resource, or connect the \
             provider to a platform that has it: check the kubeconfig, its context and `host`.",
            resource_type.type_name
        ),
    );
}
