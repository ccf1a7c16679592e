//! A local API that behaves like the platform's `apps.cozystack.io/v1alpha1`, including errors, as measured on the real
//! servers. It shares no code with the provider that is tested against it.
//!
//! # Callers
//!
//! A bearer token consists of a role and the namespace of a tenant: `sa:tenant-demo` is the tenant's service account;
//! `view:`, `use:`, `admin:` and `super-admin:` are its groups. Each has the permissions of the release's charts, in
//! that namespace and in those of child tenants. [`Options::token`] is the token of the platform's operator, who has
//! all permissions. The default kubeconfig is that of the service account of `tenant-demo`, because most users have
//! one. [`Options::subject`] and [`Running::kubeconfig_of`] create others.
//!
//! `tenant-root`, `tenant-demo` and the tenant of [`Options::subject`] exist initially, as namespaces without a Tenant
//! object.

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
mod machines;
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
