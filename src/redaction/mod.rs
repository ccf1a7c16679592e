//! Redacts texts: what the platform, a program or a library reports may contain secrets and control characters.
//!
//! Every text that leaves the process is redacted with [`redact`] or [`redact_line`]: diagnostics, log lines, panic
//! reports and gRPC errors. This module does not use the rest of the crate, so that everything can use it.
//!
//! Secrets are registered for the whole process, because the author of a text does not know where its parts come from:
//! credentials permanently with [`keep_secret`], secrets of a request while it is served with [`hold_secrets`].

mod decoded;
mod escape;
mod mask;
mod parts;
mod redact;
mod registry;
#[cfg(test)]
mod tests;

pub use redact::{redact, redact_line, redacted_beginning, redacted_end};
pub use registry::{HeldSecrets, hold_secrets, keep_secret};
