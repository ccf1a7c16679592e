//! Start, stop and restart of virtual machines.

mod conflict;
mod machine;
mod power;
mod refusal;
pub(super) mod restart;
mod rules;
pub(super) mod start;
pub(super) mod stop;
mod wait;
