//! Responses of the API: their body, its bounds, and errors.

mod body;
mod bounds;
mod error_body;

pub(super) use body::ResponseBody;
pub(super) use bounds::{Bounds, LargeResponseTurn, TooLarge};
pub(super) use error_body::{MAX_MESSAGE, with_status};
