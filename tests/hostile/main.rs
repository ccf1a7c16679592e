//! The provider against an API that is silent, answers too much or answers something else, and against a
//! program for credentials that does the same. The real executable is spoken to as Terraform does.
//!
//! Each test is a list of calls times a list of servers. The figures are printed with `--nocapture`.
#![cfg(target_os = "linux")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the figures are for people, and a test stops at the first thing that is not as it should be"
)]

mod bodies;
mod calls;
mod identity;
mod limits;
mod plugin;
mod program;
mod server;
mod silence;
mod size;
mod stop;
mod table;

#[path = "../plugin/process.rs"]
#[allow(dead_code, reason = "it has what the tests of the plugin need as well")]
mod process;

/// What Terraform's core does in its order, to get at states and plans.
#[path = "../conformance/terraform.rs"]
#[allow(dead_code, reason = "it has what the numbered cases need as well")]
mod terraform;

#[path = "../conformance/platform.rs"]
#[allow(dead_code, reason = "it has what the numbered cases need as well")]
mod platform;

#[path = "../conformance/wire.rs"]
#[allow(dead_code, reason = "it has what the numbered cases need as well")]
mod wire;

#[path = "../api/switches.rs"]
#[allow(dead_code, reason = "it has what the tests of the client need as well")]
mod switches;

#[path = "../../src/resource/tests/consistency.rs"]
mod consistency;

// The rules and what they declare call these `crate::…`.
use hikube::{schema, value};

/// What a test gives.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
