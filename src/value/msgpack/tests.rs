mod golden;
mod lenient;
mod properties;
mod refused;

use super::*;
use crate::value::{Number, Type, Value};

fn number(text: &str) -> Value {
    Value::Number(text.parse::<Number>().expect("a number"))
}

fn dynamic(ty: Type, value: Value) -> Value {
    Value::Dynamic(Box::new((ty, value)))
}

fn pair() -> Type {
    Type::object([("a", Type::Number), ("b", Type::String)])
}

/// These bytes one after another.
fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}
