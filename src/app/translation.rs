//! Values of `hikube_app` as those of the resource type of a kind, and back.

use std::collections::BTreeMap;

use super::declaration::of_kind;
use super::fields::{PREFIX, spec_block};
use super::inferred::inferred_block;
use super::served::{NoKind, served_kind};
use super::shown::shown_spec;
use super::typed::{Problem, typed_spec};
use crate::api::NoSchema;
use crate::resource::{ResourceType, Session};
use crate::value::Value;

/// A kind on the platform.
pub(super) struct Translation {
    /// The resource type of the kind.
    pub(super) resource_type: ResourceType,
    /// Why the platform's schema is not known. The attributes are then those of the given specs.
    pub(super) no_schema: Option<NoSchema>,
}

impl Translation {
    /// The kind with the platform's schema; without one, with the attributes that these specs set.
    ///
    /// # Errors
    /// Why the platform has no such kind.
    pub(super) async fn of(
        session: &Session,
        kind: &str,
        specs: &[&Value],
    ) -> Result<Translation, NoKind> {
        let resource = served_kind(session, kind).await?;
        let (block, no_schema) = match session.client.schema(&resource).await {
            Ok(schema) => (spec_block(&schema), None),
            Err(why) => (inferred_block(specs), Some(why)),
        };
        Ok(Translation {
            resource_type: of_kind(resource, block),
            no_schema,
        })
    }

    /// The values for the engine, and what the kind does not have.
    pub(super) fn to_engine<'a>(&self, values: &'a Value) -> (Value, Vec<Problem<'a>>) {
        let Value::Map(entries) = values else {
            return (values.clone(), Vec::new());
        };
        let (fields, problems) = typed_spec(&self.resource_type.spec, values.attribute("spec"));
        let mut entries = entries.clone();
        entries.remove("spec");
        entries.extend(fields);
        (with_engine_id(&Value::Map(entries)), problems)
    }

    /// The engine's values with this spec.
    pub(super) fn with_spec(&self, values: &Value, spec: Value) -> Value {
        let Value::Map(entries) = values else {
            return values.clone();
        };
        let others = entries.iter().filter(|(name, _)| !name.starts_with(PREFIX));
        let mut entries: BTreeMap<_, _> = others
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        entries.insert("spec".to_owned(), spec);
        with_kind_in_id(Value::Map(entries))
    }

    /// The engine's values with the spec that they have, given what the state had in both forms.
    pub(super) fn to_terraform(&self, values: &Value, [before, prior]: [&Value; 2]) -> Value {
        let spec = shown_spec(
            &self.resource_type.spec,
            [before, values],
            prior.attribute("spec"),
        );
        self.with_spec(values, spec)
    }

    /// Whether two values of the engine have the same spec.
    pub(super) fn has_same_spec(&self, one: &Value, other: &Value) -> bool {
        let mut fields = self.resource_type.spec.attributes.iter();
        fields.all(|field| one.attribute(&field.name) == other.attribute(&field.name))
    }
}

/// Whether a change is written to the platform.
pub(super) fn is_written([prior, planned]: [&Value; 2]) -> bool {
    let mut written = ["kind", "name", "namespace", "spec", "labels", "annotations"].into_iter();
    written.any(|name| prior.attribute(name) != planned.attribute(name))
}

/// The values with the ID `namespace/name` instead of `namespace/Kind/name`.
pub(super) fn with_engine_id(values: &Value) -> Value {
    let mut values = values.clone();
    if let [namespace, _, name] = id_parts(&values)[..] {
        let id = format!("{namespace}/{name}");
        values.set_attribute("id", id.into());
    }
    values
}

/// The values with the ID `namespace/Kind/name` instead of `namespace/name`.
pub(super) fn with_kind_in_id(mut values: Value) -> Value {
    let kind = values.attribute("kind").as_str();
    if let ([namespace, name], Some(kind)) = (&id_parts(&values)[..], kind) {
        let id = format!("{namespace}/{kind}/{name}");
        values.set_attribute("id", id.into());
    }
    values
}

fn id_parts(values: &Value) -> Vec<&str> {
    let id = values.attribute("id").as_str();
    id.map_or_else(Vec::new, |id| id.split('/').collect())
}
