//! Workloads of an application: its pods, volumes and buckets, as the platform counts them.
use crate::object::Object;
use crate::outputs::Output;
use crate::part::Sort;
use serde_json::{Value, json};

/// The maximum number of pods of one application; the platform lists all of them.
const MOST_PODS: u64 = 3;

/// The workloads of an application, not running yet.
pub(crate) fn of(object: &Object, release: &str, values: &Value) -> Vec<Output> {
    let workload = |name: String, resources: Value| Output {
        sort: Sort::Workload,
        name,
        visible: false,
        content: json!({
            "status": {
                "kind": object.kind.to_lowercase(), "type": object.kind.to_lowercase(),
                "resources": resources, "operational": false,
            },
        }),
    };
    if object.kind == "Bucket" {
        return vec![workload(format!("bucket-{release}"), json!({}))];
    }
    let mut made = Vec::new();
    // A disk is only a volume, with the name of the release.
    if object.kind == "VMDisk" {
        let volume = format!("pvc-{release}");
        made.push(workload(volume, volume_resources(values, "5Gi")));
        return made;
    }
    let pods = values["replicas"].as_u64().unwrap_or(1).min(MOST_PODS);
    for number in 0..pods {
        let resources = json!({"cpu": "250m", "memory": "128Mi"});
        made.push(workload(format!("pod-{release}-{number}"), resources));
        if has_volumes(&object.kind) {
            let volume = format!("pvc-data-{release}-{number}");
            made.push(workload(volume, volume_resources(values, "10Gi")));
        }
    }
    made
}

fn has_volumes(kind: &str) -> bool {
    matches!(
        kind,
        "ClickHouse"
            | "Etcd"
            | "FerretDB"
            | "FoundationDB"
            | "Harbor"
            | "HTTPCache"
            | "Kafka"
            | "MariaDB"
            | "MongoDB"
            | "Monitoring"
            | "MySQL"
            | "NATS"
            | "OpenBAO"
            | "OpenSearch"
            | "Postgres"
            | "Qdrant"
            | "RabbitMQ"
            | "Redis"
            | "SeaweedFS"
    )
}

/// The usage of a volume in the quota of its storage class.
fn volume_resources(values: &Value, default: &str) -> Value {
    let given = |name: &str| values[name].as_str().filter(|text| !text.is_empty());
    let class = given("storageClass").unwrap_or("replicated");
    let size = given("size")
        .or_else(|| given("storage"))
        .unwrap_or(default);
    json!({format!("{class}.storageclass.storage.k8s.io/requests.storage"): size})
}
