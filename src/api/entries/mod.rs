//! Writes of entries that are managed apart from their object. Those that come together share one read and one write.

mod change;
mod queue;
mod writer;

pub use change::{Change, ChangedEntry, EntryAddress};
pub(super) use queue::Queues;
pub(super) use writer::EntryWriter;
