//! PATCH. Each kind of patch is applied to the object as it is read, including defaults, and the result is stored. Any
//! patch therefore stores all current defaults.
use crate::call::Call;
use crate::create::{add, unknown_format};
use crate::facts::{GROUP, Kind};
use crate::failure::Failure;
use crate::jsonpatch;
use crate::platform::Shared;
use crate::replace::store;
use crate::sent::Sent;
use crate::store::Key;
use serde_json::{Map, Value, json};

/// The manager of all fields, since the server does not store managed fields.
const OWNER: &str = "before-first-apply";

/// Serves a PATCH. The status code is 201 if server-side apply created the object.
pub(crate) async fn patch(
    platform: &Shared,
    kind: &Kind,
    key: &Key,
    name: &str,
    call: &Call,
) -> Result<(u16, Value), Failure> {
    let content_type = call.content_type();
    let apply = content_type == "application/apply-patch+yaml";
    if !matches!(
        content_type,
        "application/json-patch+json"
            | "application/merge-patch+json"
            | "application/strategic-merge-patch+json"
            | "application/apply-patch+yaml"
    ) {
        return Err(unknown_format(
            "application/json-patch+json, application/merge-patch+json, \
             application/apply-patch+yaml",
        ));
    }
    if apply {
        check_manager(call)?;
    }
    let given = call.json()?;
    let strict = call.parameter("fieldValidation") == Some("Strict");
    let seen = {
        let world = platform.world();
        world
            .seen(key)
            .filter(|seen| seen.kind == kind.kind)
            .map(|seen| world.body(seen))
    };
    let Some(seen) = seen else {
        if !apply {
            return Err(Failure::not_found(GROUP, &kind.plural, name));
        }
        let sent = Sent::decode(&given, strict)?;
        sent.check_place(&key.0, Some(name))?;
        return Ok((201, add(platform, kind, &key.0, &sent, &call.caller).await?));
    };
    let mut patched = seen.clone();
    match content_type {
        "application/json-patch+json" => edit(&mut patched, &given)?,
        "application/merge-patch+json" => merge(&mut patched, &given),
        "application/strategic-merge-patch+json" => merge_strategically(&mut patched, &given)?,
        _ => apply_over(&mut patched, &given, call.flag("force"))?,
    }
    let sent = Sent::decode(&patched, strict)?;
    sent.check_place(&key.0, Some(name))?;
    Ok((
        200,
        store(platform, kind, key, name, &sent, &call.caller).await?,
    ))
}

/// Checks that a server-side apply has a field manager.
pub(crate) fn check_manager(call: &Call) -> Result<(), Failure> {
    if call.parameter("fieldManager").is_some() {
        return Ok(());
    }
    let message = "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is \
                   required for apply patch";
    Err(Failure::new(422, "Invalid", message))
}

/// RFC 6902: a list of operations.
pub(crate) fn edit(target: &mut Value, patch: &Value) -> Result<(), Failure> {
    jsonpatch::apply(target, patch).map_err(|why| {
        let message =
            format!("the server rejected our request due to an error in our request: {why}");
        Failure::new(422, "Invalid", message)
    })
}

/// RFC 7386: objects are merged, null removes a key, other values replace.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(fields) = target {
        for (name, value) in patch {
            if value.is_null() {
                fields.remove(name);
            } else {
                merge(fields.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

/// The spec is opaque to the server, so a patch of a nested field is an error (read in the source).
fn merge_strategically(target: &mut Value, patch: &Value) -> Result<(), Failure> {
    let structured = |value: &Value| value.is_object() || value.is_array();
    for (name, value) in patch["spec"].as_object().into_iter().flatten() {
        if structured(value) && structured(&target["spec"][name.as_str()]) {
            let message =
                format!("unable to find api field in struct JSON for the json field \"{name}\"");
            return Err(Failure::backend(message));
        }
    }
    merge(target, patch);
    Ok(())
}

/// Server-side apply: objects are merged, lists are replaced, nothing is removed. All existing fields belong to another
/// manager, so changing one is a conflict unless forced (measured).
pub(crate) fn apply_over(target: &mut Value, given: &Value, force: bool) -> Result<(), Failure> {
    let mut conflicts = Vec::new();
    for part in ["metadata", "spec"] {
        let mut given = given[part].clone();
        if let (Value::Object(fields), "metadata") = (&mut given, part) {
            fields.retain(|name, _| {
                matches!(
                    name.as_str(),
                    "name" | "namespace" | "labels" | "annotations"
                )
            });
        }
        if given.is_object() {
            lay_over(
                &mut target[part],
                &given,
                &format!(".{part}"),
                &mut conflicts,
            );
        }
    }
    if force || conflicts.is_empty() {
        return Ok(());
    }
    let count = conflicts.len();
    let plural = if count == 1 { "" } else { "s" };
    let message = format!(
        "Apply failed with {count} conflict{plural}: conflict{plural} with \"{OWNER}\" using {}: \
         {}",
        crate::facts::API_VERSION,
        conflicts.join(", ")
    );
    let mut failure = Failure::new(409, "Conflict", message);
    let cause = |field: &String| {
        let message = format!(
            "conflict with \"{OWNER}\" using {}",
            crate::facts::API_VERSION
        );
        json!({"reason": "FieldManagerConflict", "message": message, "field": field})
    };
    failure.details = json!({"causes": conflicts.iter().map(cause).collect::<Vec<_>>()});
    Err(failure)
}

fn lay_over(target: &mut Value, given: &Value, path: &str, conflicts: &mut Vec<String>) {
    match (&mut *target, given) {
        (Value::Object(fields), Value::Object(given)) => {
            for (name, value) in given {
                let path = format!("{path}.{name}");
                match fields.get_mut(name) {
                    Some(field) => lay_over(field, value, &path, conflicts),
                    None => {
                        fields.insert(name.clone(), value.clone());
                    }
                }
            }
        }
        (target, given) if target != given => {
            conflicts.push(path.to_owned());
            *target = given.clone();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{apply_over, merge};
    use serde_json::json;

    #[test]
    fn merging_removes_with_null() {
        let mut target = json!({"a": 1, "b": {"c": 1, "d": 2}});
        merge(&mut target, &json!({"a": null, "b": {"c": 3}, "e": [1]}));
        assert_eq!(target, json!({"b": {"c": 3, "d": 2}, "e": [1]}));
    }

    #[test]
    fn applying_adds_but_changes_nothing_unforced() {
        let target = json!({"metadata": {}, "spec": {"a": 1, "l": [1, 2]}});
        let mut added = target.clone();
        assert!(apply_over(&mut added, &json!({"spec": {"a": 1, "b": 2}}), false).is_ok());
        assert_eq!(added["spec"], json!({"a": 1, "b": 2, "l": [1, 2]}));
        let failure = apply_over(&mut target.clone(), &json!({"spec": {"a": 2}}), false);
        assert_eq!(failure.expect_err("a conflict").code, 409);
        let mut forced = target;
        assert!(apply_over(&mut forced, &json!({"spec": {"l": [3]}}), true).is_ok());
        assert_eq!(forced["spec"], json!({"a": 1, "l": [3]}));
    }
}
