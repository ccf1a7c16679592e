use std::time::Duration;

use futures_util::future::join_all;

use super::observed::{FoundDependent, Observed};
use crate::api::{Error, ErrorKind, Object};
use crate::resource::declaration::dependent::Dependent;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;

/// How old what a refresh looks at may be: a plan is a view of one moment anyway.
pub(crate) const REFRESH_AGE: Duration = Duration::from_secs(10);

/// For what must not be old: no list answers it but one that is asked for later or at the same time.
pub(crate) const NOW: Duration = Duration::ZERO;

/// How old a part may be that nobody waits for, when the others must not: what comes to its end at about the
/// same time then shares a list.
const UNAWAITED: Duration = Duration::from_millis(150);

/// The label of the pods in which virtual machines run, and the one with the name of the machine (KubeVirt's).
const VM_POD: (&str, &str) = ("kubevirt.io", "virt-launcher");
const VM_NAME: &str = "vm.kubevirt.io/name";

/// Looks at what the platform made for an object, no older than `age`. What may not be read counts as
/// neither there nor missing.
///
/// # Errors
/// Where the API could not be asked.
pub(crate) async fn observe(
    session: &Session,
    resource_type: &ResourceType,
    object: Object,
    age: Duration,
) -> Result<Observed, Error> {
    let parts = (resource_type.dependents)(&object);
    let found = find_all(session, &object.namespace, &parts, age).await;
    Observed::of(session, object, parts, found)
}

/// Looks at parts at once, so that those of one kind become one list.
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
            match client
                .tenant_secret(namespace, name, age.max(UNAWAITED))
                .await
            {
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
        Dependent::Tenant { namespace } => match client.tenant_metadata(namespace, age).await {
            // So is answered on 1.3 and 1.6 for one that is not there yet as well.
            Err(error) if error.kind() == ErrorKind::Forbidden => FoundDependent::Hidden,
            found => FoundDependent::Tenant(found?),
        },
    })
}
