//! How the platform processes objects: the implementations of `Lifecycle`.

mod application;
mod conditions;
mod custom_resource;
mod entry;
mod moved_entry;
mod watch;

pub use application::lifecycle::Application;
pub use custom_resource::CustomResource;
pub use entry::Entry;
pub use moved_entry::MovedEntry;
