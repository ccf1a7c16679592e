//! The provider's executable as a plugin: the parts of go-plugin's protocol that Terraform uses before its first call.
#![cfg(unix)]

mod by_hand;
mod client;
mod end;
mod handshake;
mod log;
mod process;
mod tls;

/// The result of a test.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
