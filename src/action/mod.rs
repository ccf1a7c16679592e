//! Actions, which Terraform 1.14 and later invokes: before or after a change of a resource, or with `-invoke`. They
//! change something on the platform and no state.
//!
//! An action is declared once, see [`Action`]. To add one, write a declaration and add it to [`ACTIONS`].

mod declaration;
mod job;
mod list;
mod progress;
#[cfg(test)]
mod tests;
mod vm;

pub use declaration::{Action, Invocation};
pub use list::ACTIONS;
pub use progress::Progress;
