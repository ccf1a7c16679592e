//! JSON patch, RFC 6902.
use serde_json::Value;

/// Applies a list of operations. On failure, returns the operation and the reason; the target may be partly changed.
pub(crate) fn apply(target: &mut Value, patch: &Value) -> Result<(), String> {
    let operations = patch.as_array().ok_or("a JSON patch is a list")?;
    operations
        .iter()
        .try_for_each(|operation| operate(target, operation))
}

fn operate(target: &mut Value, operation: &Value) -> Result<(), String> {
    let text = |field: &str| {
        operation[field]
            .as_str()
            .ok_or_else(|| format!("an operation without \"{field}\""))
    };
    let value = || {
        operation
            .get("value")
            .cloned()
            .ok_or("an operation without \"value\"".to_owned())
    };
    let path = text("path")?;
    match text("op")? {
        "add" => add(target, path, value()?),
        "remove" => remove(target, path).map(drop),
        "replace" => {
            let value = value()?;
            *target.pointer_mut(path).ok_or_else(|| missing(path))? = value;
            Ok(())
        }
        "move" => {
            let value = remove(target, text("from")?)?;
            add(target, path, value)
        }
        "copy" => {
            let from = text("from")?;
            let value = target.pointer(from).cloned().ok_or_else(|| missing(from))?;
            add(target, path, value)
        }
        "test" if target.pointer(path) == Some(&value()?) => Ok(()),
        "test" => Err(format!("testing value {path} failed")),
        other => Err(format!("unknown operation {other:?}")),
    }
}

fn missing(path: &str) -> String {
    format!("there is nothing at {path:?}")
}

/// The parent of a location, and the last segment of its pointer.
fn parent<'a>(target: &'a mut Value, path: &str) -> Result<(&'a mut Value, String), String> {
    let (above, last) = path.rsplit_once('/').ok_or_else(|| missing(path))?;
    let above = target.pointer_mut(above).ok_or_else(|| missing(path))?;
    Ok((above, last.replace("~1", "/").replace("~0", "~")))
}

fn add(target: &mut Value, path: &str, value: Value) -> Result<(), String> {
    if path.is_empty() {
        *target = value;
        return Ok(());
    }
    let (above, last) = parent(target, path)?;
    match above {
        Value::Object(fields) => {
            fields.insert(last, value);
            Ok(())
        }
        Value::Array(items) => {
            let at = if last == "-" {
                Some(items.len())
            } else {
                last.parse().ok()
            };
            let at = at
                .filter(|at| *at <= items.len())
                .ok_or_else(|| missing(path))?;
            items.insert(at, value);
            Ok(())
        }
        _ => Err(missing(path)),
    }
}

fn remove(target: &mut Value, path: &str) -> Result<Value, String> {
    let (above, last) = parent(target, path)?;
    match above {
        Value::Object(fields) => fields.remove(&last),
        Value::Array(items) => last
            .parse()
            .ok()
            .filter(|at| *at < items.len())
            .map(|at: usize| items.remove(at)),
        _ => None,
    }
    .ok_or_else(|| missing(path))
}

#[cfg(test)]
mod tests {
    use super::apply;
    use serde_json::json;

    #[test]
    fn each_operation_works() {
        let mut target = json!({"a": [1, 2], "b/c": 1});
        let patch = json!([
            {"op": "test", "path": "/b~1c", "value": 1},
            {"op": "add", "path": "/a/-", "value": 3},
            {"op": "remove", "path": "/a/0"},
            {"op": "copy", "from": "/a/0", "path": "/d"},
            {"op": "move", "from": "/b~1c", "path": "/e"},
            {"op": "replace", "path": "/d", "value": 9},
        ]);
        apply(&mut target, &patch).expect("patch");
        assert_eq!(target, json!({"a": [2, 3], "d": 9, "e": 1}));
    }

    #[test]
    fn what_is_not_there_cannot_be_changed() {
        for operation in [
            json!({"op": "remove", "path": "/x"}),
            json!({"op": "replace", "path": "/x", "value": 1}),
            json!({"op": "test", "path": "/a", "value": 2}),
            json!({"op": "add", "path": "/x/y", "value": 2}),
            json!({"op": "bogus", "path": "/a"}),
        ] {
            assert!(apply(&mut json!({"a": 1}), &json!([operation])).is_err());
        }
    }
}
