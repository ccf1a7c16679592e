use std::time::Duration;

use tokio::time::Instant;

use crate::resource::declaration::kind::Timeouts;
use crate::schema::{Diagnostics, duration};
use crate::value::Value;

/// The inputs of an apply.
pub struct ApplyRequest<'a> {
    /// The prior state; null for a create.
    pub prior: &'a Value,
    /// The planned state; null for a destroy.
    pub planned: &'a Value,
    /// The configuration, wholly known; null for a destroy.
    pub config: &'a Value,
    /// The private data.
    pub private: &'a [u8],
}

/// The result of an apply. After an error, the state is the actual one: it contains an object that was created.
#[derive(Debug, Default)]
pub struct Applied {
    /// The new state; null if there is no object.
    pub state: Value,
    /// The private data to keep.
    pub private: Vec<u8>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

/// The timeout of an operation.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    Create,
    Update,
    Delete,
}

/// The deadline of the operation, by `timeouts` of the plan or, for a delete, of the state.
pub(crate) fn operation_deadline(
    timeouts: Timeouts,
    values: &Value,
    operation: Operation,
) -> Instant {
    let (name, minutes) = match operation {
        Operation::Create => ("create", timeouts.create),
        Operation::Update => ("update", timeouts.update),
        Operation::Delete => ("delete", timeouts.delete),
    };
    let given = values.attribute("timeouts").attribute(name).as_str();
    let given = given.and_then(|text| duration(text)?.try_into().ok());
    Instant::now() + given.unwrap_or(Duration::from_secs(60 * u64::from(minutes)))
}
