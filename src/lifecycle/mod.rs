//! How the platform processes objects: the implementations of `Lifecycle`.

mod application;
mod conditions;
mod custom_resource;
mod entry;
mod job;
mod moved_entry;
mod verdict;
mod watch;

pub use application::lifecycle::Application;
pub use custom_resource::CustomResource;
pub use entry::Entry;
pub use job::Job;
pub use moved_entry::MovedEntry;
