//! Conversion from and to Terraform's protocol 6: a short method for each call.

mod calls;
mod convert;
mod diagnostics;
mod schema;
mod server;
mod service;

/// The messages and the service, generated from `proto/tfplugin6.proto`.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
#[rustfmt::skip]
#[path = "gen/tfplugin6.rs"]
pub mod wire;

pub use server::server;
