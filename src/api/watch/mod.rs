//! Watches, shared by all waits for objects of a kind and namespace.

mod observed_objects;
mod retained_fields;
mod shared_streams;
mod stream;
mod watcher;

pub(super) use shared_streams::SharedStreams;
pub use watcher::{Observation, Watcher};
