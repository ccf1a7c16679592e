//! What the platform makes beside an object: when a plan leaves it open, and when it is kept.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::configurations::{changes, configurations};
use super::plans::created;
use super::{hold, plan};
use crate::schema::Shape;
use crate::value::Value;

/// A change leaves open what follows from it and nothing else: who is configured by an output is else
/// unknown with every change.
#[test]
fn an_output_is_left_open_only_by_what_it_follows() {
    hold(20, changes, |model, platform, (before, after)| {
        let prior = created(model, platform, &before);
        let planned = plan(model, platform, &prior, &after).planned;
        let differs = |name: &&str| planned.attribute(name) != prior.attribute(name);
        let stores =
            |values: &Value| values.attribute("store_credentials").as_bool() != Some(false);
        for output in model.kind.outputs {
            let [before, now] = [&prior, &planned].map(|values| values.attribute(output.name));
            let follows = output.follows.iter().any(differs);
            let is_kept = !output.secret || stores(&planned);
            let was_kept = !output.secret || stores(&prior);
            let may_change = follows && (!output.stable || before.is_null());
            let expected = match (is_kept, was_kept) {
                (false, _) => &output.not_kept(),
                (true, false) => &Value::Unknown,
                (true, true) if may_change => &Value::Unknown,
                (true, true) => before,
            };
            prop_assert_eq!(now, expected, "{}", output.name);
        }
        Ok(())
    });
}

/// A loop over credentials goes over nothing where there is no user or they are not stored.
#[test]
fn credentials_keyed_by_user_are_empty_and_not_null() {
    hold(20, configurations, |model, platform, config| {
        let state = created(model, platform, &config);
        let users = config.attribute("users").as_map();
        let is_kept = state.attribute("store_credentials").as_bool() != Some(false);
        if is_kept && users.is_some_and(|users| !users.is_empty()) {
            return Ok(());
        }
        for output in model.kind.outputs.iter().filter(|output| output.secret) {
            if matches!((output.shape)(), Shape::Map(_)) {
                let empty = Value::Map(BTreeMap::new());
                prop_assert_eq!(state.attribute(output.name), &empty);
            }
        }
        Ok(())
    });
}

/// What takes the id of an object that is yet to be made waits for it.
#[test]
fn the_id_is_known_once_there_is_an_object() {
    hold(8, changes, |model, platform, (before, after)| {
        let planned = plan(model, platform, &Value::Null, &before).planned;
        prop_assert!(planned.attribute("id").is_unknown());
        let prior = created(model, platform, &before);
        let planned = plan(model, platform, &prior, &after).planned;
        prop_assert_eq!(planned.attribute("id"), prior.attribute("id"));
        Ok(())
    });
}
