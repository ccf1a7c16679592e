//! Objects of the API, and how they are read and written.

mod api_resource;
mod condition;
mod entries;
mod expected;
mod object;
mod preconditions;
mod reader;
mod writer;

pub(super) use api_resource::APPLICATIONS;
pub use api_resource::ApiResource;
pub use condition::Condition;
pub use entries::{Entries, Entry, EntryKeys, Owner, entry_keys, entry_value};
pub(super) use expected::Expected;
pub use object::{KEPT, LAST_APPLIED, MANAGED_BY, OPERATION, Object};
pub use preconditions::Preconditions;
pub(super) use reader::ObjectReader;
pub(super) use writer::ObjectWriter;
