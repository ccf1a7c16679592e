use super::request::{PlanRequest, Subject};
use crate::resource::diagnostics::error::capitalised;
use crate::resource::resource_type::ResourceType;
use crate::schema::Diagnostics;

/// Warns that an adopted object is not deleted with its resource.
pub(crate) fn warn_of_left_object(
    resource_type: &ResourceType,
    subject: &Subject<'_>,
    request: &PlanRequest<'_>,
    diagnostics: &mut Diagnostics,
) {
    if request.prior.is_null() || request.is_applying {
        return;
    }
    let switch = resource_type.adopted.and_then(|adopted| adopted.switch);
    let how = switch.map_or_else(String::new, |switch| {
        format!(" To delete it with its data, set `{switch} = false` on the `hikube_tenant`.")
    });
    diagnostics.warn(
        format!("{} {} will be kept", capitalised(&resource_type.title), subject.place),
        format!(
            "Destroying this resource removes it from the state. The {} stays as it is, with its settings: the platform \
             made it for the tenant.{how}",
            subject.title
        ),
    );
}
