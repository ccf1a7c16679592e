use super::name::place_of;
use crate::resource::entry_of::EntryOf;
use crate::schema::{Diagnostics, check_rules};
use crate::value::{Path, Step, Value};

/// Validates what identifies an entry, and the entry by the rules of its object.
pub(crate) fn check_entry(entry: &EntryOf, config: &Value, diagnostics: &mut Diagnostics) {
    let reference = config.attribute(&entry.reference);
    if let Some(id) = reference.as_str()
        && place_of(id).is_none()
    {
        diagnostics.error_at(
            &Path::of(&entry.reference),
            "Invalid Attribute Value",
            format!(
                "`{}` must be `namespace/name`, the `id` of a `{}`.",
                entry.reference, entry.object_type
            ),
        );
    }
    let Some(key) = config.attribute("name").as_str() else {
        return;
    };
    let object = reference
        .as_str()
        .and_then(|id| Some(id.split_once('/')?.1));
    let problem = entry.keys.as_ref();
    let problem = problem.and_then(|keys| keys.problem_of("name", object.unwrap_or_default(), key));
    let empty = || {
        key.is_empty()
            .then(|| "`name` must not be empty.".to_owned())
    };
    match problem.or_else(empty) {
        Some(problem) => {
            diagnostics.error_at(&Path::of("name"), "Invalid Attribute Value", problem);
        }
        None => check_in_object(entry, key, config, diagnostics),
    }
}

/// Validates the entry by the rules of its object, of which nothing else is known.
fn check_in_object(entry: &EntryOf, key: &str, config: &Value, diagnostics: &mut Diagnostics) {
    let attributes = entry.container.attributes.iter();
    let mut object = Value::map(attributes.map(|one| (one.name.clone(), Value::Unknown)));
    let entries = match entry.is_list() {
        true => Value::List(vec![config.clone()]),
        false => Value::map([(key.to_owned(), config.clone())]),
    };
    object.set_attribute(entry.attribute, entries);
    object.set_attribute("name", Value::Unknown);
    let mut found = Diagnostics::new();
    check_rules(&entry.container, &object, &mut found);
    for one in found.iter() {
        let steps = one.path.as_ref().map_or(&[][..], Path::steps);
        let [Step::Attribute(attribute), _, inside @ ..] = steps else {
            continue;
        };
        if attribute == entry.attribute {
            let path = inside.iter().fold(Path::root(), |path, step| match step {
                Step::Attribute(name) => path.attribute(name),
                Step::Key(key) => path.key(key),
                Step::Index(index) => path.index(*index),
            });
            let path = if inside.is_empty() {
                Path::of("name")
            } else {
                path
            };
            diagnostics.add(one.severity, &path, &one.summary, &one.detail);
        }
    }
}
