use super::shared::{Endpoint, Preset, Resources, SecretName, Tls};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, Observe, Observed, OutputSet, Outputs, Planned};
use crate::schema::{Bytes, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_qdrant",
    title: "Qdrant database",
    description: "A Qdrant vector database. Deleting it deletes its data, except on platforms before 1.6, which keep the \
                  volumes: a database of the same name then finds its old data.",
    subcategory: "Databases",
    api_resource: || ApiResource::application("Qdrant", "qdrants"),
    release_prefix: "qdrant-",
    since: Some("1.0"),
    spec: Qdrant::block,
    dependents: |object| {
        let key = API_KEY.dependent(object, &["api-key"]);
        [key]
            .into_iter()
            .chain(SERVER.if_external(object))
            .collect()
    },
    outputs: OutputSet::of::<QdrantOutputs>(),
    ..Kind::new(&Application)
};

// Read in the platform's charts.
const SERVER: Endpoint = Endpoint("qdrant-{name}");
const API_KEY: SecretName = SecretName("qdrant-{name}-apikey");
const PORT: i64 = 6333;
const GRPC_PORT: i64 = 6334;

#[derive(Outputs)]
struct QdrantOutputs {
    /// Host name inside the platform.
    #[output(use_state_for_unknown, known_at_plan = |values| SERVER.planned_host(values))]
    host: String,
    /// Public address. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
    /// Port of the REST API.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Port of the gRPC API.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(GRPC_PORT))]
    grpc_port: i64,
    /// API key, which gives full access. With TLS, clients need the platform's CA, which a tenant cannot read: the
    /// certificate cannot be verified.
    #[output(secret, use_state_for_unknown)]
    api_key: Option<Secret>,
}

impl Observe for QdrantOutputs {
    fn observe(seen: &Observed, _: &Value) -> QdrantOutputs {
        QdrantOutputs {
            host: SERVER.host(&seen.object),
            external_host: SERVER.address(seen),
            port: PORT,
            grpc_port: GRPC_PORT,
            api_key: API_KEY.text(seen, "api-key").map(Secret::from),
        }
    }
}

#[derive(Spec)]
struct Qdrant {
    /// Number of replicas. With more than one, they form a cluster.
    #[spec(
        default = 1,
        min = 1,
        one_or_many = "existing collections are not distributed over a cluster by themselves."
    )]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas one at a
    /// time.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.small`. Ignored if `resources` is set. Changing this
    /// restarts the replicas one at a time.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
    /// Size of each replica's volume, for example `10Gi`. The platform cannot enlarge existing volumes.
    #[spec(default = "10Gi", grow_only, keeps_volumes)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the database has a public address (ports 6333 and 6334). Setting this to `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// TLS of all connections.
    #[spec(since = "1.5")]
    tls: Option<Tls>,
}
