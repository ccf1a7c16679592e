use std::time::Duration;

use tokio::time::Instant;

use crate::resource::declaration::kind::Timeouts;
use crate::schema::{Diagnostics, duration};
use crate::value::Value;

/// What to apply.
pub struct ApplyRequest<'a> {
    /// The state before; null to create.
    pub prior: &'a Value,
    /// What was planned; null to destroy.
    pub planned: &'a Value,
    /// The configuration, wholly known; null to destroy.
    pub config: &'a Value,
    /// What the provider remembers of the object.
    pub private: &'a [u8],
}

/// What an apply reached. After an error the state is what is true: an object that was made is in it.
#[derive(Debug, Default)]
pub struct Applied {
    /// The state now; null where there is no object.
    pub state: Value,
    /// The private data to keep.
    pub private: Vec<u8>,
    /// What went wrong.
    pub diagnostics: Diagnostics,
}

/// What an operation of an apply may wait for in all.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    Create,
    Update,
    Delete,
}

/// When the operation gives up: `timeouts` of the plan or, to delete, of the state.
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
