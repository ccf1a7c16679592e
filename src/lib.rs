//! The Hikube provider for Terraform and OpenTofu.
//!
//! Layers, each of which uses only those below it:
//!
//! - [`plugin`]: the plugin process: handshake, TLS, logging
//! - [`export`]: the command that writes a configuration for existing objects
//! - [`protocol`]: conversion from and to Terraform's protocol 6
//! - [`provider`]: the provider block and the registry of types
//! - [`function`]: the functions
//! - [`action`]: the actions, such as the restart of a virtual machine
//! - [`catalogue`]: plural data sources, a declaration each
//! - [`app`]: the resource for any kind that the platform serves
//! - [`kinds`]: a declaration for each kind of Hikube
//! - [`lifecycle`]: how the platform processes objects: applications, custom resources
//! - [`resource`]: the operations of a resource, for all kinds
//! - [`schema`]: attributes, types and checks
//! - [`value`]: Terraform's values and their encodings
//! - [`api`]: the client of Hikube's API, independent of Terraform
//! - `folder`: private directories on disk, used by `api` and `resource`
//! - [`redaction`]: masks secrets and escapes control characters in messages and logs

pub mod action;
pub mod api;
pub mod app;
pub mod catalogue;
pub mod export;
mod folder;
pub mod function;
pub mod kinds;
pub mod lifecycle;
pub mod plugin;
pub mod protocol;
pub mod provider;
pub mod redaction;
pub mod resource;
pub mod schema;
pub mod value;
