use super::shared::{KnownValues, Lookup, Preset, Resources, ValueList, conflict, requires_all};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, Timeouts};
use crate::schema::{Bytes, Choice, Scope, Secret, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_foundationdb",
    title: "FoundationDB cluster",
    description: "A FoundationDB cluster. Clients need its cluster file, which a tenant cannot read: applications in the \
                  namespace of the tenant that mount the ConfigMap `foundationdb-NAME-config` can use it, others \
                  cannot. Deleting it deletes its data.",
    subcategory: "Databases",
    api_resource: || ApiResource::application("FoundationDB", "foundationdbs"),
    release_prefix: "foundationdb-",
    spec: FoundationDb::block,
    timeouts: Timeouts {
        create: 30,
        update: 40,
        delete: 20,
    },
    ..Kind::new(&Application)
};

#[derive(Spec)]
#[spec(rules(backups_have_credentials, storage_servers_are_enough))]
struct FoundationDb {
    /// Processes and layout of the cluster.
    cluster: Option<Cluster>,
    /// Volumes of the processes.
    storage: Option<Storage>,
    /// CPU and memory of each process. Overrides `resources_preset`. Changing this restarts the processes one at a time.
    resources: Option<Resources>,
    /// CPU and memory of each process, as a preset such as `c1.small`. Ignored if `resources` is set. Changing this
    /// restarts the processes one at a time.
    #[spec(default = "c1.small")]
    resources_preset: Option<Preset>,
    /// Backups to S3. On platform 1.6 or later, prefer backup plans.
    backup: Option<Backup>,
    /// Monitoring by the platform.
    monitoring: Option<Monitoring>,
    /// Parameters of the server processes (knobs), each as `name=value`. Changing this restarts the processes.
    custom_parameters: Option<Vec<String>>,
    /// Layout of the images. Changing this replaces the processes one at a time. Defaults to `unified` on platforms
    /// before 1.6.
    #[spec(default = "split")]
    image_type: Option<ImageType>,
    /// User and group of the processes.
    security_context: Option<SecurityContext>,
    /// Whether the operator replaces processes that stay unreachable.
    #[spec(default = true)]
    automatic_replacements: Option<bool>,
}

#[derive(Spec)]
struct Cluster {
    /// Version of FoundationDB. Upgrading restarts all processes at the same time and cannot be undone. Clients must
    /// support the version.
    #[spec(
        default = "7.3.63",
        upgrade_only,
        pattern("[0-9]+\\.[0-9]+\\.[0-9]+", "a version such as `7.3.63`")
    )]
    version: Option<String>,
    /// Number of processes of each role.
    process_counts: Option<ProcessCounts>,
    /// How many copies of the data there are. Changing this copies or deletes data in the background.
    #[spec(default = "double")]
    redundancy_mode: Option<RedundancyMode>,
    /// Storage engine. Changing this rewrites all data in the background.
    #[spec(default = "ssd-2")]
    storage_engine: Option<StorageEngine>,
    /// What must not fail together.
    fault_domain: Option<FaultDomain>,
}

struct RedundancyMode;

impl KnownValues for RedundancyMode {
    const VALUES: ValueList = &[(
        "single double triple three_datacenter three_datacenter_fallback",
        "",
    )];
}

struct StorageEngine;

impl KnownValues for StorageEngine {
    const VALUES: ValueList = &[("ssd-2 ssd-redwood-v1 ssd-rocksdb-v1 memory", "")];
}

#[derive(Spec)]
struct ProcessCounts {
    /// Number of storage processes, which determines the size of the cluster.
    #[spec(default = 3, min = 1)]
    storage: Option<i64>,
    /// Number of stateless processes. `-1` lets the operator decide.
    #[spec(default = -1, min = -1)]
    stateless: Option<i64>,
    /// Number of cluster controllers.
    #[spec(default = 1, min = 1, api = "cluster_controller")]
    cluster_controller: Option<i64>,
}

#[derive(Spec)]
struct FaultDomain {
    /// Label of the platform's servers that tells fault domains apart.
    #[spec(default = "kubernetes.io/hostname")]
    key: Option<String>,
    /// Field of a pod with its fault domain.
    #[spec(default = "spec.nodeName")]
    value_from: Option<String>,
}

#[derive(Spec)]
struct Storage {
    /// Size of each process's volume, for example `16Gi`.
    #[spec(default = "16Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
}

#[derive(Spec)]
struct Backup {
    /// Whether backups are taken. Requires all attributes of `s3` but `region`.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// How long backups are kept, for example `7d`.
    #[spec(default = "7d")]
    retention_policy: Option<String>,
    /// S3 service.
    s3: Option<S3>,
}

#[derive(Spec)]
struct S3 {
    /// Name of the bucket.
    #[spec(default = "")]
    bucket: Option<String>,
    /// URL of the S3 service, for example `https://prod.s3.hikube.cloud`.
    #[spec(default = "")]
    endpoint: Option<String>,
    /// Region of the bucket.
    #[spec(default = "us-east-1")]
    region: Option<String>,
    /// Keys for the S3 service.
    credentials: Option<S3Credentials>,
}

#[derive(Spec)]
struct S3Credentials {
    /// Access key.
    #[spec(default = "", write_only)]
    access_key_id: Option<Secret>,
    /// Secret key.
    #[spec(default = "", write_only)]
    secret_access_key: Option<Secret>,
}

#[derive(Spec)]
struct Monitoring {
    /// Whether the platform watches the processes. Otherwise an apply cannot wait for them.
    #[spec(default = true)]
    enabled: Option<bool>,
}

#[derive(Choice)]
#[choice(kebab_case)]
enum ImageType {
    /// One image for all processes.
    Unified,
    /// An image for the server and one for its sidecar.
    Split,
}

#[derive(Spec)]
struct SecurityContext {
    /// User ID of the processes.
    #[spec(default = 4059, min = 0)]
    run_as_user: Option<i64>,
    /// Group ID of the processes.
    #[spec(default = 4059, min = 0)]
    run_as_group: Option<i64>,
}

fn backups_have_credentials(scope: &mut Scope<'_>) {
    let names = [
        "s3.bucket",
        "s3.endpoint",
        "s3.credentials.access_key_id",
        "s3.credentials.secret_access_key",
    ];
    requires_all(scope, "backup", &names);
}

/// Each copy of the data is on another storage process.
fn storage_servers_are_enough(scope: &mut Scope<'_>) {
    let mode = scope.text_or("cluster.redundancy_mode", "double");
    let least = match mode.as_deref() {
        Some("double") => 2,
        Some("triple") => 3,
        _ => return,
    };
    let storage = scope.number_or("cluster.process_counts.storage", 3);
    if let Some(storage) = storage.filter(|storage| *storage < least) {
        let mode = mode.unwrap_or_default();
        let detail = format!(
            "The redundancy mode `{mode}` requires at least {least} storage processes, and \
             `cluster.process_counts.storage` is {storage}. Raise it, or choose another `cluster.redundancy_mode`."
        );
        conflict(scope, "cluster.process_counts", detail);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::kinds::expectations::{accepted, refused};

    #[test]
    fn storage_processes_are_enough() {
        let cluster = |mode: Json, storage: Json| json!({ "cluster": { "redundancy_mode": mode, "process_counts": { "storage": storage } } });
        accepted(&KIND, &cluster(json!("single"), json!(1)));
        accepted(&KIND, &cluster(json!("triple"), Json::Null));
        accepted(&KIND, &cluster(json!("?"), json!(1)));
        refused(
            &KIND,
            &cluster(Json::Null, json!(1)),
            "at least 2 storage processes",
        );
    }

    #[test]
    fn backups_have_credentials() {
        refused(
            &KIND,
            &json!({ "backup": { "enabled": true } }),
            "`s3.bucket",
        );
        accepted(&KIND, &json!({ "backup": { "enabled": true, "s3": "?" } }));
        accepted(&KIND, &json!({ "backup": { "s3": { "bucket": "b" } } }));
    }
}
