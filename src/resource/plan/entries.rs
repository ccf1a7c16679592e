//! Entries of an object that are managed by resources of their own: the resource of the object leaves them alone.

use crate::api::{EntryKeys, Object};
use crate::resource::declaration::entry::EntryKind;
use crate::resource::diagnostics::error::capitalised;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::id;
use crate::schema::Diagnostics;
use crate::value::{Path, Value};

/// An entry in a plan of the object that has an owner of its own.
struct Claimed<'a> {
    declared: &'static EntryKind,
    field: &'a str,
    key: &'a str,
    path: Path,
    /// Whether it may be taken over.
    is_free: bool,
}

/// The entries with owners of their own that a plan of the object contains.
fn claimed<'a>(
    resource_type: &'a ResourceType,
    planned: &Value,
    owned: &'a EntryKeys,
) -> Vec<Claimed<'a>> {
    let mut all = Vec::new();
    for declared in resource_type.entries {
        let Some(attribute) = resource_type.spec.attribute(declared.attribute) else {
            continue;
        };
        let planned = planned.attribute(declared.attribute);
        let field = &*attribute.api;
        for (key, is_free) in owned.get(field).into_iter().flatten() {
            let path = Path::of(declared.attribute);
            let path = match planned {
                Value::Map(entries) if entries.contains_key(key) => path.key(key),
                _ => match planned.as_elements().and_then(|items| place(items, key)) {
                    Some(index) => path.index(index),
                    None => continue,
                },
            };
            all.push(Claimed {
                declared,
                field,
                key,
                path,
                is_free: *is_free,
            });
        }
    }
    all
}

fn place(items: &[Value], name: &str) -> Option<usize> {
    let is_named = |item: &Value| item.attribute("name").as_str() == Some(name);
    items.iter().position(is_named)
}

/// Rejects a plan with entries that other resources manage.
pub(crate) fn check_entries(
    resource_type: &ResourceType,
    planned: &Value,
    owned: &EntryKeys,
    diagnostics: &mut Diagnostics,
) {
    let claimed = claimed(resource_type, planned, owned);
    for entry in claimed.iter().filter(|entry| !entry.is_free) {
        let (type_name, key) = (entry.declared.type_name, entry.key);
        let [namespace, name] = resource_type.place(planned);
        let object = id(&namespace, &name);
        diagnostics.error_at(
            &entry.path,
            format!("{} {object}/{key} has its own resource", capitalised(entry.declared.title)),
            format!(
                "`{key}` is managed by a `{type_name}`, in this or another configuration. Remove it from `{}`, or move \
                 it here: set `deletion_policy = \"keep\"` on the `{type_name}` and apply, then remove that resource \
                 and add the key here.",
                entry.declared.attribute
            ),
        );
    }
}

/// Puts the entries that the plan of the object takes over back into its spec.
pub(crate) fn take_over_entries(
    resource_type: &ResourceType,
    planned: &Value,
    object: &mut Object,
) {
    let owned = object.entries.keys();
    for entry in claimed(resource_type, planned, &owned) {
        object.take_over_entry(entry.field, entry.key);
    }
}

/// Warns of entries whose owners another client removed from the annotation.
pub(crate) fn warn_of_lost_owners(
    resource_type: &ResourceType,
    object: &Object,
    diagnostics: &mut Diagnostics,
) {
    let lost = object.entries.lost();
    if lost.is_empty() {
        return;
    }
    let place = id(&object.namespace, &object.name);
    diagnostics.warn(
        format!("Owners of entries are missing: {} {place}", resource_type.title),
        format!(
            "Another client removed the annotation with the owners of {}. This resource still leaves them alone. Apply \
             the configurations with their resources, which set it again. To manage one here instead, add it to this \
             resource.",
            lost.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
        ),
    );
}
