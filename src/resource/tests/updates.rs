//! An update makes true what was planned, and leaves alone what it does not know.

use proptest::collection;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value as Json, json};

use super::changes::changes as drifts;
use super::configurations::changes;
use super::consistency::assert_object_compatible;
use super::platform::Platform;
use super::{hold, plan};
use crate::resource::Model;
use crate::resource::seen::Seen;
use crate::schema::{Object, Shape};
use crate::value::Value;

type Input = ((Value, Value), Vec<Index>);

fn inputs(model: &Model, platform: &Platform) -> BoxedStrategy<Input> {
    let drift = collection::vec(any::<Index>(), 0..4);
    (changes(model, platform), drift).boxed()
}

/// A key no schema knows, wherever an object's fields or the entries of a map of objects are.
fn marked(object: &Object, fields: &mut Map<String, Json>) {
    for attribute in &object.attributes {
        match (&attribute.shape, fields.get_mut(attribute.api)) {
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

/// The marks that are still there, each by where it is. An entry or object that the configuration does
/// not have any more goes with what is in it.
fn lost(
    object: &Object,
    config: &Value,
    before: &Map<String, Json>,
    after: &Map<String, Json>,
) -> Vec<String> {
    let mut gone = Vec::new();
    if before.get("notOurs") != after.get("notOurs") {
        gone.push("notOurs".to_owned());
    }
    for attribute in &object.attributes {
        let name = attribute.api;
        let (value, was) = (config.attribute(attribute.name), before.get(name));
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
fn an_update_reaches_its_plan_and_keeps_the_rest() {
    hold(20, inputs, |model, platform, ((before, config), places)| {
        let planned = plan(model, platform, &Value::Null, &before).planned;
        let mut stored = platform.created(model, &before);
        marked(&model.spec, &mut stored);
        let mut object = platform.shown(stored, &planned);
        let state = model.state_of(&planned, &Seen::alone(object.clone()));
        for place in places {
            let possible = drifts(&model.spec, &platform.schema, &object.spec);
            if !possible.is_empty() {
                object.spec = place.get(&possible).spec.clone();
            }
        }
        let prior = platform.read(model, &state, &object);
        let changed = plan(model, platform, &prior, &config);
        if changed.diagnostics.has_errors() || !changed.requires_replace.is_empty() {
            return Ok(());
        }
        let planned = changed.planned;
        let written = platform.updated(model, &config, &prior, &object);
        prop_assert_eq!(
            lost(&model.spec, &config, &object.spec, &written),
            Vec::<String>::new()
        );
        let after = platform.shown(written, &planned);
        let state = model.state_of(&planned, &Seen::alone(after.clone()));
        prop_assert_eq!(
            assert_object_compatible(&planned, &state),
            Vec::<String>::new()
        );
        prop_assert_eq!(&platform.read(model, &state, &after), &state);
        let next = plan(model, platform, &state, &config);
        prop_assert_eq!(&next.planned, &state);
        prop_assert!(next.requires_replace.is_empty());

        // Once it is done, doing it again changes nothing.
        let again = platform.shown(platform.updated(model, &config, &state, &after), &planned);
        prop_assert_eq!(again.spec, after.spec);
        Ok(())
    });
}
