//! Plans a change.

pub(crate) mod change;
pub(crate) mod effect;
pub(crate) mod merge;
pub(crate) mod needs;
pub(crate) mod one_way;
pub(crate) mod planner;
pub(crate) mod protection;
pub(crate) mod request;
pub(crate) mod users;
