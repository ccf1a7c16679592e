use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::api::DynamicObject;
use kube::config::Kubeconfig;
use serde_json::Value as Json;

use super::address::{List, is_possible};
use super::asked::check_part;
use super::bounds::Bounds;
use super::client::Client;
use super::error::{Error, ErrorKind};
use super::reads::Answer;

const CORE: &str = "/api/v1";
const TENANCY: &str = "/apis/core.cozystack.io/v1alpha1";

/// What the platform keeps secret for an application: texts by key. It is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(BTreeMap<String, String>);

/// How an application is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The addresses from outside; none until the platform has given one.
    pub addresses: Vec<String>,
    /// Its ports.
    pub ports: Vec<u16>,
}

/// What the platform notes at a tenant's namespace, by key without its prefix: `host` and others.
pub type TenantNotes = BTreeMap<String, String>;

/// How a client of a Kubernetes cluster proves who it is. It is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClusterAccess {
    /// The address of the cluster's API.
    pub host: String,
    /// The certificate of the authority that signed the API's, in PEM.
    pub cluster_ca_certificate: Option<String>,
    /// The client's certificate, in PEM.
    pub client_certificate: Option<String>,
    /// Its key, in PEM.
    pub client_key: Option<String>,
}

impl Secret {
    /// The text of a key; none where it is missing or empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        let text = self.0.get(key)?;
        (!text.is_empty()).then_some(text)
    }

    /// A secret of these texts.
    #[cfg(test)]
    pub(crate) fn of(texts: BTreeMap<String, String>) -> Secret {
        Secret(texts)
    }

    /// All texts by key.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Reads `data`, which is base64; what is no text is passed over. `stringData` is not looked at: here
    /// it repeats `data`, in base64 as well (read in the platform's source).
    fn read(object: &DynamicObject) -> Secret {
        let data = object.data.get("data").and_then(Json::as_object);
        let texts = data.into_iter().flatten().filter_map(|(key, value)| {
            let bytes = STANDARD.decode(value.as_str()?).ok()?;
            Some((key.clone(), String::from_utf8(bytes).ok()?))
        });
        Secret(texts.collect())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl fmt::Debug for ClusterAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterAccess")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl Service {
    fn read(object: &DynamicObject) -> Service {
        let list = |path: &str| {
            let found = object.data.pointer(path);
            found.and_then(Json::as_array)
        };
        let ingress = list("/status/loadBalancer/ingress");
        let address = |entry: &Json| {
            let text = entry.get("ip").or_else(|| entry.get("hostname"))?;
            text.as_str().map(str::to_owned)
        };
        let port = |entry: &Json| entry.get("port")?.as_u64()?.try_into().ok();
        Service {
            addresses: ingress.into_iter().flatten().filter_map(address).collect(),
            ports: list("/spec/ports")
                .into_iter()
                .flatten()
                .filter_map(port)
                .collect(),
        }
    }
}

impl ClusterAccess {
    /// Reads the current context of a kubeconfig that carries its certificates in itself, as the platform's
    /// do. None where it is no such kubeconfig.
    pub fn of(kubeconfig: &str) -> Option<ClusterAccess> {
        let config = serde_json::to_value(Kubeconfig::from_yaml(kubeconfig).ok()?).ok()?;
        let named = |list: &str, part: &str, name: &Json| {
            let entries = config.get(list)?.as_array()?.iter();
            let entry = entries
                .into_iter()
                .find(|entry| entry.get("name") == Some(name))?;
            entry.get(part).cloned()
        };
        let context = named("contexts", "context", config.get("current-context")?)?;
        let cluster = named("clusters", "cluster", context.get("cluster")?)?;
        let user = named("users", "user", context.get("user")?).unwrap_or_default();
        let pem = |part: &Json, key: &str| {
            let bytes = STANDARD.decode(part.get(key)?.as_str()?).ok()?;
            String::from_utf8(bytes).ok()
        };
        Some(ClusterAccess {
            host: cluster.get("server")?.as_str()?.to_owned(),
            cluster_ca_certificate: pem(&cluster, "certificate-authority-data"),
            client_certificate: pem(&user, "client-certificate-data"),
            client_key: pem(&user, "client-key-data"),
        })
    }
}

impl Client {
    /// A Secret of an application, not older than `age`, or none: as the tenant sees it or, where a tenant's
    /// view of it is not to be had, by its name. Reads that come together are answered from one list.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`] where neither is allowed, and all others.
    pub async fn secret(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Secret>, Error> {
        let seen = self.tenant_secret(namespace, name, age).await;
        match &seen {
            Ok(None) => {}
            Err(error) if error.fault() == ErrorKind::Forbidden => {}
            _ => return seen,
        }
        // A role names the Secrets that may be read: of one that is not there yet it knows nothing.
        let place = Place::within(CORE, namespace, "secrets", "Secret")?;
        match self.fetched(&place, name).await {
            Ok(found) => Ok(found.as_ref().map(Secret::read)),
            Err(error) if error.fault() == ErrorKind::Forbidden && seen.is_ok() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same, only as the tenant sees it.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`] where it may not be read, and all others.
    pub async fn tenant_secret(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Secret>, Error> {
        let place = Place::within(TENANCY, namespace, "tenantsecrets", "TenantSecret")?;
        let found = self.part(&place, name, age).await?;
        Ok(found.as_ref().map(Secret::read))
    }

    /// A Service of an application, not older than `age`, or none.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`] where it may not be read, and all others.
    pub async fn service(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Service>, Error> {
        let place = Place::within(CORE, namespace, "services", "Service")?;
        let found = self.part(&place, name, age).await?;
        Ok(found.as_ref().map(Service::read))
    }

    /// What the platform notes at the namespace of a tenant, or none: labels and annotations of
    /// `namespace.cozystack.io`. A list leaves out the namespaces the caller has no role in, so that only a
    /// read by name tells one that is missing from one that may not be read.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`] where it may not be read, and all others.
    pub async fn tenant_notes(
        &self,
        namespace: &str,
        age: Duration,
    ) -> Result<Option<TenantNotes>, Error> {
        let place = Place {
            list: List::global(TENANCY, "tenantnamespaces", "TenantNamespace"),
            namespace: None,
            kind: "TenantNamespace",
        };
        let listed = match self.shared(&place.list, namespace, age).await {
            Answer::Listed(Some(found)) => place.check(*found, namespace).ok(),
            Answer::Listed(None) | Answer::Alone => None,
        };
        let found = match listed {
            Some(found) => Some(found),
            None => self.fetched(&place, namespace).await?,
        };
        Ok(found.map(|object| {
            let labels = object.metadata.labels.into_iter().flatten();
            let noted = labels.chain(object.metadata.annotations.into_iter().flatten());
            let ours = noted.filter_map(|(key, value)| {
                let key = key.strip_prefix("namespace.cozystack.io/")?;
                Some((key.to_owned(), value))
            });
            ours.collect()
        }))
    }

    /// One thing by its name, or none. A name that nothing can have is that of nothing.
    pub(super) async fn part(
        &self,
        place: &Place<'_>,
        name: &str,
        age: Duration,
    ) -> Result<Option<DynamicObject>, Error> {
        if !is_possible(name) {
            return Ok(None);
        }
        let listed = match self.shared(&place.list, name, age).await {
            Answer::Listed(None) => return Ok(None),
            Answer::Listed(Some(found)) => place.check(*found, name).ok(),
            Answer::Alone => None,
        };
        match listed {
            Some(found) => Ok(Some(found)),
            // Asked for alone, it says what is wrong with it.
            None => self.fetched(place, name).await,
        }
    }

    async fn fetched(&self, place: &Place<'_>, name: &str) -> Result<Option<DynamicObject>, Error> {
        if !is_possible(name) {
            return Ok(None);
        }
        match self.json(&place.list.item(name)?, Bounds::OBJECT).await {
            Ok(found) => {
                let found = place.check(found, name);
                found.map(Some).map_err(|why| self.unrelated(why))
            }
            Err(error) if error.is_gone(name) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Where things of one kind are.
pub(super) struct Place<'a> {
    list: List,
    namespace: Option<&'a str>,
    kind: &'static str,
}

impl Place<'_> {
    pub(super) fn within<'a>(
        group: &str,
        namespace: &'a str,
        plural: &str,
        kind: &'static str,
    ) -> Result<Place<'a>, Error> {
        Ok(Place {
            list: List::namespaced(group, namespace, plural, kind)?,
            namespace: Some(namespace),
            kind,
        })
    }

    /// The same answer, where it is about the thing of this name here.
    fn check(&self, answer: DynamicObject, name: &str) -> Result<DynamicObject, String> {
        check_part(answer, self.kind, self.namespace, name)
    }
}
