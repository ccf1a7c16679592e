//! The provider against an API or a credential program that does not respond, responds with too much data, or with
//! wrong data. The calls are sent to the real executable, as Terraform does.
//!
//! Each test combines a list of calls with a list of servers. Measurements are printed with `--nocapture`.
#![cfg(target_os = "linux")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the figures are for people, and a failed assertion of a test may panic"
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

/// The calls of Terraform's core in order, to create states and plans.
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

// The included files refer to these as `crate::…`.
use hikube::{schema, value};

/// The result of a test.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
