//! The provider at the level of the protocol: spoken to as Terraform's core does, against the stand-in.
//!
//! The cases are numbered; `README.md` says for each what holds it. Every plan and every apply of these
//! tests is also held to the rules of core, see [`terraform`].

#![allow(
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod a_state;
mod asked;
mod b_values;
mod c_unknown;
mod d_moves;
mod e_protocol;
mod e_running;
mod echoes;
#[cfg(unix)]
mod f_process;
mod internal_validate;
mod planned_names;
mod platform;
mod said;
mod table;
mod terraform;
mod wire;

/// The switches of the stand-in, as the tests of the client use them.
#[path = "../api/switches.rs"]
mod switches;

/// The executable, as the tests of the plugin start it.
#[cfg(unix)]
#[path = "../plugin/process.rs"]
mod process;

/// The real Terraform, as the acceptance tests find and run it.
#[cfg(unix)]
#[path = "../acceptance/harness/command.rs"]
#[expect(dead_code, reason = "it has what the acceptance tests need as well")]
mod command;

/// The rules of core, the same that hold for every kind on every release.
#[path = "../../src/resource/tests/consistency.rs"]
mod consistency;

// The rules and what they declare call these `crate::…`.
use hikube::{schema, value};

/// What a test gives.
#[cfg(unix)]
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
