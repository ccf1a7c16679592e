//! How the platform treats objects, a lifecycle for each way.

mod application;

pub use application::lifecycle::Application;
