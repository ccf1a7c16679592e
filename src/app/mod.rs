//! `hikube_app`: an application of any kind that the platform serves, with its spec as a dynamic value.
//!
//! The engine plans, applies and reads objects of a [`ResourceType`](crate::resource::ResourceType). This module builds
//! one at run time, from the schema that the platform publishes for the kind. Its attributes are the fields of the
//! spec, named `spec.replicas` and so on: such a name is the path in the configuration, and never equals `name` or
//! `labels`. The dynamic `spec` is converted to these attributes and back.

mod apply;
mod declaration;
mod fields;
mod import;
mod inferred;
mod list;
mod messages;
mod paths;
mod plan;
mod read;
mod served;
mod shown;
#[cfg(test)]
mod tests;
mod translation;
mod typed;

pub use apply::apply;
pub use declaration::{TYPE_NAME, resource_type};
pub use import::{import, import_identity};
pub use list::list;
pub use plan::plan;
pub use read::{read, read_data_source};
