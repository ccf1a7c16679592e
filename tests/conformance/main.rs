//! The provider at the level of the protocol, called like Terraform's core does, against the stand-in.
//!
//! `README.md` lists the numbered cases with their tests. Every plan and apply of these tests is also checked by the
//! rules of Terraform's core, see [`terraform`].

#![allow(clippy::unwrap_used, reason = "a failed assertion of a test may panic")]

mod a_state;
mod asked;
mod b_values;
mod c_unknown;
mod d_moves;
mod e_actions;
mod e_functions;
mod e_jobs;
mod e_protocol;
mod e_running;
mod echoes;
#[cfg(unix)]
mod f_process;
mod internal_validate;
mod lists;
mod planned_names;
mod platform;
mod said;
mod table;
mod terraform;
mod wire;

/// The control of the stand-in, shared with the tests of the API client.
#[path = "../api/switches.rs"]
mod switches;

/// The executable, shared with the tests of the plugin.
#[cfg(unix)]
#[path = "../plugin/process.rs"]
mod process;

/// The real Terraform, shared with the acceptance tests.
#[cfg(unix)]
#[path = "../acceptance/harness/command.rs"]
#[expect(dead_code, reason = "it has what the acceptance tests need as well")]
mod command;

/// The rules of Terraform's core, shared with the tests of the engine.
#[path = "../../src/resource/tests/consistency.rs"]
mod consistency;

// The included files refer to these as `crate::…`.
use hikube::{schema, value};

/// The result of a test.
#[cfg(unix)]
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
