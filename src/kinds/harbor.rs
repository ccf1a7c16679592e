use super::shared::{Preset, Resources, SecretName};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, Needs, Observe, Observed, OutputSet, Outputs, Planned, Timeouts};
use crate::schema::{Bytes, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_harbor",
    title: "Harbor registry",
    description: "A Harbor registry for container images, with a vulnerability scanner. Images are stored in an S3 bucket \
                  of the tenant's object storage. It requires an ingress controller and an object storage in its \
                  tenant or a parent tenant (`ingress` and `seaweedfs` of `hikube_tenant`). Deleting it deletes its \
                  images; platforms before 1.6 keep its volumes.",
    subcategory: "Containers",
    api_resource: || ApiResource::application("Harbor", "harbors"),
    release_prefix: "harbor-",
    since: Some("1.0"),
    spec: Harbor::block,
    dependents: |object| vec![LOGIN.dependent(object, &["admin-password", "url"])],
    outputs: OutputSet::of::<HarborOutputs>(),
    timeouts: Timeouts {
        create: 30,
        update: 30,
        delete: 30,
    },
    needs: Some(Needs {
        service: "seaweedfs",
        without: "Without it, Harbor has no place for its images and does not start.",
    }),
    ..Kind::new(&Application)
};

/// Read in the platform's charts.
const LOGIN: SecretName = SecretName("harbor-{name}-credentials");

#[derive(Outputs)]
struct HarborOutputs {
    /// URL of the registry and its web interface.
    #[output(unknown_when_changed("host"))]
    url: Option<String>,
    /// Name of the administrator.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known("admin".to_owned()))]
    admin_username: String,
    /// Initial password of the administrator. A password that is changed in Harbor is not shown here.
    #[output(secret, use_state_for_unknown)]
    admin_password: Option<Secret>,
}

impl Observe for HarborOutputs {
    fn observe(seen: &Observed, _: &Value) -> HarborOutputs {
        HarborOutputs {
            url: LOGIN.text(seen, "url").map(str::to_owned),
            admin_username: "admin".to_owned(),
            admin_password: LOGIN.text(seen, "admin-password").map(Secret::from),
        }
    }
}

#[derive(Spec)]
struct Harbor {
    /// Domain of the registry. Defaults to `harbor-NAME` under the tenant's domain. Changing this breaks the references
    /// to its images, and orders a new certificate.
    #[spec(default = "")]
    host: Option<String>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// API server.
    core: Option<Small>,
    /// Registry server.
    registry: Option<Small>,
    /// Server of background jobs.
    jobservice: Option<Nano>,
    /// Trivy, the vulnerability scanner.
    trivy: Option<Trivy>,
    /// PostgreSQL database with the settings and the list of images.
    database: Option<Database>,
    /// Redis cache.
    redis: Option<Cache>,
}

#[derive(Spec)]
struct Small {
    /// CPU and memory. Overrides `resources_preset`. Changing this restarts the server.
    resources: Option<Resources>,
    /// CPU and memory, as a preset such as `t1.small`. Ignored if `resources` is set. Changing this restarts the server.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
}

#[derive(Spec)]
struct Nano {
    /// CPU and memory. Overrides `resources_preset`. Changing this restarts the server.
    resources: Option<Resources>,
    /// CPU and memory, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this restarts the server.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
}

#[derive(Spec)]
struct Trivy {
    /// Whether images can be scanned.
    #[spec(default = true)]
    enabled: Option<bool>,
    /// CPU and memory. Overrides `resources_preset`. Changing this restarts the scanner.
    resources: Option<Resources>,
    /// CPU and memory, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this restarts the scanner.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
    /// Size of the volume with the vulnerability database, for example `5Gi`.
    #[spec(default = "5Gi", grow_only)]
    size: Option<Bytes>,
}

#[derive(Spec)]
struct Database {
    /// Number of replicas.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// Size of each replica's volume, for example `5Gi`.
    #[spec(default = "5Gi", grow_only)]
    size: Option<Bytes>,
}

#[derive(Spec)]
struct Cache {
    /// Number of replicas.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// Size of each replica's volume, for example `1Gi`.
    #[spec(default = "1Gi", grow_only)]
    size: Option<Bytes>,
}
