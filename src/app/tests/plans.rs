//! Every plan is valid, its apply is consistent with it, and the next plan is empty.

use proptest::collection;
use proptest::prelude::*;
use proptest::sample::Index;

use super::specs::{specs, with_unknowns};
use super::{Kind, hold};
use crate::app::declaration::resource_type;
use crate::resource::generate_config;
use crate::resource::tests::consistency::{
    assert_object_compatible, assert_paths_exist, assert_plan_valid, assert_wholly_known,
};
use crate::value::Value;

fn one(kind: &Kind) -> BoxedStrategy<Value> {
    specs(&kind.platform.schema)
}

fn two(kind: &Kind) -> BoxedStrategy<(Value, Value)> {
    (one(kind), one(kind)).boxed()
}

/// The values with the spec as an object instead of a dynamic value, in which paths can be followed.
fn plain(values: &Value) -> Value {
    let mut plain = values.clone();
    if !plain.is_null() {
        plain.set_attribute("spec", values.attribute("spec").without_type().clone());
    }
    plain
}

fn assert_valid(prior: &Value, config: &Value, planned: &Value) -> Result<(), TestCaseError> {
    let schema = &resource_type().schema;
    let problems = assert_plan_valid(schema, prior, config, planned);
    prop_assert_eq!(problems, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_create_is_applied_as_planned_and_the_next_plan_is_empty() {
    hold(12, one, |kind, spec| {
        let config = kind.config(spec);
        let first = kind.plan(&Value::Null, &config);
        prop_assert!(!first.diagnostics.has_errors(), "{:?}", first.diagnostics);
        assert_valid(&Value::Null, &config, &first.planned)?;
        let (object, state) = kind.created(&config);
        prop_assert_eq!(assert_wholly_known(&state), Vec::<String>::new());
        let problems = assert_object_compatible(&first.planned, &state);
        prop_assert_eq!(problems, Vec::<String>::new());
        let id = format!("tenant-acme/{}/main", kind.name);
        prop_assert_eq!(state.attribute("id").as_str(), Some(&*id));
        prop_assert_eq!(&kind.read(&state, &object), &state);
        let second = kind.plan(&state, &config);
        prop_assert_eq!(&second.planned, &state);
        prop_assert!(second.requires_replace.is_empty());
        Ok(())
    });
}

#[test]
fn a_change_is_applied_as_planned_and_the_next_plan_is_empty() {
    hold(12, two, |kind, (before, after)| {
        let (object, prior) = kind.created(&kind.config(before));
        let config = kind.config(after);
        let changed = kind.plan(&prior, &config);
        assert_valid(&prior, &config, &changed.planned)?;
        let values = [plain(&prior), plain(&changed.planned)];
        let problems = assert_paths_exist(&changed.requires_replace, &values[0], &values[1]);
        prop_assert_eq!(problems, Vec::<String>::new());
        let (object, state) = kind.updated(&object, &prior, &changed.planned);
        prop_assert_eq!(assert_wholly_known(&state), Vec::<String>::new());
        let problems = assert_object_compatible(&changed.planned, &state);
        prop_assert_eq!(problems, Vec::<String>::new());
        prop_assert_eq!(&kind.read(&state, &object), &state);
        prop_assert_eq!(&kind.plan(&state, &config).planned, &state);
        Ok(())
    });
}

#[test]
fn drift_is_shown_and_the_next_apply_removes_it() {
    hold(8, two, |kind, (before, after)| {
        let config = kind.config(before);
        let (_, state) = kind.created(&config);
        let (object, _) = kind.created(&kind.config(after));
        let drifted = kind.read(&state, &object);
        prop_assert_eq!(&kind.read(&drifted, &object), &drifted);
        let planned = kind.plan(&drifted, &config).planned;
        assert_valid(&drifted, &config, &planned)?;
        let (object, state) = kind.updated(&object, &drifted, &planned);
        prop_assert_eq!(&kind.read(&state, &object), &state);
        Ok(())
    });
}

#[test]
fn a_generated_configuration_has_an_empty_plan() {
    hold(12, one, |kind, spec| {
        let (object, _) = kind.created(&kind.config(spec));
        let state = kind.imported(&object);
        let config = generate_config(&resource_type(), &state);
        let plan = kind.plan(&state, &config);
        prop_assert_eq!(&plan.planned, &state);
        prop_assert!(!plan.diagnostics.has_errors(), "{:?}", plan.diagnostics);
        let fields = &kind.platform.schema.properties;
        let spec = state.attribute("spec").without_type().as_map();
        for (name, value) in spec.into_iter().flatten() {
            let default = fields.get(name).and_then(|field| field.shown_default());
            prop_assert_ne!(Some(value.to_json()), default, "{}", name);
        }
        Ok(())
    });
}

#[test]
fn values_that_become_known_are_consistent_with_the_plan() {
    let inputs = |kind: &Kind| {
        let places = collection::vec(any::<Index>(), 1..4);
        (two(kind), places, any::<bool>()).boxed()
    };
    hold(12, inputs, |kind, ((before, after), places, exists)| {
        let prior = if exists {
            kind.created(&kind.config(before)).1
        } else {
            Value::Null
        };
        let partly = kind.config(with_unknowns(after.clone(), &places));
        let config = kind.config(after);
        let first = kind.plan(&prior, &partly);
        assert_valid(&prior, &partly, &first.planned)?;
        let second = kind.plan(&prior, &config);
        let values = [&first.planned, &second.planned].map(plain);
        let problems = assert_object_compatible(&values[0], &values[1]);
        prop_assert_eq!(problems, Vec::<String>::new());
        if !exists {
            prop_assert!(!first.diagnostics.has_errors(), "{:?}", first.diagnostics);
        }
        for path in &second.requires_replace {
            let mut planned = first.requires_replace.iter();
            let is_planned = planned.any(|before| path.steps().starts_with(before.steps()));
            prop_assert!(is_planned, "{}", path);
        }
        Ok(())
    });
}
