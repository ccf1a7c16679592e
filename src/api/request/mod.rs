//! Requests: their address, how long they take, and when they are repeated.

mod address;
mod backoff;
mod call_context;
mod exchange;
mod host_state;
mod requester;

pub(super) use address::{ListAddress, checked, is_valid_name};
pub(super) use call_context::CallContext;
pub(super) use exchange::{ResponseText, read};
pub(super) use requester::{MAX_RESPONSE_TIME, Requester};
