//! The definition of a custom resource.
use crate::custom::objects::CustomKey;
use crate::release::Release;
use crate::store::World;
use serde_json::{Value, json};

/// One custom resource, as its definition in the cluster declares it.
pub(crate) struct CustomResource {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) singular: &'static str,
    /// Whether it is namespaced. Every authenticated caller can read cluster-scoped objects.
    pub(crate) namespaced: bool,
    /// Whether tenants with the role `admin` can write it.
    pub(crate) writable: bool,
    /// The fields supported by field selectors besides name and namespace.
    pub(crate) selectable: &'static [&'static str],
    /// The releases that serve it.
    pub(crate) served: fn(Release) -> bool,
    /// The schema of an object, without apiVersion, kind and metadata.
    pub(crate) schema: fn(Release) -> Value,
    /// The conditions that its controller derives from the spec; none without a controller.
    pub(crate) conditions: Option<fn(&Value) -> Vec<Condition>>,
    /// The work of its controller on a new object that runs once; none for other objects.
    pub(crate) run: Option<fn(&mut World, &CustomKey, Step)>,
    /// The names and specs of the initial objects.
    pub(crate) initial: fn(Release) -> Vec<(&'static str, Value)>,
}

/// A step of the work on an object that runs once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The controller takes the object up.
    Begin,
    /// The work ends.
    End,
}

/// A condition of the status, without its time.
pub(crate) struct Condition {
    pub(crate) kind: &'static str,
    pub(crate) status: bool,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
}

impl CustomResource {
    /// Group and version, as `apiVersion`.
    pub(crate) fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }

    /// Plural and group, a unique id.
    pub(crate) fn id(&self) -> String {
        format!("{}.{}", self.plural, self.group)
    }

    /// Whether an object's apiVersion and kind match.
    pub(crate) fn is_of(&self, body: &Value) -> bool {
        body["apiVersion"] == json!(self.api_version()) && body["kind"] == self.kind
    }
}
