//! OpenAPI documents: an index of the groups, and one document for each version of a group.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::json_schema::JsonSchema;
use crate::api::objects::APPLICATIONS;

/// The schema of each kind's spec, by kind.
pub(super) type Schemas = BTreeMap<String, Arc<JsonSchema>>;

/// The documents of an API, by the path of their group.
#[derive(Deserialize)]
pub(super) struct Index {
    paths: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(rename = "serverRelativeURL")]
    server_relative_url: String,
}

/// The document of a version of a group.
#[derive(Deserialize)]
pub(super) struct Document {
    components: Components,
}

#[derive(Deserialize)]
struct Components {
    schemas: BTreeMap<String, Definition>,
}

/// The definition of a type. Those of lists and statuses have no spec.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Definition {
    properties: Properties,
    #[serde(rename = "x-kubernetes-group-version-kind")]
    kinds: Vec<Kind>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Properties {
    spec: Option<Box<RawValue>>,
}

/// How built-in types refer to another definition instead of describing their spec.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    #[serde(rename = "$ref")]
    reference: Option<IgnoredAny>,
    #[serde(rename = "allOf")]
    all_of: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Kind {
    group: Option<String>,
    version: Option<String>,
    kind: String,
}

impl Index {
    /// Whether there is a document of this group, and the hash that it is announced with.
    pub(super) fn document(&self, group_path: &str) -> Option<Option<&str>> {
        let entry = self.paths.get(group_path)?;
        let query = entry.server_relative_url.split_once("?hash=");
        let hash = query.map(|(_, hash)| hash.split('&').next().unwrap_or(hash));
        // The hash becomes part of an address; the rest of the announced one is not used.
        Some(hash.filter(|hash| hash.bytes().all(|byte| byte.is_ascii_alphanumeric())))
    }
}

impl Document {
    /// The schemas of the kinds of this group and version.
    pub(super) fn schemas(self, group: &str, version: &str) -> Schemas {
        let definitions = self.components.schemas.into_iter();
        let schemas = definitions.filter_map(|(name, definition)| {
            let spec = definition.properties.spec?;
            let Reference { reference, all_of } = serde_json::from_str(spec.get()).ok()?;
            if reference.is_some() || all_of.is_some() {
                return None;
            }
            let mut schema: JsonSchema = serde_json::from_str(spec.get()).ok()?;
            // The spec of every application claims to accept any field, but undeclared fields have no effect.
            if group == APPLICATIONS {
                schema.preserves_unknown_fields = false;
            }
            let kind = match &definition.kinds[..] {
                // The last part of its name.
                [] => name.rsplit('.').next()?.to_owned(),
                kinds => {
                    let mut kinds = kinds.iter();
                    kinds.find(|kind| kind.is_of(group, version))?.kind.clone()
                }
            };
            Some((kind, Arc::new(schema)))
        });
        schemas.collect()
    }
}

impl Kind {
    fn is_of(&self, group: &str, version: &str) -> bool {
        self.group.as_deref().is_none_or(|own| own == group)
            && self.version.as_deref().is_none_or(|own| own == version)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_of_other_groups_and_specs_elsewhere_have_no_schema() {
        let spec = json!({"spec": {"type": "object", "x-kubernetes-int-or-string": true}});
        let kind = |group: &str, version: &str| json!({"group": group, "version": version, "kind": format!("{group}-{version}")});
        let document: Document = serde_json::from_value(json!({"components": {"schemas": {
            "one": {
                "properties": spec,
                "x-kubernetes-group-version-kind": [kind("b", "v1"), kind("a", "v1")],
            },
            "two": {"properties": spec, "x-kubernetes-group-version-kind": [kind("a", "v2")]},
            "io.example.Unnamed": {"properties": spec},
            "io.example.Reference": {"properties": {"spec": {"$ref": "#/components/schemas/x"}}},
            "io.example.AllOf": {"properties": {"spec": {"default": {}, "allOf": [{"$ref": "x"}]}}},
            "io.example.List": {"properties": {"items": {"type": "array"}}},
        }}}))
        .unwrap();
        let schemas = document.schemas("a", "v1");
        let kinds: Vec<&str> = schemas.keys().map(String::as_str).collect();
        assert_eq!(kinds, ["Unnamed", "a-v1"]);
        assert!(schemas["a-v1"].int_or_string);
    }

    #[test]
    fn the_spec_of_an_application_accepts_only_what_it_declares() {
        let any = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        let spec = json!({
            "type": "object",
            "properties": {"values": any},
            "x-kubernetes-preserve-unknown-fields": true,
        });
        let document = || -> Document {
            let definitions = json!({"io.example.Bucket": {"properties": {"spec": spec}}});
            serde_json::from_value(json!({"components": {"schemas": definitions}})).unwrap()
        };
        let application = &document().schemas(APPLICATIONS, "v1alpha1")["Bucket"];
        assert!(!application.preserves_unknown_fields);
        assert!(application.properties["values"].preserves_unknown_fields);
        let custom = &document().schemas("example.io", "v1")["Bucket"];
        assert!(custom.preserves_unknown_fields);
    }

    #[test]
    fn only_the_hash_of_an_announced_address_is_used() {
        let index: Index = serde_json::from_value(json!({"paths": {
            "apis/a/v1": {"serverRelativeURL": "/openapi/v3/apis/a/v1?hash=AB1&x=y"},
            "apis/b/v1": {"serverRelativeURL": "https://elsewhere/?hash=../x"},
            "api/v1": {"serverRelativeURL": "/openapi/v3/api/v1"},
        }}))
        .unwrap();
        assert_eq!(index.document("apis/a/v1"), Some(Some("AB1")));
        assert_eq!(index.document("apis/b/v1"), Some(None));
        assert_eq!(index.document("api/v1"), Some(None));
        assert_eq!(index.document("apis/c/v1"), None);
    }
}
