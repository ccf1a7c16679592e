//! The platform as pure functions: it stores specs as they are sent, and returns them with defaults.
use crate::resource::apply::labels::label_map;
use crate::resource::apply::request::ApplyRequest;
use crate::resource::apply::wanted::wanted_spec;
use crate::resource::observe::observed::Observed;
use crate::resource::read::refresh::{decode_spec, is_undecided, state_read};
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::decode::Decoded;
use crate::resource::spec::names::Target;
use crate::resource::state::private::Private;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::api::{JsonSchema, MANAGED_BY, Object};
use crate::schema::Diagnostics;
use crate::value::Value;

/// The releases, by the name of their table of facts.
const RELEASES: [&str; 5] = ["0.41", "1.1", "1.3", "1.6", "main"];

/// A kind on a release of the platform.
pub(crate) struct Platform {
    /// The release.
    pub(crate) release: &'static str,
    /// The schema of the kind's spec.
    pub(crate) schema: JsonSchema,
    /// The attribute that references the object of an entry.
    reference: Option<String>,
    /// The immutable top-level fields, from the tables of facts.
    pub(crate) fixed: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Fact {
    kind: String,
    /// If a table covers more than one release.
    #[serde(default)]
    releases: Vec<String>,
    schema: Json,
}

fn facts(table: &str) -> Vec<Fact> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("standin/facts");
    let table = std::fs::read(folder.join(format!("{table}.json"))).expect("a table");
    serde_json::from_slice(&table).expect("a list of kinds")
}

/// The top-level fields with the rule that the value does not change.
fn fixed(schema: &Json) -> BTreeSet<String> {
    let fields = schema["properties"].as_object().into_iter().flatten();
    let has_rule = |field: &Json| {
        let rules = field["x-kubernetes-validations"].as_array();
        let mut rules = rules.into_iter().flatten();
        rules.any(|rule| rule["rule"] == "self == oldSelf")
    };
    let fixed = fields.filter(|(_, field)| has_rule(field));
    fixed.map(|(name, _)| name.clone()).collect()
}

impl Platform {
    /// The releases that have the kind.
    pub(crate) fn all(of: &ResourceType) -> Vec<Platform> {
        let on = |release| Platform::of(release, of);
        RELEASES.into_iter().filter_map(on).collect()
    }

    /// The kind on this release.
    pub(crate) fn on(release: &'static str, of: &ResourceType) -> Platform {
        Platform::of(release, of).expect("the release has the kind")
    }

    /// The kind on the newest release that has it.
    pub(crate) fn newest(of: &ResourceType) -> Platform {
        let all = RELEASES.into_iter().rev();
        let mut all = all.filter_map(|release| Platform::of(release, of));
        all.next().expect("a release has the kind")
    }

    /// Every kind of every release.
    pub(crate) fn every_kind() -> Vec<(String, Platform)> {
        let of_release = |release| facts(release).into_iter().map(move |fact| (release, fact));
        let facts = RELEASES.into_iter().flat_map(of_release);
        let kinds = facts.map(|(release, fact)| {
            let schema = serde_json::from_value(fact.schema.clone()).expect("a schema");
            let fixed = fixed(&fact.schema);
            let platform = Platform {
                release,
                reference: None,
                schema,
                fixed,
            };
            (fact.kind, platform)
        });
        kinds.collect()
    }

    fn of(release: &'static str, of: &ResourceType) -> Option<Platform> {
        let mut facts = [release, "backups"].into_iter().flat_map(facts);
        let is_it = |fact: &Fact| {
            let is_there =
                fact.releases.is_empty() || fact.releases.iter().any(|one| one == release);
            let former = of.former.as_deref();
            let is_kind = |kind: &ResourceType| kind.api_resource.kind == fact.kind;
            is_there && (is_kind(of) || former.is_some_and(is_kind))
        };
        let whole = facts.find(is_it)?.schema;
        let schema: JsonSchema = serde_json::from_value(whole.clone()).expect("a schema");
        let (schema, fixed) = match &of.entry {
            None => (schema, fixed(&whole)),
            Some(entry) => (entry.schema_in(&schema)?.clone(), BTreeSet::new()),
        };
        Some(Platform {
            release,
            fixed,
            schema,
            reference: of.entry.as_ref().map(|entry| entry.reference.clone()),
        })
    }

    /// The stored spec after a create.
    pub(crate) fn created(&self, model: &ResourceType, config: &Value) -> Map<String, Json> {
        self.written(model, [&Value::Null, config, config], Map::new())
    }

    /// The stored spec after an update, planned from the prior state. The configuration may differ from the planned
    /// values.
    pub(crate) fn updated(
        &self,
        model: &ResourceType,
        [prior, planned, config]: [&Value; 3],
        shown: &Object,
    ) -> Map<String, Json> {
        let stored = self.schema.without_defaults(&shown.spec);
        self.written(model, [prior, planned, config], stored)
    }

    fn written(
        &self,
        model: &ResourceType,
        [prior, planned, config]: [&Value; 3],
        stored: Map<String, Json>,
    ) -> Map<String, Json> {
        let request = ApplyRequest {
            prior,
            planned,
            config,
            private: &[],
        };
        let target = Target {
            live: Some(&self.schema),
            renamed: None,
        };
        let written = wanted_spec(model, &request, stored, target);
        written.expect("the schema tells every name")
    }

    /// The object in a response: numbers are converted to floats, missing fields have their default.
    pub(crate) fn shown(&self, stored: Map<String, Json>, planned: &Value) -> Object {
        let text = |name: &str| planned.attribute(name).as_str().unwrap_or_default();
        let (namespace, name) = match &self.reference {
            None => (text("namespace").to_owned(), text("name").to_owned()),
            Some(reference) => {
                let (namespace, object) = text(reference).split_once('/').expect("an id");
                (namespace.to_owned(), format!("{object}/{}", text("name")))
            }
        };
        let mut labels = label_map(planned.attribute("labels"));
        labels.insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
        let mut annotations = label_map(planned.attribute("annotations"));
        annotations.insert(crate::api::OPERATION.to_owned(), "1".to_owned());
        annotations.insert("by.someone/else".to_owned(), "x".to_owned());
        Object {
            status: status(&namespace, &name),
            name,
            namespace,
            uid: "1".to_owned(),
            resource_version: "7".to_owned(),
            labels,
            annotations,
            spec: self.filled(stored),
            ..Object::default()
        }
    }

    fn filled(&self, stored: Map<String, Json>) -> Map<String, Json> {
        let mut spec = Json::Object(stored);
        through_floats(&mut spec);
        match self.schema.filled(&spec) {
            Json::Object(fields) => fields,
            other => panic!("{other} is no object"),
        }
    }

    /// The state after a read: first with the declaration, and if that is not sufficient, with the platform's schema.
    pub(crate) fn read(&self, model: &ResourceType, prior: &Value, object: &Object) -> Value {
        let read = decode_spec(model, object, prior, None, &mut Diagnostics::new());
        if is_undecided(model, &read, object) || is_import(prior) {
            return self.read_with_schema(model, prior, object);
        }
        state_after_apply(model, prior, object, &read)
    }

    /// The state after a read with the platform's schema.
    pub(crate) fn read_with_schema(
        &self,
        model: &ResourceType,
        prior: &Value,
        object: &Object,
    ) -> Value {
        let messages = &mut Diagnostics::new();
        let read = decode_spec(model, object, prior, Some(&self.schema), messages);
        state_after_apply(model, prior, object, &read)
    }
}

/// Whether a state is that of an import.
fn is_import(prior: &Value) -> bool {
    prior.attribute("ready").is_null()
}

fn state_after_apply(
    model: &ResourceType,
    prior: &Value,
    object: &Object,
    read: &Decoded,
) -> Value {
    let remembered = Private {
        imported: is_import(prior),
        ..Private::default()
    };
    state_read(
        model,
        prior,
        read,
        &Observed::alone(object.clone()),
        &remembered,
    )
}

fn status(namespace: &str, name: &str) -> Map<String, Json> {
    let ready = json!({
        "type": "Ready", "status": "True", "reason": "InstallSucceeded", "message": "Installed.",
        "lastTransitionTime": "2026-05-31T14:30:00Z",
    });
    let status = json!({
        "version": "1.0.0", "phase": "Succeeded", "namespace": format!("{namespace}-{name}"), "conditions": [ready],
    });
    let fields: BTreeMap<String, Json> = serde_json::from_value(status).expect("an object");
    fields.into_iter().collect()
}

/// The server parses every number as a 64-bit float and formats it again: `1.0` is returned as `1`.
fn through_floats(json: &mut Json) {
    match json {
        Json::Number(number) => {
            let float = number.as_f64().expect("a number");
            *number = format!("{float}").parse().expect("a number");
        }
        Json::Array(items) => items.iter_mut().for_each(through_floats),
        Json::Object(fields) => fields.values_mut().for_each(through_floats),
        _ => {}
    }
}
