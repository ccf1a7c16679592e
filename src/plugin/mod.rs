//! The plugin process, as required by go-plugin, the library that Terraform and OpenTofu use to start plugins. It does
//! not depend on the provider.
//!
//! The client (Terraform) starts the process with a cookie and its client certificate in the environment. [`run`]
//! listens on a socket, prints the handshake line with its path and the server certificate, and serves until
//! `GRPCController.Shutdown`. Terraform kills the process two seconds after that. Standard output contains only the
//! handshake line, standard error only log lines.
//!
//! Set the limits on message sizes when you create the service: tonic's 4 MiB are too small for real states. Use 256
//! MiB (`max_decoding_message_size`, `max_encoding_message_size`) as HashiCorp's SDK does.

mod arguments;
mod broker;
mod connection;
mod controller;
mod debug;
mod endpoint;
mod environment;
mod error;
mod guard;
mod handshake;
mod health;
pub mod health_wire;
mod listener;
mod log;
mod panic;
mod program;
mod run;
mod server;
mod service;
mod signals;
#[cfg(unix)]
mod socket;
mod stdio;
mod stop;
mod tls;
pub mod wire;

pub use program::Program;
pub use run::run;
pub use service::ProviderService;
