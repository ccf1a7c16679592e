//! Paths in the configuration, of paths in the attributes of a kind.

use super::fields::PREFIX;
use crate::schema::Diagnostics;
use crate::value::{Path, Step, Value};

/// The path in the configuration: the attribute `spec.users` is the field `users` of `spec`.
pub(super) fn terraform_path(path: &Path) -> Path {
    let [Step::Attribute(first), others @ ..] = path.steps() else {
        return path.clone();
    };
    match first.strip_prefix(PREFIX) {
        Some(field) => joined(Path::of("spec").attribute(field), others),
        None => path.clone(),
    }
}

/// The messages of the engine, with the paths in the configuration.
pub(super) fn terraform_messages(messages: Diagnostics) -> Diagnostics {
    messages.map_paths(terraform_path)
}

/// The path, or the innermost parent that the state or the plan has: Terraform rejects any other. A part of a dynamic
/// value that is not set does not exist, and neither does one inside of an unknown value.
pub(super) fn existing_path(path: &Path, values: [&Value; 2]) -> Path {
    let steps = path.steps();
    let exists = |steps: &[Step]| values.iter().any(|value| has(value, steps));
    let mut lengths = (1..=steps.len()).rev();
    let length = lengths.find(|length| exists(&steps[..*length]));
    joined(Path::root(), &steps[..length.unwrap_or(1)])
}

fn has(value: &Value, steps: &[Step]) -> bool {
    let found = steps.iter().try_fold(value, |value, step| match step {
        Step::Attribute(name) | Step::Key(name) => value.without_type().as_map()?.get(name),
        Step::Index(index) => value.without_type().as_elements()?.get(*index),
    });
    found.is_some()
}

fn joined(path: Path, steps: &[Step]) -> Path {
    steps.iter().fold(path, |path, step| match step {
        Step::Attribute(name) => path.attribute(name),
        Step::Key(key) => path.key(key),
        Step::Index(index) => path.index(*index),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_a_part_of_the_spec() {
        let users = Path::of("spec.users").key("app").attribute("password");
        assert_eq!(terraform_path(&users).steps().len(), 4);
        assert_eq!(terraform_path(&users).to_string(), users.to_string());
        for path in [
            Path::of("name"),
            Path::root(),
            Path::of("labels").key("spec.a"),
        ] {
            assert_eq!(terraform_path(&path), path);
        }
    }

    #[test]
    fn a_path_that_does_not_exist_is_that_of_its_parent() {
        let spec = |json| Value::map([("spec", Value::of_json(&json).into_dynamic())]);
        let prior = spec(json!({"backup": {"schedule": "a"}}));
        let mut planned = spec(json!({"size": "1Gi"}));
        let existing =
            |path: Path, planned: &Value| existing_path(&path, [&prior, planned]).to_string();
        let backup = Path::of("spec").attribute("backup");
        assert_eq!(
            existing(backup.attribute("schedule"), &planned),
            "spec.backup.schedule"
        );
        assert_eq!(existing(backup.attribute("other"), &planned), "spec.backup");
        assert_eq!(
            existing(Path::of("spec").attribute("size"), &planned),
            "spec.size"
        );
        assert_eq!(
            existing(Path::of("spec").attribute("class"), &planned),
            "spec"
        );
        planned.set_attribute("spec", Value::Unknown);
        assert_eq!(
            existing(Path::of("spec").attribute("size"), &planned),
            "spec"
        );
    }
}
