//! Changes that force replacement.

use super::transitions::Transition;
use crate::resource::spec::live::is_immutable;
use crate::value::{Path, Step, Value};

/// The paths whose change forces replacement, for Terraform, which ignores a path if the values at it are equal.
pub(crate) fn requires_replace(
    transitions: &[Transition<'_>],
    prior: &Value,
    planned: &Value,
) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    for transition in transitions {
        let attribute = transition.attribute;
        let is_fixed =
            attribute.replace || attribute.is_field() && is_immutable(attribute, transition.live);
        if is_fixed && transition.has_effect() {
            let path = innermost_difference(&transition.path, [prior, planned]);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths
}

/// The path itself. If list items were reordered, the state may have another item with an equal value at this path;
/// then the innermost parent path at which the values differ.
fn innermost_difference(path: &Path, values: [&Value; 2]) -> Path {
    let steps = path.steps();
    let differing = (1..=steps.len()).rev().find(|length| {
        let [prior, planned] = values.map(|value| at(value, &steps[..*length]));
        prior != planned
    });
    let length = differing.unwrap_or(steps.len());
    steps[..length]
        .iter()
        .fold(Path::root(), |path, step| match step {
            Step::Attribute(name) => path.attribute(name),
            Step::Key(key) => path.key(key),
            Step::Index(index) => path.index(*index),
        })
}

fn at<'a>(value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Attribute(name) | Step::Key(name) => value.as_map()?.get(name),
        Step::Index(index) => value.as_elements()?.get(*index),
    })
}
