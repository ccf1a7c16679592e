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
        unsupported_release_detail(
            &resource_type.type_name,
            &requirement,
            resource_type.instead,
        ),
    );
}

/// The detail of the error for a resource or data source that this platform does not have, with what it has in its
/// place.
pub(crate) fn unsupported_release_detail(
    type_name: &str,
    requirement: &str,
    instead: Option<&str>,
) -> String {
    let instead = instead.map_or_else(String::new, |instead| format!(" {instead}"));
    format!(
        "`{type_name}` requires {requirement}, and this platform does not serve it.{instead} Remove the resource, or \
         connect the provider to a platform that has it: check the kubeconfig, its context and `host`."
    )
}
