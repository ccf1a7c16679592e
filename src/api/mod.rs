//! Hikube's API: where it is, who we are to it, its objects, its schema and its errors.
//!
//! It looks like Kubernetes and is not: a dry run writes, a duplicate is a 500, nothing is validated, a
//! PATCH freezes every default, reads lag behind writes. Only what is safe there is offered here: get,
//! create, replace and delete. Nothing in this folder knows of Terraform.

mod address;
mod answer;
mod asked;
mod bounds;
mod cache;
mod client;
mod connection;
mod error;
mod exchange;
mod follow;
mod heard;
mod kept;
mod limits;
mod listed;
mod object;
mod objects;
mod openapi;
mod parts;
mod reads;
mod resource;
mod retry;
mod schema;
#[cfg(test)]
mod scripted;
mod tenants;

pub use client::Client;
pub use connection::{Connection, Environment, Exec, Notes, Settings, SettingsError};
pub use error::{Error, ErrorKind};
pub use follow::{Observation, Watcher};
pub use object::{Condition, LAST_APPLIED, MANAGED_BY, OPERATION, Object};
pub use openapi::NoSchema;
pub use parts::{ClusterAccess, Secret, Service, TenantNotes};
pub use resource::ApiResource;
pub use schema::JsonSchema;
#[cfg(test)]
pub(crate) use scripted::scripted;

/// The API group and version of every kind.
pub const API_VERSION: &str = "apps.cozystack.io/v1alpha1";
