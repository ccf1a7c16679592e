//! Hikube's API: connection, objects, schemas and errors. It does not depend on Terraform.
//!
//! The API resembles that of Kubernetes, but a dry run writes, a duplicate is a 500, nothing is validated, a PATCH
//! stores every default, and reads lag behind writes. This module therefore offers only safe requests: get, create,
//! replace and delete.

mod client;
mod connection;
mod dependents;
mod entries;
mod error;
mod error_chain;
mod lists;
mod objects;
mod request;
mod response;
mod schema;
#[cfg(test)]
mod scripted;
mod watch;

pub use client::Client;
pub use connection::{Connection, Environment, Exec, ProgramOutput, Settings, SettingsError};
pub use dependents::{ClusterAccess, Pod, Secret, Service, TenantMetadata};
pub use entries::{Change, ChangedEntry, EntryAddress};
pub use error::{Error, ErrorKind};
pub use objects::{
    ApiResource, Condition, Entries, Entry, EntryKeys, KEPT, LAST_APPLIED, MANAGED_BY, OPERATION,
    Object, Owner, Preconditions, entry_keys, entry_value,
};
pub use schema::{JsonSchema, NoSchema};
#[cfg(test)]
pub(crate) use scripted::scripted;
pub use watch::{Observation, Watcher};
