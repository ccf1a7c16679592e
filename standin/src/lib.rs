//! A local API that behaves like the platform's `apps.cozystack.io/v1alpha1`: as measured on the
//! real servers, and nothing kinder. It shares no code with the provider it stands in for a
//! platform to.

mod applications;
pub mod arguments;
mod call;
mod charts;
mod choices;
mod control;
mod controller;
mod core;
mod create;
mod defaults;
mod discovery;
mod facts;
mod failure;
mod faults;
mod form;
mod helm;
mod jsonpatch;
mod kubeconfig;
mod lag;
mod names;
mod object;
mod openapi;
mod options;
mod outputs;
mod part;
mod patch;
mod platform;
mod queue;
mod race;
mod read;
mod release;
mod remove;
mod replace;
mod routes;
mod selector;
mod sent;
mod server;
mod state;
mod stats;
mod store;
mod tenancy;
mod tls;
mod watch;

pub use faults::{Effect, Fault};
pub use options::{DEFAULT_TOKEN, Options};
pub use platform::End;
pub use release::Release;
pub use server::{Running, Standin};
