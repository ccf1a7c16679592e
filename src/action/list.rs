use super::declaration::Action;
use super::vm::{restart, start, stop};

/// All actions.
pub const ACTIONS: &[Action] = &[restart::ACTION, start::ACTION, stop::ACTION];
