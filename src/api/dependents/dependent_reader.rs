use std::time::Duration;

use kube::api::DynamicObject;

use super::pod::{self, Pod};
use super::secret::Secret;
use super::service::Service;
use super::tenant::{TenantMetadata, candidates, metadata};
use crate::api::error::{Error, ErrorKind};
use crate::api::lists::{Lookup, MAX_AGE, SharedLists};
use crate::api::objects::{ApiResource, Expected};
use crate::api::request::{ListAddress, Requester, is_valid_name};
use crate::api::response::Bounds;

static SECRETS: ApiResource = ApiResource::new("", "v1", "Secret", "secrets");
static SERVICES: ApiResource = ApiResource::new("", "v1", "Service", "services");
static PODS: ApiResource = ApiResource::new("", "v1", "Pod", "pods");
static TENANTS: ApiResource = ApiResource::application("Tenant", "tenants");
static TENANT_SECRETS: ApiResource = ApiResource::new(
    "core.cozystack.io",
    "v1alpha1",
    "TenantSecret",
    "tenantsecrets",
);
static TENANT_NAMESPACES: ApiResource = ApiResource::new(
    "core.cozystack.io",
    "v1alpha1",
    "TenantNamespace",
    "tenantnamespaces",
);

/// Reads Secrets, Services, pods and the namespaces of tenants. Reads that come together share one list.
pub(crate) struct DependentReader<'a> {
    pub(crate) requester: &'a Requester,
    pub(crate) lists: &'a SharedLists,
}

/// Where the objects of a resource are.
struct Location<'a> {
    resource: &'a ApiResource,
    namespace: Option<&'a str>,
    list: ListAddress,
}

impl<'a> Location<'a> {
    fn namespaced(resource: &'a ApiResource, namespace: &'a str) -> Result<Location<'a>, Error> {
        Ok(Location {
            resource,
            namespace: Some(namespace),
            list: resource.list(namespace)?,
        })
    }

    fn cluster_wide(resource: &'a ApiResource) -> Location<'a> {
        Location {
            resource,
            namespace: None,
            list: resource.cluster_list(),
        }
    }

    fn check(&self, object: DynamicObject, name: &str) -> Result<DynamicObject, String> {
        let expected = Expected {
            resource: self.resource,
            namespace: self.namespace,
            name,
        };
        expected.check(object)
    }
}

impl DependentReader<'_> {
    /// A Secret: the tenant's view of it, otherwise the Secret itself.
    pub(crate) async fn secret(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Secret>, Error> {
        let view = self.tenant_secret(namespace, name, age).await;
        match &view {
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::Forbidden => {}
            _ => return view,
        }
        // A role names the Secrets that may be read, and a Secret that does not exist yet is not among them.
        let location = Location::namespaced(&SECRETS, namespace)?;
        match self.fetch(&location, name).await {
            Ok(found) => Ok(found.as_ref().map(Secret::from_object)),
            Err(error) if error.kind() == ErrorKind::Forbidden && view.is_ok() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The tenant's view of a Secret.
    pub(crate) async fn tenant_secret(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Secret>, Error> {
        let location = Location::namespaced(&TENANT_SECRETS, namespace)?;
        let found = self.find(&location, name, age).await?;
        Ok(found.as_ref().map(Secret::from_object))
    }

    pub(crate) async fn service(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Service>, Error> {
        let location = Location::namespaced(&SERVICES, namespace)?;
        let found = self.find(&location, name, age).await?;
        Ok(found.as_ref().map(Service::from_object))
    }

    /// The address of the running pod with this label, among the pods with the label `of`; None where pods may not be
    /// listed.
    pub(crate) async fn pod_address(
        &self,
        namespace: &str,
        of: (&str, &str),
        (key, value): (&str, &str),
        age: Duration,
    ) -> Result<Option<Option<String>>, Error> {
        let list = PODS.list(namespace)?.with_label(of);
        let has_label = |pod: &DynamicObject| {
            let labels = pod.metadata.labels.as_ref();
            labels
                .and_then(|labels| labels.get(key))
                .map(String::as_str)
                == Some(value)
        };
        let wanted = |pod: DynamicObject| has_label(&pod).then(|| pod::address(&pod)).flatten();
        let found = self.lists.all(self.requester, &list, age, wanted).await;
        Ok(found.map(|addresses| addresses.into_iter().next()))
    }

    /// The pods with this label, not older than `age`; None where they cannot be listed.
    pub(crate) async fn pods(
        &self,
        namespace: &str,
        label: (&str, &str),
        age: Duration,
    ) -> Result<Option<Vec<Pod>>, Error> {
        let list = PODS.list(namespace)?.with_label(label);
        let found = self.lists.all(self.requester, &list, age, |pod| {
            Some(Pod::from_object(pod))
        });
        Ok(found.await)
    }

    /// The metadata of a tenant's namespace. A list omits the namespaces without a role for the user, so a read by
    /// name has to tell a missing one from a forbidden one.
    pub(crate) async fn tenant_metadata(
        &self,
        namespace: &str,
        age: Duration,
    ) -> Result<Option<TenantMetadata>, Error> {
        let location = Location::cluster_wide(&TENANT_NAMESPACES);
        let found = match self.lookup(&location, namespace, age).await {
            Lookup::Listed(Some(found)) => Some(*found),
            Lookup::Listed(None) | Lookup::Unlisted => self.fetch(&location, namespace).await?,
        };
        Ok(found.map(metadata))
    }

    /// The namespaces of all tenants that may be read, sorted. The list omits the others.
    pub(crate) async fn tenant_namespaces(&self) -> Result<Vec<String>, Error> {
        let list = TENANT_NAMESPACES.cluster_list();
        let found = self.lists.fetch(self.requester, &list).await?;
        Ok(found.names().into_iter().map(str::to_owned).collect())
    }

    /// Whether the tenant of a namespace was deleted, as far as its parents can be read. The right to read objects in
    /// the namespace is lost with the tenant, so their reads are forbidden.
    pub(crate) async fn is_tenant_deleted(&self, namespace: &str) -> bool {
        if !is_valid_name(namespace) {
            return false;
        }
        let mut is_deleted = false;
        for (parent, name) in candidates(namespace) {
            let Ok(location) = Location::namespaced(&TENANTS, &parent) else {
                return false;
            };
            match self.find(&location, name, MAX_AGE).await {
                Ok(Some(_)) => return false,
                Ok(None) => is_deleted = true,
                // Nothing can be read above the user's own tenant.
                Err(error) if error.kind() == ErrorKind::Forbidden => {}
                Err(error) => {
                    tracing::debug!(parent, name, %error, "could not find out whether the tenant exists");
                    return false;
                }
            }
        }
        is_deleted
    }

    /// An object by its name, or none. An invalid name is that of no object.
    async fn find(
        &self,
        location: &Location<'_>,
        name: &str,
        age: Duration,
    ) -> Result<Option<DynamicObject>, Error> {
        if !is_valid_name(name) {
            return Ok(None);
        }
        match self.lookup(location, name, age).await {
            Lookup::Listed(found) => Ok(found.map(|found| *found)),
            Lookup::Unlisted => self.fetch(location, name).await,
        }
    }

    /// An object by its name in the list. One that is not as expected counts as unlisted: a read of it alone explains
    /// what is wrong.
    async fn lookup(&self, location: &Location<'_>, name: &str, age: Duration) -> Lookup {
        let list = &location.list;
        match self.lists.lookup(self.requester, list, name, age).await {
            Lookup::Listed(Some(found)) => match location.check(*found, name) {
                Ok(found) => Lookup::Listed(Some(Box::new(found))),
                Err(_) => Lookup::Unlisted,
            },
            other => other,
        }
    }

    async fn fetch(
        &self,
        location: &Location<'_>,
        name: &str,
    ) -> Result<Option<DynamicObject>, Error> {
        if !is_valid_name(name) {
            return Ok(None);
        }
        let path = location.list.item(name)?;
        match self.requester.get_json(&path, Bounds::OBJECT).await {
            Ok(found) => {
                let found = location.check(found, name);
                found
                    .map(Some)
                    .map_err(|cause| self.requester.unrelated(cause))
            }
            Err(error) if error.is_gone(name) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
