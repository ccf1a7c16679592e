//! The schemas that the platform publishes for its kinds.

mod catalog;
mod disk_cache;
mod document;
mod json_schema;
mod served_kinds;

pub use catalog::NoSchema;
pub(super) use catalog::SchemaCatalog;
pub use json_schema::JsonSchema;
pub(super) use served_kinds::ServedKinds;
