//! Plans a change.

pub(crate) mod change;
pub(crate) mod computed;
pub(crate) mod effect;
pub(crate) mod entries;
pub(crate) mod growth;
pub(crate) mod left_object;
pub(crate) mod losses;
pub(crate) mod merge;
pub(crate) mod needs;
pub(crate) mod planner;
pub(crate) mod protection;
pub(crate) mod replacement;
pub(crate) mod request;
pub(crate) mod running_guest;
pub(crate) mod transitions;
pub(crate) mod users;
pub(crate) mod versions;
