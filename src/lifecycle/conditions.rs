use crate::api::{Condition, Object};
use crate::value::Value;

/// The conditions of an object in a data source, keyed by type.
pub(crate) fn conditions(object: &Object) -> Value {
    let conditions = object.conditions().into_iter();
    Value::map(conditions.map(|condition| (condition.kind.clone(), shown(&condition))))
}

/// `True` for a condition that holds, otherwise the status with the reason.
fn shown(condition: &Condition) -> Value {
    if condition.status == "True" && condition.kind != "Error" {
        return condition.status.as_str().into();
    }
    Value::from(format!(
        "{} ({}): {}",
        condition.status, condition.reason, condition.message
    ))
}
