//! How the platform processes objects: the implementations of `Lifecycle`.

mod application;
mod conditions;
mod custom_resource;
mod entry;
mod watch;

pub use application::lifecycle::Application;
pub use custom_resource::CustomResource;
pub use entry::Entry;
