use super::declaration::Action;
use super::job::{backup, restore};
use super::vm::{restart, start, stop};

/// All actions.
pub const ACTIONS: &[Action] = &[
    backup::ACTION,
    restore::ACTION,
    restart::ACTION,
    start::ACTION,
    stop::ACTION,
];
