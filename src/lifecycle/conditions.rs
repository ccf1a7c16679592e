use crate::api::{Condition, Object};
use crate::value::Value;

/// The conditions of an object as a data source shows them, keyed by type.
pub(crate) fn conditions(object: &Object) -> Value {
    let conditions = object.conditions().into_iter();
    Value::map(conditions.map(|condition| (condition.kind.clone(), shown(&condition))))
}

/// What holds says so in a word; what does not says why.
fn shown(condition: &Condition) -> Value {
    if condition.status == "True" && condition.kind != "Error" {
        return condition.status.as_str().into();
    }
    Value::from(format!(
        "{} ({}): {}",
        condition.status, condition.reason, condition.message
    ))
}
