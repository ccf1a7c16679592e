//! Lists of objects, shared by concurrent reads.

mod list_cache;
mod memory_share;
mod object_list;
mod shared_lists;

pub(super) use list_cache::{Lookup, MAX_AGE};
pub(super) use memory_share::MemoryShare;
pub(super) use object_list::ObjectList;
pub(super) use shared_lists::SharedLists;
