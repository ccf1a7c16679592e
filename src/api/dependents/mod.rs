//! The objects that the platform creates for applications and tenants: Secrets, Services, pods and namespaces.

mod cluster_access;
mod dependent_reader;
mod pod;
mod secret;
mod service;
mod tenant;

pub use cluster_access::ClusterAccess;
pub(super) use dependent_reader::DependentReader;
pub use pod::Pod;
pub use secret::Secret;
pub use service::Service;
pub use tenant::TenantMetadata;
