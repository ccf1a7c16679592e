use super::shared::{Endpoint, Lookup, Preset, Resources, warn};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, Observe, Observed, OutputSet, Outputs, Planned, WaitFor};
use crate::schema::{Bytes, Scope, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_openbao",
    title: "OpenBao server",
    description: "An OpenBao server, a secrets store compatible with HashiCorp Vault. It starts sealed and uninitialized: \
                  run `bao operator init` and `bao operator unseal` once it exists, and unseal each replica again \
                  after a restart. An apply does not wait for that, and `ready` is `false` until then. Deleting it \
                  deletes its secrets, except on platforms before 1.6, which keep the volumes.",
    subcategory: "Security",
    api_resource: || ApiResource::application("OpenBAO", "openbaos"),
    release_prefix: "openbao-",
    since: Some("1.0"),
    spec: OpenBao::block,
    // Its pods become ready only after it is unsealed, which follows the apply.
    waits_for: |_| WaitFor::Ready,
    dependents: |object| SERVER.if_external(object).into_iter().collect(),
    outputs: OutputSet::of::<OpenBaoOutputs>(),
    ..Kind::new(&Application)
};

/// Read in the platform's charts.
const SERVER: Endpoint = Endpoint("openbao-{name}");
const PORT: i64 = 8200;

#[derive(Outputs)]
struct OpenBaoOutputs {
    /// URL of the API inside the platform. Connections are not encrypted.
    #[output(use_state_for_unknown, known_at_plan = planned_url)]
    url: String,
    /// Public URL. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_url: Option<String>,
}

fn planned_url(values: &Value) -> Planned<String> {
    match SERVER.planned_host(values) {
        Planned::Known(host) => Planned::Known(url(&host)),
        Planned::Unknown => Planned::Unknown,
    }
}

fn url(host: &str) -> String {
    format!("http://{host}:{PORT}")
}

impl Observe for OpenBaoOutputs {
    fn observe(seen: &Observed, _: &Value) -> OpenBaoOutputs {
        OpenBaoOutputs {
            url: url(&SERVER.host(&seen.object)),
            external_url: SERVER.address(seen).as_deref().map(url),
        }
    }
}

#[derive(Spec)]
#[spec(rules(what_is_public_is_not_encrypted))]
struct OpenBao {
    /// Number of replicas. One stores its data in files; more than one replicate it with Raft. Choose an odd number.
    #[spec(
        default = 1,
        min = 1,
        one_or_many = "one replica stores its data in files and several store it with Raft, and the platform does not \
                       convert it."
    )]
    replicas: Option<i64>,
    /// CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas, which must be
    /// unsealed again.
    resources: Option<Resources>,
    /// CPU and memory of each replica, as a preset such as `t1.small`. Ignored if `resources` is set. Changing this
    /// restarts the replicas, which must be unsealed again.
    #[spec(default = "t1.small")]
    resources_preset: Option<Preset>,
    /// Size of each replica's volume, for example `10Gi`. The platform cannot enlarge existing volumes.
    #[spec(default = "10Gi", grow_only, keeps_volumes)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the server has a public address (port 8200). Setting this to `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// Whether the web interface is enabled. Changing this restarts the replicas, which must be unsealed again.
    #[spec(default = true)]
    ui: Option<bool>,
}

fn what_is_public_is_not_encrypted(scope: &mut Scope<'_>) {
    if scope.is_on("external") {
        let detail = "The platform configures no TLS for OpenBao: with `external = true`, secrets and unseal keys cross \
                      the internet unencrypted. Use it for tests only.";
        warn(scope, "external", "Public without encryption", detail);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::expectations::{accepted, warned};

    #[test]
    fn what_is_public_is_not_encrypted() {
        accepted(&KIND, &json!({ "external": "?" }));
        warned(&KIND, &json!({ "external": true }), "unencrypted");
    }
}
