//! Lists of existing objects, for `terraform query`.

mod events;
mod objects;
mod settings;

pub use events::{Listed, Listing};
pub use objects::list;
pub use settings::{list_block, validate_list};
