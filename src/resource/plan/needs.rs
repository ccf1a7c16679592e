//! Services of the tenant that an object requires.

use std::time::Duration;

use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::state::reported::id;
use crate::schema::Diagnostics;
use crate::value::Value;

/// The maximum age of the tenant's metadata, and the timeout of its request. Without it, there is no warning.
const FRESH: Duration = Duration::from_secs(10);

/// Warns if neither the tenant of a new object nor a parent tenant has a required service. If that is not known, there
/// is no warning: the tenant may be created by the same apply.
pub(crate) async fn check_needs(
    resource_type: &ResourceType,
    session: &Session,
    planned: &Value,
    diagnostics: &mut Diagnostics,
) {
    let text = |name: &str| planned.attribute(name).as_str();
    let (Some(needs), Some(namespace)) = (&resource_type.needs, text("namespace")) else {
        return;
    };
    let session = session.for_at_most(FRESH);
    let notes = session.client.tenant_metadata(namespace, FRESH).await;
    let provider = notes.ok().flatten();
    let provider = provider.and_then(|notes| notes.get(needs.service).cloned());
    if provider.is_none_or(|provider| !provider.is_empty()) {
        return;
    }
    let service = needs.service;
    diagnostics.warn(
            format!(
                "No {service} for {} {}",
                resource_type.title,
                id(namespace, text("name").unwrap_or_default())
            ),
            format!(
                "Neither the tenant of `{namespace}` nor a tenant above has {service}. {} Set `{service} = true` on \
                 the `hikube_tenant` of `{namespace}`, or on one above; if this plan does so, ignore this warning.",
                needs.without
            ),
        );
}
