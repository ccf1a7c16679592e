use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// An object of the platform in another provider's state.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Manifest {
    /// Group and version: `apps.cozystack.io/v1alpha1`.
    pub(crate) api_version: String,
    /// The kind: `Postgres`.
    pub(crate) kind: String,
    /// Its namespace; empty if the state has none.
    pub(crate) namespace: String,
    /// Its name; empty if the state has none.
    pub(crate) name: String,
    /// Its labels.
    pub(crate) labels: BTreeMap<String, String>,
    /// Its annotations.
    pub(crate) annotations: BTreeMap<String, String>,
    /// The spec.
    pub(crate) spec: Map<String, Json>,
    /// The source of the values.
    pub(crate) origin: Origin,
}

/// The source of an object's values, which determines which of them are configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A configuration, which sets every value.
    #[default]
    Configured,
    /// The platform, including its defaults, and labels set by others.
    Shown,
    /// A provider that includes defaults.
    Recorded,
}

impl Manifest {
    /// Parses an object. Missing fields and those of another type are ignored.
    pub(crate) fn read(json: &Json) -> Manifest {
        let metadata = &json["metadata"];
        Manifest {
            api_version: text(&json["apiVersion"]),
            kind: text(&json["kind"]),
            namespace: text(&metadata["namespace"]),
            name: text(&metadata["name"]),
            labels: texts(&metadata["labels"]),
            annotations: texts(&metadata["annotations"]),
            spec: json["spec"].as_object().cloned().unwrap_or_default(),
            origin: Origin::Configured,
        }
    }

    /// Sets group, version, kind, namespace and name if they are missing.
    pub(crate) fn or(mut self, other: Manifest) -> Manifest {
        let open = [
            (&mut self.api_version, other.api_version),
            (&mut self.kind, other.kind),
            (&mut self.namespace, other.namespace),
            (&mut self.name, other.name),
        ];
        for (own, others) in open {
            if own.is_empty() {
                *own = others;
            }
        }
        self
    }
}

fn text(json: &Json) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

fn texts(json: &Json) -> BTreeMap<String, String> {
    let entries = json.as_object().into_iter().flatten();
    let texts = entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    texts.collect()
}
