#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::shared::{
    Endpoint, KnownValues, Lookup, Preset, Resources, SecretName, ValueList, conflict,
    users_are_not_reserved, users_have_passwords,
};
use crate::api::{ApiResource, Object};
use crate::lifecycle::Application;
use crate::resource::{Dependent, Kind, Observe, Observed, OutputSet, Outputs, Planned, Timeouts};
use crate::schema::{Amount, Bytes, Choice, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_opensearch",
    title: "OpenSearch cluster",
    description: "An OpenSearch cluster with users and, optionally, OpenSearch Dashboards. Deleting it deletes its data.",
    subcategory: "Databases",
    api_resource: || ApiResource::application("OpenSearch", "opensearches"),
    release_prefix: "opensearch-",
    since: Some("1.2"),
    spec: OpenSearch::block,
    dependents,
    outputs: OutputSet::of::<OpenSearchOutputs>(),
    timeouts: Timeouts {
        create: 30,
        update: 40,
        delete: 20,
    },
    ..Kind::new(&Application)
};

// Read in the platform's charts.
const SERVER: Endpoint = Endpoint("opensearch-{name}");
const EXTERNAL: Endpoint = Endpoint("opensearch-{name}-external");
const DASHBOARDS: Endpoint = Endpoint("opensearch-{name}-dashboards");
const DASHBOARDS_EXTERNAL: Endpoint = Endpoint("opensearch-{name}-dashboards-external");
const ADMIN: SecretName = SecretName("opensearch-{name}-credentials");
const PORT: i64 = 9200;
const DASHBOARDS_PORT: i64 = 5601;

#[derive(Outputs)]
struct OpenSearchOutputs {
    /// Host name inside the platform. Connections use HTTPS with a certificate that is not publicly trusted.
    #[output(use_state_for_unknown, known_at_plan = |values| SERVER.planned_host(values))]
    host: String,
    /// Public address. Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
    /// Port of all hosts but those of Dashboards.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(PORT))]
    port: i64,
    /// Host name of Dashboards inside the platform. Null unless `dashboards.enabled` is `true`.
    #[output(unknown_when_changed("dashboards"))]
    dashboards_host: Option<String>,
    /// Public address of Dashboards. Null unless `external` and `dashboards.enabled` are `true`.
    #[output(unknown_when_changed("dashboards", "external"))]
    dashboards_external_host: Option<String>,
    /// Port of Dashboards.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(DASHBOARDS_PORT))]
    dashboards_port: i64,
    /// Name of the administrator, whom the platform creates.
    #[output(use_state_for_unknown)]
    admin_username: Option<String>,
    /// Password of the administrator. The passwords of other users cannot be read.
    #[output(secret, use_state_for_unknown)]
    admin_password: Option<Secret>,
}

fn has_dashboards(object: &Object) -> bool {
    let dashboards = object.spec.get("dashboards");
    dashboards.and_then(|settings| settings.get("enabled")?.as_bool()) == Some(true)
}

fn dependents(object: &Object) -> Vec<Dependent> {
    let admin = ADMIN.dependent(object, &["username", "password"]);
    let dashboards = DASHBOARDS_EXTERNAL.if_external(object);
    let dashboards = dashboards.filter(|_| has_dashboards(object));
    let address = EXTERNAL.if_external(object);
    [admin]
        .into_iter()
        .chain(address)
        .chain(dashboards)
        .collect()
}

impl Observe for OpenSearchOutputs {
    fn observe(seen: &Observed, _: &Value) -> OpenSearchOutputs {
        let object = &seen.object;
        OpenSearchOutputs {
            host: SERVER.host(object),
            external_host: EXTERNAL.address(seen),
            port: PORT,
            dashboards_host: has_dashboards(object).then(|| DASHBOARDS.host(object)),
            dashboards_external_host: DASHBOARDS_EXTERNAL.address(seen),
            dashboards_port: DASHBOARDS_PORT,
            admin_username: ADMIN.text(seen, "username").map(str::to_owned),
            admin_password: ADMIN.text(seen, "password").map(Secret::from),
        }
    }
}

#[derive(Spec)]
#[spec(rules(memory_is_enough, users_are_not_of_the_platform, passwords_are_known))]
struct OpenSearch {
    /// Number of nodes.
    #[spec(default = 3, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each node; at least 2Gi of memory. Overrides `resources_preset`. Changing this restarts the
    /// nodes one at a time.
    resources: Option<Resources>,
    /// CPU and memory of each node, as a preset such as `c1.medium`, with at least 2Gi of memory. Ignored if
    /// `resources` is set. Changing this restarts the nodes one at a time.
    #[spec(default = "c1.medium")]
    resources_preset: Option<Preset>,
    /// Size of each node's volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes. Defaults to `replicated` for one node and `local` for more.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the cluster, and Dashboards if enabled, have public addresses (ports 9200 and 5601). Setting this to
    /// `false` releases them.
    #[spec(default = false, loses = "the public addresses")]
    external: Option<bool>,
    /// How nodes are spread over the platform's servers: `soft` as far as possible, `hard` strictly, so that nodes wait
    /// until there is a server for each.
    #[spec(default = "soft")]
    topology_spread_policy: Option<TopologySpread>,
    /// Major version of OpenSearch. Upgrading restarts the nodes one at a time and cannot be undone.
    #[spec(default = "v2", upgrade_only)]
    version: Option<OpenSearchVersion>,
    /// Images, for platforms that pull from a private registry.
    images: Option<Images>,
    /// What the nodes do.
    node_roles: Option<NodeRoles>,
    /// Users, keyed by name, in addition to the administrator `admin`.
    #[spec(
        loses = "the user",
        keys(
            "[a-z0-9]([-a-z0-9.]*[a-z0-9])?",
            "must consist of lower-case letters, digits, `-` and `.`, and start and end with a letter or digit"
        ),
        key_in("opensearch-{name}-user-{key}", 253)
    )]
    users: Option<BTreeMap<String, OpenSearchUser>>,
    /// OpenSearch Dashboards, the web interface.
    dashboards: Option<Dashboards>,
}

#[derive(Choice)]
#[choice(kebab_case)]
enum TopologySpread {
    /// As far as possible.
    Soft,
    /// Strictly.
    Hard,
}

struct OpenSearchVersion;

impl KnownValues for OpenSearchVersion {
    const VALUES: ValueList = &[("v3 v2", ""), ("v1", "No longer maintained.")];
}

#[derive(Spec)]
struct Images {
    /// Image of OpenSearch. Defaults to the platform's image for `version`.
    #[spec(default = "")]
    opensearch: Option<String>,
}

#[derive(Spec)]
#[spec(rules(nodes_do_something))]
struct NodeRoles {
    /// Whether nodes store data.
    #[spec(default = true)]
    data: Option<bool>,
    /// Whether nodes run ingest pipelines.
    #[spec(default = true)]
    ingest: Option<bool>,
    /// Whether nodes can manage the cluster.
    #[spec(default = true)]
    master: Option<bool>,
    /// Whether nodes run machine learning tasks.
    #[spec(default = false)]
    ml: Option<bool>,
}

#[derive(Spec)]
struct OpenSearchUser {
    /// Password of the user. Required, here or in `password_wo`: a password that the platform generates cannot be read.
    #[spec(write_only)]
    password: Option<Secret>,
    /// Roles of OpenSearch, for example `readall`, which is the role of a user without any.
    roles: Option<BTreeSet<String>>,
}

#[derive(Spec)]
struct Dashboards {
    /// Whether there is a Dashboards server.
    #[spec(default = false)]
    enabled: Option<bool>,
    /// Number of Dashboards servers.
    #[spec(default = 1, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each Dashboards server. Overrides `resources_preset`.
    resources: Option<Resources>,
    /// CPU and memory of each Dashboards server, as a preset such as `c1.small`. Ignored if `resources` is set.
    #[spec(default = "c1.small")]
    resources_preset: Option<Preset>,
}

/// The platform installs nothing without a role.
fn nodes_do_something(scope: &mut Scope<'_>) {
    let on = |name: &str, default: bool| match scope.at(name) {
        Value::Null => Some(default),
        value => value.as_bool(),
    };
    let roles = [
        on("data", true),
        on("ingest", true),
        on("master", true),
        on("ml", false),
    ];
    if roles.iter().all(|role| *role == Some(false)) {
        let detail = "All node roles are off: the platform requires at least one. Set one of them to `true`.";
        conflict(scope, "data", detail);
    }
}

fn memory_is_enough(scope: &mut Scope<'_>) {
    let memory = scope.at("resources.memory").as_str().map(str::to_owned);
    let least = Amount::parse("2Gi");
    if let Some(memory) = memory
        && Amount::parse(&memory)
            .zip(least)
            .is_some_and(|(given, least)| given < least)
    {
        let detail = format!(
            "`resources.memory` is {memory}, and OpenSearch requires at least 2Gi to start."
        );
        conflict(scope, "resources.memory", detail);
    }
}

fn users_are_not_of_the_platform(scope: &mut Scope<'_>) {
    users_are_not_reserved(
        scope,
        &[("admin", "is the administrator whom the platform creates")],
    );
}

fn passwords_are_known(scope: &mut Scope<'_>) {
    users_have_passwords(scope, "an OpenSearch cluster");
}
