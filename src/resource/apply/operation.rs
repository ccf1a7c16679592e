use super::adopt::adopt;
use super::create::create;
use super::delete::destroy;
use super::request::{Applied, ApplyRequest};
use super::update::update;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;

/// Applies a plan: creates, updates or destroys.
pub async fn apply(
    resource_type: &ResourceType,
    session: &Session,
    request: &ApplyRequest<'_>,
) -> Applied {
    if resource_type.adopted.is_some() && request.planned.is_null() {
        // The plan has reported it.
        Applied::default()
    } else if request.planned.is_null() {
        destroy(resource_type, session, request).await
    } else if let Some(adopted) = resource_type.adopted.filter(|_| request.prior.is_null()) {
        adopt(resource_type, session, request, adopted).await
    } else if request.prior.is_null() {
        create(resource_type, session, request).await
    } else {
        update(resource_type, session, request).await
    }
}
