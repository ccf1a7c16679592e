//! An update writes the planned values, and keeps fields that the schema does not have.
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::state_after_apply;
use proptest::collection;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value as Json, json};

use super::changes::changes as drifts;
use super::configurations::changes;
use super::consistency::assert_object_compatible;
use super::platform::Platform;
use super::{hold, parts, plan};
use crate::schema::{Block, Shape};
use crate::value::{Step, Value};

type Input = ((Value, Value), Vec<Index>, Vec<Index>);

fn inputs(model: &'static ResourceType, platform: &Platform) -> BoxedStrategy<Input> {
    let places = || collection::vec(any::<Index>(), 0..4);
    (changes(model, platform), places(), places()).boxed()
}

/// The configuration from which Terraform plans if changes at these paths are ignored: with the values of the state.
/// The apply receives the whole configuration.
fn ignoring(model: &ResourceType, config: &Value, prior: &Value, places: &[Index]) -> Value {
    let paths: Vec<_> = parts::paths(&model.spec, config)
        .into_iter()
        .chain(parts::paths(&model.spec, prior))
        .filter(|path| !matches!(path.steps().last(), Some(Step::Index(_))))
        .collect();
    let mut planned_from = config.clone();
    for place in places.iter().filter(|_| !paths.is_empty()) {
        let path = place.get(&paths);
        match (parts::get(prior, path), path.steps().last()) {
            (Some(before), Some(Step::Key(key))) => {
                let map = parts::parent(path).expect("an entry is in a map");
                if let Some(Value::Map(entries)) = parts::get(&planned_from, &map) {
                    let mut entries = entries.clone();
                    entries.insert(key.clone(), before.clone());
                    parts::put(&mut planned_from, &map, Value::Map(entries));
                }
            }
            (Some(before), _) => parts::put(&mut planned_from, path, before.clone()),
            (None, _) => parts::drop_part(&mut planned_from, path),
        }
    }
    planned_from
}

/// Adds a key that no schema has to every object and every map of objects.
fn marked(object: &Block, fields: &mut Map<String, Json>) {
    for attribute in &object.attributes {
        match (&attribute.shape, fields.get_mut(&*attribute.api)) {
            (Shape::Object(nested), Some(Json::Object(inner))) => marked(nested, inner),
            (Shape::Map(shape), Some(Json::Object(entries))) => {
                if let Shape::Object(nested) = &**shape {
                    let objects = entries.values_mut().filter_map(Json::as_object_mut);
                    objects.for_each(|entry| marked(nested, entry));
                }
            }
            _ => {}
        }
    }
    fields.insert("notOurs".to_owned(), json!({"kept": [1, "x"]}));
}

/// The remaining marks by path. An entry or object that the configuration no longer has is removed with its content.
fn lost(
    object: &Block,
    config: &Value,
    before: &Map<String, Json>,
    after: &Map<String, Json>,
) -> Vec<String> {
    let mut gone = Vec::new();
    if before.get("notOurs") != after.get("notOurs") {
        gone.push("notOurs".to_owned());
    }
    for attribute in &object.attributes {
        let name = &*attribute.api;
        let (value, was) = (config.attribute(&attribute.name), before.get(name));
        let is = after
            .get(name)
            .and_then(Json::as_object)
            .cloned()
            .unwrap_or_default();
        match (&attribute.shape, was) {
            (Shape::Object(nested), Some(Json::Object(was))) => {
                gone.extend(
                    lost(nested, value, was, &is)
                        .into_iter()
                        .map(|rest| format!("{name}.{rest}")),
                );
            }
            (Shape::Map(shape), Some(Json::Object(was))) => {
                let Shape::Object(nested) = &**shape else {
                    continue;
                };
                for (key, entry) in was {
                    let (Some(kept), Json::Object(entry)) =
                        (value.as_map().and_then(|map| map.get(key)), entry)
                    else {
                        continue;
                    };
                    let is = is
                        .get(key)
                        .and_then(Json::as_object)
                        .cloned()
                        .unwrap_or_default();
                    gone.extend(
                        lost(nested, kept, entry, &is)
                            .into_iter()
                            .map(|rest| format!("{name}.{key}.{rest}")),
                    );
                }
            }
            _ => {}
        }
    }
    gone
}

#[test]
fn an_update_writes_the_plan_and_keeps_other_fields() {
    hold(
        20,
        inputs,
        |model, platform, ((before, config), places, ignored)| {
            let planned = plan(model, platform, &Value::Null, &before).planned;
            let mut stored = platform.created(model, &before);
            marked(&model.spec, &mut stored);
            let mut object = platform.shown(stored, &planned);
            let state = state_after_apply(model, &planned, &Observed::alone(object.clone()));
            for place in places {
                let possible = drifts(&model.spec, &platform.schema, &object.spec);
                if !possible.is_empty() {
                    object.spec = place.get(&possible).spec.clone();
                }
            }
            let prior = platform.read(model, &state, &object);
            let planned_from = ignoring(model, &config, &prior, &ignored);
            let changed = plan(model, platform, &prior, &planned_from);
            if changed.diagnostics.has_errors() || !changed.requires_replace.is_empty() {
                return Ok(());
            }
            let planned = changed.planned;
            let values = [&prior, &planned, &config];
            let written = platform.updated(model, values, &object);
            prop_assert_eq!(
                lost(&model.spec, &planned, &object.spec, &written),
                Vec::<String>::new()
            );
            let after = platform.shown(written, &planned);
            let state = state_after_apply(model, &planned, &Observed::alone(after.clone()));
            prop_assert_eq!(
                assert_object_compatible(&planned, &state),
                Vec::<String>::new()
            );
            prop_assert_eq!(&platform.read(model, &state, &after), &state);
            let next = plan(model, platform, &state, &planned_from);
            prop_assert_eq!(&next.planned, &state);
            prop_assert!(next.requires_replace.is_empty());

            // A second update changes nothing.
            let values = [&state, &planned, &config];
            let again = platform.shown(platform.updated(model, values, &after), &planned);
            prop_assert_eq!(again.spec, after.spec);
            Ok(())
        },
    );
}
