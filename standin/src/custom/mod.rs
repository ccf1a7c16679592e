//! Custom resources: Kubernetes objects other than applications. Each is an entry in a table, from which storage,
//! verbs, discovery, schema and permissions are derived.

mod backup_jobs;
mod backups;
mod cron;
mod delete;
mod job_status;
mod metadata;
mod objects;
mod read;
mod resource;
mod restore_jobs;
mod routes;
mod schema;
mod storage;
mod table;
mod write;

pub(crate) use objects::CustomObjects;
pub(crate) use resource::CustomResource;
pub(crate) use routes::router;
pub(crate) use table::{find, group_versions, hides, resources};
