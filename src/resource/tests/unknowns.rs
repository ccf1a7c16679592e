//! A plan with fewer known values is consistent with the later plan in which more are known.

use crate::resource::resource_type::ResourceType;
use crate::resource::validate::configuration::validate;
use proptest::collection;
use proptest::prelude::*;
use proptest::sample::Index;

use super::configurations::{changes, with_unknowns};
use super::consistency::{assert_object_compatible, assert_plan_valid};
use super::plans::created;
use super::platform::Platform;
use super::{hold, plan};
use crate::value::Value;

type Input = ((Value, Value), Vec<Index>, bool);

fn inputs(model: &'static ResourceType, platform: &Platform) -> BoxedStrategy<Input> {
    let places = collection::vec(any::<Index>(), 1..5);
    (changes(model, platform), places, any::<bool>()).boxed()
}

#[test]
fn values_that_become_known_are_consistent_with_the_plan() {
    hold(
        30,
        inputs,
        |model, platform, ((before, config), places, exists)| {
            let prior = if exists {
                created(model, platform, &before)
            } else {
                Value::Null
            };
            let partly = with_unknowns(&model.schema, &config, &places);
            let first = plan(model, platform, &prior, &partly);
            let problems = assert_plan_valid(&model.schema, &prior, &partly, &first.planned);
            prop_assert_eq!(problems, Vec::<String>::new());
            let second = plan(model, platform, &prior, &config);
            let problems = assert_object_compatible(&first.planned, &second.planned);
            prop_assert_eq!(problems, Vec::<String>::new());
            // An object that is not known yet forces replacement as a whole.
            for path in &second.requires_replace {
                let mut before = first.requires_replace.iter();
                let is_planned = before.any(|before| path.steps().starts_with(before.steps()));
                prop_assert!(is_planned, "{}", path);
            }
            Ok(())
        },
    );
}

#[test]
fn unknown_parts_are_no_errors() {
    hold(20, inputs, |model, platform, ((_, config), places, _)| {
        let partly = with_unknowns(&model.schema, &config, &places);
        let messages = validate(model, &partly);
        prop_assert!(!messages.has_errors(), "{:?}", messages);
        let planned = plan(model, platform, &Value::Null, &partly);
        prop_assert!(
            !planned.diagnostics.has_errors(),
            "{:?}",
            planned.diagnostics
        );
        Ok(())
    });
}
