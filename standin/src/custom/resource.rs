//! What a custom resource is.
use crate::release::Release;
use serde_json::{Value, json};

/// One custom resource, as its definition in the cluster declares it.
pub(crate) struct CustomResource {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) singular: &'static str,
    /// Whether objects are in a namespace; every authenticated caller reads those that are not.
    pub(crate) namespaced: bool,
    /// Whether tenants with the role `admin` write it.
    pub(crate) writable: bool,
    /// What a field selector takes besides name and namespace.
    pub(crate) selectable: &'static [&'static str],
    /// The releases that serve it.
    pub(crate) served: fn(Release) -> bool,
    /// The schema of an object, without apiVersion, kind and metadata.
    pub(crate) schema: fn() -> Value,
    /// The conditions its controller derives from the spec; none without a controller.
    pub(crate) conditions: Option<fn(&Value) -> Vec<Condition>>,
    /// The names and specs of the objects there are from the start.
    pub(crate) initial: fn(Release) -> Vec<(&'static str, Value)>,
}

/// A condition of the status, without its time.
pub(crate) struct Condition {
    pub(crate) kind: &'static str,
    pub(crate) status: bool,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
}

impl CustomResource {
    /// Group and version, as bodies carry them.
    pub(crate) fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }

    /// Plural and group, which no other resource shares.
    pub(crate) fn id(&self) -> String {
        format!("{}.{}", self.plural, self.group)
    }

    /// Whether it is what an object's apiVersion and kind say.
    pub(crate) fn is_of(&self, body: &Value) -> bool {
        body["apiVersion"] == json!(self.api_version()) && body["kind"] == self.kind
    }
}
