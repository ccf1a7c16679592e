//! A local API that behaves like the platform's `apps.cozystack.io/v1alpha1`: as measured on the real servers, errors
//! included. It shares no code with the provider that is tested against it.
//!
//! # Callers
//!
//! A bearer token is a role and the namespace of a tenant: `sa:tenant-demo` is the tenant's service
//! account, `view:`, `use:`, `admin:` and `super-admin:` are its groups. Each has what the release's
//! charts give it, in that namespace and in those of the tenants below. [`Options::token`] is the
//! token of who runs the platform and may do everything. A kubeconfig is by default that of the
//! service account of `tenant-demo`, because that is what users have: [`Options::subject`] and
//! [`Running::kubeconfig_of`] make others.
//!
//! `tenant-root`, `tenant-demo` and the tenant of [`Options::subject`] are there from the start, as
//! namespaces without a Tenant object.

mod access;
mod applications;
pub mod arguments;
mod attributes;
mod call;
mod charts;
mod choices;
mod control;
mod controller;
mod core;
mod create;
mod custom;
mod defaults;
mod discovery;
mod disks;
mod facts;
mod failure;
mod faults;
mod form;
mod helm;
mod identity;
mod install;
mod jobs;
mod jsonpatch;
mod keys;
mod kubeconfig;
mod lag;
mod leavings;
mod modules;
mod names;
mod namespaces;
mod object;
mod openapi;
mod options;
mod outputs;
mod part;
mod part_watch;
mod parts;
mod patch;
mod platform;
mod policy;
mod power;
mod queue;
mod race;
mod read;
mod release;
mod remove;
mod replace;
mod roles;
mod routes;
mod selector;
mod sent;
mod served;
mod server;
mod state;
mod stats;
mod store;
mod subject;
mod tenancy;
mod tls;
mod upgrade;
mod watch;
mod workloads;

pub use faults::{Effect, Fault};
pub use options::{DEFAULT_TOKEN, Options};
pub use platform::End;
pub use release::Release;
pub use server::{Running, Standin};
pub use subject::{DEMO_TENANT, Role, Subject};
