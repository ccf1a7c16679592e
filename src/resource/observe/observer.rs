use std::time::Duration;

use futures_util::future::join_all;

use super::observed::{FoundDependent, Observed};
use crate::api::{Error, ErrorKind, Object};
use crate::resource::declaration::dependent::Dependent;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;

/// The maximum age of dependents in a refresh, which only needs a recent snapshot.
pub(crate) const REFRESH_AGE: Duration = Duration::from_secs(10);

/// For dependents that must be current: only a list requested at the same time or later is used.
pub(crate) const NOW: Duration = Duration::ZERO;

/// The label of the pods of virtual machines, and the label with the name of the machine (set by KubeVirt).
const VM_POD: (&str, &str) = ("kubevirt.io", "virt-launcher");
const VM_NAME: &str = "vm.kubevirt.io/name";

/// Reads the dependents of an object, no older than `age`. A forbidden dependent is treated as neither present nor
/// missing.
///
/// # Errors
/// If a request fails.
pub(crate) async fn observe(
    session: &Session,
    resource_type: &ResourceType,
    object: Object,
    age: Duration,
) -> Result<Observed, Error> {
    let parts = resource_type.dependents_of(&object);
    let found = find_all(session, &object.namespace, &parts, age).await;
    Observed::of(session, object, parts, found)
}

/// Reads dependents concurrently, so that those of one kind share a list.
pub(crate) async fn find_all(
    session: &Session,
    namespace: &str,
    parts: &[Dependent],
    age: Duration,
) -> Vec<Result<FoundDependent, Error>> {
    join_all(parts.iter().map(|part| find(session, namespace, part, age))).await
}

async fn find(
    session: &Session,
    namespace: &str,
    part: &Dependent,
    age: Duration,
) -> Result<FoundDependent, Error> {
    let client = &session.client;
    Ok(match part {
        Dependent::Secret { name, keys } if keys.is_empty() => {
            match client.tenant_secret(namespace, name, age).await {
                Err(error) if error.kind() == ErrorKind::Forbidden => FoundDependent::Hidden,
                found => FoundDependent::Secret(found?),
            }
        }
        Dependent::Secret { name, .. } => {
            FoundDependent::Secret(client.secret(namespace, name, age).await?)
        }
        Dependent::Address { service } => {
            FoundDependent::Service(client.service(namespace, service, age).await?)
        }
        Dependent::VmAddress { vm } => {
            let label = (VM_NAME, vm.as_str());
            match client.pod_address(namespace, VM_POD, label, age).await? {
                Some(address) => FoundDependent::VmAddress(address),
                None => FoundDependent::Hidden,
            }
        }
        Dependent::Object { resource, name } => {
            let found = if age.is_zero() {
                client.get_opt(resource, namespace, name).await
            } else {
                client.read_opt(resource, namespace, name).await
            };
            match found {
                Ok(Some(object)) => FoundDependent::Object(Box::new(object)),
                Ok(None) => FoundDependent::Hidden,
                Err(error) if error.kind() == ErrorKind::Forbidden => FoundDependent::Hidden,
                Err(error) => return Err(error),
            }
        }
        Dependent::Tenant { namespace } => match client.tenant_metadata(namespace, age).await {
            // Releases 1.3 and 1.6 return a 403 for a missing one as well.
            Err(error) if error.kind() == ErrorKind::Forbidden => FoundDependent::Hidden,
            found => FoundDependent::Tenant(found?),
        },
    })
}
