//! The provider's executable as a plugin: everything Terraform relies on before the first question
//! about resources, tried on the real program.
#![cfg(unix)]

mod by_hand;
mod client;
mod end;
mod handshake;
mod log;
mod process;
mod tls;

/// What a test gives.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
