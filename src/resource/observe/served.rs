use crate::api::{ErrorKind, NoSchema};
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;

/// The resource type with the kind that this platform serves. A kind can have a former name, and is the same resource
/// under both. Only kinds with a former name require a request.
pub async fn served<'a>(
    resource_type: &'a ResourceType,
    session: &Session,
    [namespace, name]: [&str; 2],
) -> &'a ResourceType {
    let Some(former) = resource_type.former.as_deref() else {
        return resource_type;
    };
    let client = &session.client;
    let is_former = match client.schema(&resource_type.api_resource).await {
        Ok(_) | Err(NoSchema::Unconnected(_)) => false,
        Err(NoSchema::NotListed) if client.schema(&former.api_resource).await.is_ok() => true,
        // Without a schema, only a response shows whether the kind is served.
        Err(_) => {
            let target = resource_type.object(namespace, name);
            let found = resource_type.lifecycle.get(session, target).await;
            found.is_err_and(|error| error.kind() == ErrorKind::NotServed)
        }
    };
    if is_former { former } else { resource_type }
}
