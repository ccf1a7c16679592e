//! The kinds of Hikube: a file each, and their list.
//!
//! To add a kind, add its file, and a line to [`KINDS`].

mod backup;
mod backup_plan;
mod bucket;
mod clickhouse;
mod etcd;
#[cfg(test)]
mod expectations;
mod external_dns;
mod foundationdb;
mod harbor;
mod http_cache;
mod ingress;
mod kafka;
mod kubernetes;
mod mariadb;
mod mongodb;
mod monitoring;
mod nats;
mod openbao;
mod opensearch;
mod postgres;
mod qdrant;
mod rabbitmq;
mod redis;
mod restore;
mod seaweedfs;
mod shared;
mod tcp_balancer;
mod tenant;
mod tenant_info;
#[cfg(test)]
mod tests;
mod vm;
mod vm_disk;
mod vpc;
mod vpn;

pub use tenant::tenant_namespace;
pub use vpc::subnet_id;

use crate::api::ApiResource;
use crate::resource::Kind;

pub(crate) use self::shared::{APPLICATIONS, BackupClass, INSTEAD_OF_BACKUPS, group_of};

/// Every kind, in the order of the pages.
pub const KINDS: &[Kind] = &[
    tenant::KIND,
    monitoring::KIND,
    ingress::KIND,
    etcd::KIND,
    seaweedfs::KIND,
    kubernetes::KIND,
    vm::KIND,
    vm_disk::KIND,
    postgres::KIND,
    mariadb::KIND,
    redis::KIND,
    redis::VALKEY,
    clickhouse::KIND,
    mongodb::KIND,
    kafka::KIND,
    rabbitmq::KIND,
    nats::KIND,
    harbor::KIND,
    qdrant::KIND,
    openbao::KIND,
    opensearch::KIND,
    vpc::KIND,
    tcp_balancer::KIND,
    http_cache::KIND,
    vpn::KIND,
    foundationdb::KIND,
    external_dns::KIND,
    bucket::KIND,
    backup_plan::KIND,
    backup::KIND,
    restore::KIND,
];

/// Kinds that are only read.
pub const DATA_SOURCES: &[Kind] = &[tenant_info::KIND];

/// The resource type for a kind of the platform, in any case, under its own name or a former one.
pub fn type_for(kind: &str) -> Option<&'static str> {
    let mut kinds = KINDS.iter();
    let is_it = |named: fn() -> ApiResource| named().kind.eq_ignore_ascii_case(kind);
    let found = kinds.find(|known| {
        let former = known.renamed_from.map(|former| former.api_resource);
        is_it(known.api_resource) || former.is_some_and(is_it)
    });
    found.map(|kind| kind.type_name)
}
