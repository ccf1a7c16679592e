//! Lists of existing objects, for `terraform query`.

mod events;
mod objects;
mod settings;
#[cfg(test)]
mod tests;

pub use events::{Listed, Listing};
pub use objects::list;
pub use settings::{list_block, validate_list};
