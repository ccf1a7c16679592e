//! Direct access to the API, outside of Terraform.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hikube::api::ApiResource;
use hikube::kinds::KINDS;
use hikube_standin::Release;
use http::{Method, Request};
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// The timeout of a deletion.
const GONE: Duration = Duration::from_secs(120);

const GROUP: &str = "/apis/apps.cozystack.io/v1alpha1";

/// A client of its own.
pub(crate) struct Api {
    runtime: Runtime,
    client: kube::Client,
    /// The namespace of the kubeconfig's context.
    pub(crate) namespace: String,
    /// The maximum lag of reads behind writes.
    lag: Duration,
    /// The documents with schemas, by path.
    schemas: Mutex<BTreeMap<String, Value>>,
}

/// A client, and the namespace of the kubeconfig's context.
pub(super) async fn connect(kubeconfig: &str) -> (kube::Client, String) {
    let parsed = Kubeconfig::from_yaml(kubeconfig).expect("a kubeconfig");
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(parsed, &options).await;
    let mut config = config.expect("a usable kubeconfig");
    config.default_retry = false;
    let namespace = config.default_namespace.clone();
    (kube::Client::try_from(config).expect("a client"), namespace)
}

/// Group and version of a kind; for a kind without a resource, those of applications, or of backups.
fn api_version(plural: &str) -> String {
    if plural == "backups" {
        return "backups.cozystack.io/v1alpha1".to_owned();
    }
    let mut resources = KINDS.iter().map(|kind| (kind.api_resource)());
    let found = resources.find(|resource| resource.plural == plural);
    found.map_or_else(
        || "apps.cozystack.io/v1alpha1".to_owned(),
        |resource| resource.api_version(),
    )
}

impl Api {
    pub(crate) fn new(kubeconfig: &str, lag: Duration) -> Api {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let (client, namespace) = runtime.block_on(connect(kubeconfig));
        Api {
            runtime,
            client,
            namespace,
            lag,
            schemas: Mutex::default(),
        }
    }

    fn send(&self, method: &Method, path: &str, body: &[u8]) -> Result<Value, kube::Error> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(body.to_vec())
            .expect("a request");
        self.runtime.block_on(self.client.request(request))
    }

    fn path(&self, plural: &str, name: &str) -> String {
        format!(
            "/apis/{}/namespaces/{}/{plural}/{name}",
            api_version(plural),
            self.namespace
        )
    }

    /// An object, read after all previous writes are visible.
    pub(crate) fn get(&self, plural: &str, name: &str) -> Option<Value> {
        self.get_at(plural, name, &self.path(plural, name))
    }

    /// The same in another namespace.
    pub(crate) fn get_in(&self, namespace: &str, plural: &str, name: &str) -> Option<Value> {
        let own = format!("/namespaces/{}/", self.namespace);
        let path = self.path(plural, name);
        self.get_at(
            plural,
            name,
            &path.replace(&own, &format!("/namespaces/{namespace}/")),
        )
    }

    fn get_at(&self, plural: &str, name: &str, path: &str) -> Option<Value> {
        thread::sleep(self.lag);
        match self.send(&Method::GET, path, b"") {
            Ok(object) => Some(object),
            Err(kube::Error::Api(status)) if status.code == 404 => None,
            Err(error) => panic!("cannot read {plural}/{name}: {error}"),
        }
    }

    /// The spec of an existing object.
    #[track_caller]
    pub(crate) fn spec(&self, plural: &str, name: &str) -> Value {
        self.get(plural, name).expect("the object")["spec"].clone()
    }

    /// Whether the platform has this kind.
    pub(crate) fn serves(&self, plural: &str) -> bool {
        let path = format!("/apis/{}", api_version(plural));
        match self.send(&Method::GET, &path, b"") {
            Ok(group) => {
                let resources = group["resources"].as_array().into_iter().flatten();
                resources
                    .into_iter()
                    .any(|resource| resource["name"] == plural)
            }
            Err(kube::Error::Api(status)) if status.code == 404 => false,
            Err(error) => panic!("cannot discover {plural}: {error}"),
        }
    }

    /// The default of a field of a spec in the platform's schema; null if it has none.
    pub(crate) fn default(&self, resource: &ApiResource, field: &str) -> Value {
        let path = format!("/openapi/v3/apis/{}", resource.api_version());
        let mut schemas = self.schemas.lock().expect("the schemas");
        let fetch = || self.send(&Method::GET, &path, b"").expect("a schema");
        let document = schemas.entry(path.clone()).or_insert_with(fetch);
        let components = document["components"]["schemas"].as_object();
        let name = format!(".{}", resource.kind);
        let mut of_kind = components.into_iter().flatten();
        let of_kind = of_kind.find(|(of, _)| of.ends_with(&name));
        of_kind.map_or(Value::Null, |(_, schema)| {
            schema["properties"]["spec"]["properties"][field]["default"].clone()
        })
    }

    /// All objects of a kind.
    pub(crate) fn list(&self, plural: &str) -> Vec<Value> {
        thread::sleep(self.lag);
        let path = self.path(plural, "");
        let list = self
            .send(&Method::GET, path.trim_end_matches('/'), b"")
            .expect("a list");
        list["items"].as_array().cloned().unwrap_or_default()
    }

    /// The names of a kind's objects that equal this name or begin with it, which belong to the workspace of this name.
    /// Empty if the kind cannot be listed.
    pub(crate) fn names_of(&self, plural: &str, name: &str) -> Vec<String> {
        let path = self.path(plural, "");
        let list = self.send(&Method::GET, path.trim_end_matches('/'), b"");
        let list = list.unwrap_or_default();
        let items = list["items"].as_array().into_iter().flatten();
        let names = items.filter_map(|object| object["metadata"]["name"].as_str());
        let is_ours = |found: &&str| {
            let rest = found.strip_prefix(name);
            // Another workspace may have the same name followed by more digits.
            rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        names.filter(is_ours).map(str::to_owned).collect()
    }

    /// Changes an object like a dashboard: reads it and writes it back changed. After a conflict, for example with the
    /// controller, it tries again.
    pub(crate) fn edit(&self, plural: &str, name: &str, change: impl Fn(&mut Value)) {
        for _ in 0..20 {
            let mut object = self.get(plural, name).expect("the object");
            if let Some(shown) = object.as_object_mut() {
                shown.remove("status");
            }
            change(&mut object);
            let body = object.to_string().into_bytes();
            match self.send(&Method::PUT, &self.path(plural, name), &body) {
                Err(kube::Error::Api(status)) if status.message.contains("has been modified") => {}
                updated => {
                    updated.expect("an update");
                    return thread::sleep(self.lag);
                }
            }
        }
        panic!("{plural}/{name} is modified all the time");
    }

    /// Creates an object.
    pub(crate) fn create(&self, plural: &str, kind: &str, name: &str, spec: &Value) {
        let labels = json!({"made-by": "someone"});
        let metadata = json!({"name": name, "namespace": self.namespace, "labels": labels});
        self.post(plural, kind, &metadata, spec);
    }

    /// Creates an object without labels.
    pub(crate) fn create_bare(&self, plural: &str, kind: &str, name: &str) {
        let metadata = json!({"name": name, "namespace": self.namespace});
        self.post(plural, kind, &metadata, &json!({}));
    }

    fn post(&self, plural: &str, kind: &str, metadata: &Value, spec: &Value) {
        let object = json!({
            "apiVersion": api_version(plural),
            "kind": kind,
            "metadata": metadata,
            "spec": spec,
        });
        let path = self.path(plural, "");
        let body = object.to_string().into_bytes();
        self.send(&Method::POST, path.trim_end_matches('/'), &body)
            .expect("a new object");
        thread::sleep(self.lag);
    }

    /// Tries to delete an object. Returns whether it existed.
    pub(crate) fn can_delete(&self, plural: &str, name: &str) -> bool {
        match self.send(&Method::DELETE, &self.path(plural, name), b"") {
            Ok(_) => true,
            Err(kube::Error::Api(status)) if status.code == 404 => false,
            Err(error) => panic!("cannot delete {plural}/{name}: {error}"),
        }
    }

    /// Deletes an object and ignores errors. Returns whether the request was accepted.
    pub(super) fn try_delete(&self, plural: &str, name: &str) -> bool {
        let path = self.path(plural, name);
        self.send(&Method::DELETE, &path, b"").is_ok()
    }

    /// Deletes an object, without waiting for the end of the deletion.
    pub(crate) fn delete(&self, plural: &str, name: &str) {
        self.send(&Method::DELETE, &self.path(plural, name), b"")
            .expect("a deletion");
    }

    /// Waits until an object is gone.
    #[track_caller]
    pub(crate) fn wait_until_gone(&self, plural: &str, name: &str) {
        let began = Instant::now();
        while self.get(plural, name).is_some() {
            assert!(began.elapsed() < GONE, "{plural}/{name} does not go");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The counts of a stand-in.
    pub(crate) fn stats(&self) -> Value {
        self.send(&Method::GET, "/__standin/stats", b"")
            .expect("stats")
    }

    /// The number of requests with a verb that the stand-in received, for a kind or for all.
    pub(crate) fn requests(&self, verb: &str, plural: &str) -> u64 {
        let stats = self.stats();
        let counts = stats["requests"][verb].as_object().into_iter().flatten();
        counts
            .filter(|(of, _)| plural.is_empty() || *of == plural)
            .filter_map(|(_, count)| count.as_u64())
            .sum()
    }

    /// The number of requests that the stand-in received.
    pub(crate) fn requests_in_all(&self) -> u64 {
        self.stats()["total"].as_u64().unwrap_or(0)
    }

    /// The number of writes that the stand-in received.
    pub(crate) fn writes(&self) -> u64 {
        ["create", "update", "patch", "delete"]
            .map(|verb| self.requests(verb, ""))
            .iter()
            .sum()
    }

    /// The values of a Secret by key, if it is visible to the tenant.
    pub(crate) fn secret(&self, name: &str) -> Option<BTreeMap<String, String>> {
        thread::sleep(self.lag);
        let core = "/apis/core.cozystack.io/v1alpha1";
        let path = format!("{core}/namespaces/{}/tenantsecrets/{name}", self.namespace);
        let secret = self.send(&Method::GET, &path, b"").ok()?;
        let decoded = |value: &Value| {
            let bytes = STANDARD.decode(value.as_str()?).ok()?;
            String::from_utf8(bytes).ok()
        };
        let data = secret["data"].as_object()?.iter();
        let texts = data.filter_map(|(key, value)| Some((key.clone(), decoded(value)?)));
        Some(texts.collect())
    }

    /// Sets which workloads are orphaned by uninstalls of applications with this name: `NAME` or `NAME=SECONDS`.
    pub(crate) fn leave(&self, what: &str) {
        let path = format!("/__standin/leave?name={}", what.replace('=', "%3D"));
        self.send(&Method::POST, &path, b"").expect("a switch");
    }

    /// Replaces the faults of a stand-in; none if empty.
    pub(crate) fn faults(&self, spec: &str) {
        let path = format!(
            "/__standin/fault?spec={}",
            spec.replace('=', "%3D").replace(';', "%3B")
        );
        self.send(&Method::POST, &path, b"").expect("a switch");
    }

    /// Upgrades a stand-in to a later release.
    pub(crate) fn upgrade(&self, to: &str) {
        let path = format!("/__standin/upgrade?to={to}");
        self.send(&Method::POST, &path, b"").expect("an upgrade");
        self.schemas.lock().expect("the schemas").clear();
    }

    /// The platform's release, detected by fields that were added and removed.
    pub(crate) fn release(&self) -> Release {
        let path = format!("/openapi/v3{GROUP}");
        let document = self
            .send(&Method::GET, &path, b"")
            .expect("the schema of the API")
            .to_string();
        if document.contains("\"nodeHealthCheck\"") {
            Release::V1_6
        } else if document.contains("\"runStrategy\"") {
            Release::V1_3
        } else {
            Release::V0_41
        }
    }
}
