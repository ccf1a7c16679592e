//! The Hikube provider for Terraform and OpenTofu.
//!
//! Layers, each only using those below it:
//!
//! - [`plugin`]: being a plugin process: handshake, TLS, log lines
//! - [`protocol`]: Terraform's protocol 6, to and from our types
//! - [`provider`]: the provider block, and the list of what there is
//! - [`kinds`]: a declaration for each kind of Hikube
//! - [`lifecycle`]: how the platform treats objects: applications, custom resources
//! - [`resource`]: the life of a resource, written once for all kinds
//! - [`schema`]: attributes, their meaning, their rules
//! - [`value`]: Terraform's values and their encodings
//! - [`api`]: Hikube's API, which knows nothing of Terraform
//! - `folder`: a private folder on disk, which `api` and `resource` keep files in
//! - [`redaction`]: what makes texts safe to show, used by all of them

pub mod api;
mod folder;
pub mod kinds;
pub mod lifecycle;
pub mod plugin;
pub mod protocol;
pub mod provider;
pub mod redaction;
pub mod resource;
pub mod schema;
pub mod value;
