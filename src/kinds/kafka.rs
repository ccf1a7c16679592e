#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::shared::{Endpoint, Lookup, Preset, Resources, SecretName, Tls, conflict, kebab, warn};
use crate::api::{ApiResource, Object};
use crate::lifecycle::{Application, Entry};
use crate::resource::{Dependent, EntryKind, Kind, Observe, Observed, OutputSet, Outputs, Planned};
use crate::schema::{Bytes, Json, Scope, Spec};
use crate::value::{Path, Value};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_kafka",
    title: "Kafka cluster",
    description: "A Kafka cluster with topics. Clients need no credentials: anyone who reaches it can read and write. \
                  Deleting it deletes its data, except on platform 0.41 and 1.1, which keep the volumes: a cluster of \
                  the same name then finds its old data.",
    subcategory: "Messaging",
    api_resource: || ApiResource::application("Kafka", "kafkas"),
    release_prefix: "kafka-",
    spec: Kafka::block,
    dependents,
    outputs: OutputSet::of::<KafkaOutputs>(),
    timeouts: crate::resource::Timeouts {
        create: 30,
        update: 30,
        delete: 20,
    },
    entries: &[EntryKind {
        type_name: "hikube_kafka_topic",
        title: "Kafka topic",
        description: "A topic of a `hikube_kafka`. Deleting it deletes its messages.",
        attribute: "topics",
        ..EntryKind::new(&Entry::of_list("topics"))
    }],
    ..Kind::new(&Application)
};

// Named by the operator, Strimzi.
const INSIDE: Endpoint = Endpoint("kafka-{name}-kafka-bootstrap");
const EXTERNAL: Endpoint = Endpoint("kafka-{name}-kafka-external-bootstrap");
const CA: SecretName = SecretName("kafka-{name}-cluster-ca-cert");

#[derive(Outputs)]
struct KafkaOutputs {
    /// Bootstrap servers inside the platform, without encryption: `HOST:9092`.
    #[output(use_state_for_unknown, known_at_plan = |values| inside(values, 9092))]
    bootstrap_servers: String,
    /// Bootstrap servers inside the platform, with TLS: `HOST:9093`.
    #[output(use_state_for_unknown, known_at_plan = |values| inside(values, 9093))]
    bootstrap_servers_tls: String,
    /// Public bootstrap servers, `ADDRESS:9094`. Each broker has a public address in addition. Null unless `external`
    /// is `true`.
    #[output(unknown_when_changed("external"))]
    external_bootstrap_servers: Option<String>,
    /// Certificate of the CA that signed the server certificates, in PEM. Null on platforms before 1.5, which do not
    /// publish it.
    #[output(use_state_for_unknown)]
    ca_certificate: Option<String>,
}

fn inside(values: &Value, port: u16) -> Planned<String> {
    match INSIDE.planned_host(values) {
        Planned::Known(host) => Planned::Known(format!("{host}:{port}")),
        Planned::Unknown => Planned::Unknown,
    }
}

fn dependents(object: &Object) -> Vec<Dependent> {
    let ca = CA.dependent(object, &[]);
    let address = EXTERNAL.if_external(object);
    [ca].into_iter().chain(address).collect()
}

impl Observe for KafkaOutputs {
    fn observe(seen: &Observed, _: &Value) -> KafkaOutputs {
        let host = INSIDE.host(&seen.object);
        KafkaOutputs {
            bootstrap_servers: format!("{host}:9092"),
            bootstrap_servers_tls: format!("{host}:9093"),
            external_bootstrap_servers: EXTERNAL.address(seen).map(|host| format!("{host}:9094")),
            ca_certificate: CA.text(seen, "ca.crt").map(str::to_owned),
        }
    }
}

#[derive(Spec)]
#[spec(rules(
    topics_differ_on_the_platform,
    topics_fit_the_brokers,
    what_is_public_is_open_to_all,
    zookeeper_needs_a_majority
))]
struct Kafka {
    /// Whether the cluster has public addresses (port 9094): one to connect to, and one for each broker. Setting this to
    /// `false` releases them.
    #[spec(default = false, loses = "the public addresses")]
    external: Option<bool>,
    /// TLS of the public addresses.
    #[spec(since = "1.5")]
    tls: Option<Tls>,
    /// Topics. The order does not matter. Removing a topic deletes it and its messages; renaming it deletes it and
    /// creates an empty one.
    #[spec(loses = "the topic and its messages")]
    topics: Option<Vec<Topic>>,
    /// Brokers, the servers of the cluster.
    kafka: Option<Brokers>,
    /// ZooKeeper, which coordinates the brokers.
    zookeeper: Option<ZooKeeper>,
}

#[derive(Spec)]
struct Topic {
    /// Name of the topic.
    #[spec(pattern(
        "[._a-zA-Z0-9-]{1,200}",
        "at most 200 letters, digits, `.`, `_` and `-`"
    ))]
    name: String,
    /// Number of partitions, which can only grow. Messages with the same key may go to another partition afterwards.
    #[spec(min = 1, grow_only)]
    partitions: i64,
    /// Number of brokers with a copy of each partition, at most `kafka.replicas`.
    #[spec(min = 1)]
    replicas: i64,
    /// Settings of the topic: `jsonencode({ "retention.ms" = "604800000" })`.
    #[spec(always_send, default_json = "{}")]
    config: Option<Json>,
}

#[derive(Spec)]
struct Brokers {
    /// Number of brokers. New topics have a copy on each broker, on three at most. Removing a broker loses the copies on
    /// it, and is refused.
    #[spec(default = 3, min = 1, grow_only)]
    replicas: Option<i64>,
    /// CPU and memory of each broker. Overrides `resources_preset`. Changing this restarts the brokers one at a time.
    resources: Option<Resources>,
    /// CPU and memory of each broker, as a preset such as `c1.small`. Ignored if `resources` is set. Changing this
    /// restarts the brokers one at a time.
    #[spec(default = "c1.small")]
    resources_preset: Option<Preset>,
    /// Size of each broker's volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes of brokers and ZooKeeper: `replicated` or `local` on Hikube. Defaults to the
    /// platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
}

#[derive(Spec)]
struct ZooKeeper {
    /// Number of ZooKeeper servers, which should be odd: more than half of them must run.
    #[spec(default = 3, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each server. Overrides `resources_preset`. Changing this restarts the servers one at a time.
    resources: Option<Resources>,
    /// CPU and memory of each server, as a preset such as `c1.small`. Ignored if `resources` is set. Changing this
    /// restarts the servers one at a time.
    #[spec(default = "c1.small")]
    resources_preset: Option<Preset>,
    /// Size of each server's volume, for example `5Gi`.
    #[spec(default = "5Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class. The platform ignores it and uses `kafka.storage_class`.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
}

fn topic_path(scope: &Scope<'_>, index: usize, name: &str) -> Path {
    scope.path("topics").index(index).attribute(name)
}

fn topics_differ_on_the_platform(scope: &mut Scope<'_>) {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (index, topic) in scope.elements("topics").iter().enumerate() {
        let Some(name) = topic.at("name").as_str() else {
            continue;
        };
        if let Some(other) = known.insert(kebab(name), name.to_owned()) {
            let detail = if other == name {
                format!("There are two topics `{name}`. Remove or rename one of them.")
            } else {
                format!(
                    "The topics `{other}` and `{name}` differ only in the way words are separated. The platform names \
                     objects after both, and would give them the same name. Rename one of them."
                )
            };
            let path = topic_path(scope, index, "name");
            scope.error_at(&path, "Invalid Attribute Value", detail);
        }
    }
}

fn topics_fit_the_brokers(scope: &mut Scope<'_>) {
    let Some(brokers) = scope.number_or("kafka.replicas", 3) else {
        return;
    };
    for (index, topic) in scope.elements("topics").iter().enumerate() {
        let Some(replicas) = topic
            .at("replicas")
            .as_i64()
            .filter(|count| *count > brokers)
        else {
            continue;
        };
        let name = topic.at("name").as_str().unwrap_or("?");
        let detail = format!(
            "The topic `{name}` has {replicas} replicas, but there are {brokers} brokers, each of which can hold one. \
             Lower `replicas`, or raise `kafka.replicas`."
        );
        let path = topic_path(scope, index, "replicas");
        scope.error_at(&path, "Invalid Attribute Combination", detail);
    }
}

fn what_is_public_is_open_to_all(scope: &mut Scope<'_>) {
    if scope.is_on("external") {
        let detail = "The platform configures no authentication: with `external = true`, anyone on the internet can \
                      read and write all topics.";
        warn(scope, "external", "Public without authentication", detail);
    }
    if scope.is_on("tls.enabled") && scope.at("external").as_bool() == Some(false) {
        let detail = "`tls.enabled` concerns the public addresses only, and `external` is `false`. Inside the platform, \
                      port 9093 always has TLS. Remove `tls`, or set `external` to `true`.";
        conflict(scope, "tls.enabled", detail);
    }
}

fn zookeeper_needs_a_majority(scope: &mut Scope<'_>) {
    let servers = scope.number_or("zookeeper.replicas", 3);
    if let Some(even) = servers.filter(|servers| servers % 2 == 0) {
        let detail = format!(
            "`zookeeper.replicas` is {even}. More than half of the servers must run, so {even} survive no more failures \
             than {}. Choose an odd number.",
            even - 1
        );
        warn(
            scope,
            "zookeeper.replicas",
            "Even number of ZooKeeper servers",
            detail,
        );
    }
}
