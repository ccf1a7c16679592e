//! Responses of the API: their body and its bounds, errors, and warnings.

mod body;
mod bounds;
mod error_body;
mod warning;

pub(super) use body::ResponseBody;
pub(super) use bounds::{Bounds, LargeResponseTurn, TooLarge};
pub(super) use error_body::{MAX_MESSAGE, with_status};
pub(super) use warning::Warnings;
