//! Terraform's rules for the responses of a provider, implemented from its documentation.

use crate::schema::{Attribute, AttributeRole, Block, Shape, Usage};
use crate::value::{Path, Step, Value};

/// The errors of Terraform for a plan ("Provider produced invalid plan").
pub(crate) fn assert_plan_valid(
    schema: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<String> {
    let mut problems = Vec::new();
    if config.is_null() != planned.is_null() {
        problems.push("the plan is null where the configuration is not, or the reverse".to_owned());
    } else if !config.is_null() {
        object(schema, prior, config, planned, &Path::root(), &mut problems);
    }
    problems
}

fn object(
    schema: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    problems: &mut Vec<String>,
) {
    let Value::Map(entries) = planned else {
        return problems.push(format!("`{path}` is planned as no object"));
    };
    let is_declared = |name: &&String| schema.attribute(name).is_some();
    for name in entries.keys().filter(|name| !is_declared(name)) {
        problems.push(format!("`{path}` has no attribute `{name}`"));
    }
    for attribute in &schema.attributes {
        let name = &*attribute.name;
        if !entries.contains_key(name) {
            problems.push(format!("`{path}` lacks the attribute `{name}`"));
        }
        let values = [prior, config, planned].map(|value| value.attribute(name));
        one(attribute, values, &path.attribute(name), problems);
    }
}

fn one(
    attribute: &Attribute,
    [prior, config, planned]: [&Value; 3],
    path: &Path,
    problems: &mut Vec<String>,
) {
    if attribute.role == AttributeRole::WriteOnly {
        if !planned.is_null() {
            problems.push(format!("`{path}` is planned and may only be written"));
        }
        return;
    }
    let keeps_prior = planned == prior && !prior.is_null() && !config.is_null();
    if planned == config || keeps_prior || attribute.usage == Usage::Computed {
        return;
    }
    if config.is_null() {
        if attribute.usage != Usage::OptionalComputed {
            problems.push(format!("`{path}` is planned and not configured"));
        }
        return;
    }
    match attribute.shape.nested() {
        Some(nested) => within(
            &attribute.shape,
            nested,
            [prior, config, planned],
            path,
            problems,
        ),
        None => problems.push(format!(
            "`{path}` is planned as neither the configuration nor the state has it"
        )),
    }
}

/// A nested attribute that is configured.
fn within(
    shape: &Shape,
    nested: &Block,
    [prior, config, planned]: [&Value; 3],
    path: &Path,
    problems: &mut Vec<String>,
) {
    match (shape, config, planned) {
        (_, _, Value::Null | Value::Unknown) => {
            problems.push(format!("`{path}` is planned as null or unknown as a whole"));
        }
        (Shape::Object(_), ..) => object(nested, prior, config, planned, path, problems),
        (Shape::List(_), Value::List(configured), Value::List(elements)) => {
            if configured.len() != elements.len() {
                return problems.push(format!("`{path}` is planned with another length"));
            }
            let before = prior.as_elements().unwrap_or_default();
            for (index, (configured, element)) in configured.iter().zip(elements).enumerate() {
                let prior = before.get(index).unwrap_or(&Value::Null);
                element_of(
                    nested,
                    [prior, configured, element],
                    &path.index(index),
                    problems,
                );
            }
        }
        (Shape::Map(_), Value::Map(configured), Value::Map(entries)) => {
            if !configured.keys().eq(entries.keys()) {
                return problems.push(format!("`{path}` is planned with other keys"));
            }
            for (key, configured) in configured {
                let values = [prior.attribute(key), configured, &entries[key]];
                element_of(nested, values, &path.key(key), problems);
            }
        }
        (Shape::Set(_), Value::Set(configured), Value::Set(elements)) => {
            if elements.len() > configured.len() {
                problems.push(format!("`{path}` is planned with more elements"));
            }
        }
        _ => problems.push(format!("`{path}` is planned with another shape")),
    }
}

fn element_of(
    nested: &Block,
    [prior, config, planned]: [&Value; 3],
    path: &Path,
    problems: &mut Vec<String>,
) {
    if planned != config && config.as_map().is_some() {
        object(nested, prior, config, planned, path, problems);
    } else if planned != config {
        problems.push(format!("`{path}` is planned as it is not configured"));
    }
}

/// The errors of Terraform for a result, or for a second plan with more known values ("Provider produced inconsistent
/// result after apply", "… inconsistent final plan").
pub(crate) fn assert_object_compatible(planned: &Value, actual: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    compatible(planned, actual, &Path::root(), &mut problems);
    problems
}

fn compatible(planned: &Value, actual: &Value, path: &Path, problems: &mut Vec<String>) {
    match (planned, actual) {
        (Value::Unknown, _) => {}
        (Value::Map(planned), Value::Map(actual)) => {
            if !planned.keys().eq(actual.keys()) {
                return problems.push(format!("`{path}` has other keys"));
            }
            for (key, planned) in planned {
                compatible(planned, &actual[key], &path.key(key), problems);
            }
        }
        (Value::List(planned), Value::List(actual)) => {
            if planned.len() != actual.len() {
                return problems.push(format!("`{path}` has another length"));
            }
            for (index, (planned, actual)) in planned.iter().zip(actual).enumerate() {
                compatible(planned, actual, &path.index(index), problems);
            }
        }
        (Value::Set(planned), Value::Set(actual)) => {
            let fits = |planned, actual| assert_object_compatible(planned, actual).is_empty();
            let found = actual.iter().all(|b| planned.iter().any(|a| fits(a, b)));
            let kept = planned.iter().all(|a| actual.iter().any(|b| fits(a, b)));
            if !found || !kept || actual.len() > planned.len() {
                problems.push(format!("`{path}` has other elements"));
            }
        }
        _ if planned == actual => {}
        _ => problems.push(format!("`{path}` was {planned:?} and is {actual:?}")),
    }
}

/// The unknown parts of a value that must be known.
pub(crate) fn assert_wholly_known(value: &Value) -> Vec<String> {
    let Some(entries) = value.as_map() else {
        let unknown = (!value.is_wholly_known()).then(|| "the whole is not known".to_owned());
        return unknown.into_iter().collect();
    };
    entries
        .iter()
        .filter(|(_, value)| !value.is_wholly_known())
        .map(|(name, _)| format!("`{name}` is not known"))
        .collect()
}

/// The paths that exist neither in the state nor in the plan.
pub(crate) fn assert_paths_exist(paths: &[Path], prior: &Value, planned: &Value) -> Vec<String> {
    let leads = |path: &Path, root: &Value| {
        let mut at = Some(root);
        for step in path.steps() {
            at = at.and_then(|value| match step {
                Step::Attribute(name) | Step::Key(name) => value.as_map()?.get(name),
                Step::Index(index) => value.as_elements()?.get(*index),
            });
        }
        at.is_some()
    };
    paths
        .iter()
        .filter(|path| !leads(path, prior) && !leads(path, planned))
        .map(|path| format!("`{path}` is in neither the state nor the plan"))
        .collect()
}

mod tests {
    use super::*;
    use crate::schema::Spec;

    #[derive(Spec)]
    struct Sample {
        /// Set by the configuration.
        given: Option<String>,
        /// Set by the platform.
        #[spec(computed)]
        told: Option<String>,
        /// Set by either.
        #[spec(computed)]
        either: Option<String>,
        /// Nested.
        inner: Option<Vec<Inner>>,
    }

    #[derive(Spec)]
    struct Inner {
        /// Set by the configuration.
        given: Option<String>,
    }

    fn sample(given: Value, inner: Value) -> Value {
        Value::map([
            ("given", given),
            ("told", Value::Null),
            ("either", Value::Null),
            ("inner", inner),
        ])
    }

    fn inner(given: impl Into<Value>) -> Value {
        Value::List(vec![Value::map([("given", given.into())])])
    }

    fn problems(prior: &Value, config: &Value, planned: &Value) -> usize {
        assert_plan_valid(&Sample::block(), prior, config, planned).len()
    }

    #[test]
    fn a_plan_takes_the_configuration_or_keeps_the_state() {
        let none = sample(Value::Null, Value::Null);
        let (one, two) = (
            sample("1".into(), inner("1")),
            sample("2".into(), inner("2")),
        );
        assert_eq!(problems(&none, &one, &one), 0);
        assert_eq!(problems(&one, &two, &one), 0);
        assert_eq!(problems(&none, &two, &one), 2);
        assert_eq!(problems(&one, &none, &one), 2);
        assert_eq!(problems(&one, &none, &Value::Null), 1);
        let longer = sample("1".into(), Value::List(vec![Value::Null; 2]));
        assert_eq!(problems(&none, &one, &longer), 1);
        let mut decided = one.clone();
        decided.set_attribute("either", Value::Unknown);
        decided.set_attribute("told", "x".into());
        assert_eq!(problems(&none, &one, &decided), 0);
        decided.set_attribute("other", "x".into());
        assert_eq!(problems(&none, &one, &decided), 1);
    }

    #[test]
    fn a_result_equals_its_plan() {
        let one = sample("1".into(), inner("1"));
        let later = sample(Value::Unknown, Value::List(vec![Value::Unknown]));
        let problems =
            |planned: &Value, actual: &Value| assert_object_compatible(planned, actual).len();
        assert_eq!(problems(&later, &one), 0);
        assert_eq!(problems(&one, &later), 2);
        assert_eq!(problems(&one, &sample("1".into(), Value::Null)), 1);
        let set = |values: &[&str]| Value::set(values.iter().map(|text| Value::from(*text)));
        assert_eq!(problems(&set(&["a", "b"]), &set(&["a", "b"])), 0);
        assert_eq!(problems(&set(&["a", "b"]), &set(&["a"])), 1);
        assert_eq!(assert_wholly_known(&later).len(), 2);
        assert_eq!(assert_wholly_known(&Value::Unknown).len(), 1);
    }

    #[test]
    fn a_path_leads_somewhere() {
        let one = sample("1".into(), inner("1"));
        let there = Path::of("inner").index(0).attribute("given");
        assert!(assert_paths_exist(&[there], &one, &Value::Null).is_empty());
        let nowhere = Path::of("inner").index(1);
        assert_eq!(assert_paths_exist(&[nowhere], &one, &one).len(), 1);
    }
}
