//! How the platform treats objects, a lifecycle for each way.

mod application;
mod conditions;
mod custom_resource;
mod watch;

pub use application::lifecycle::Application;
pub use custom_resource::CustomResource;
