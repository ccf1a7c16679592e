mod alerting;
mod component;
mod oidc;
mod storage;

use std::collections::BTreeMap;

use self::alerting::Alerta;
use self::component::RequestsAndLimits;
use self::oidc::Oidc;
use self::storage::{LogsStorage, MetricsStorage};
use super::shared::{Lookup, SecretName, warn};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Adopted, Kind, Observe, Observed, OutputSet, Outputs};
use crate::schema::{Bytes, Json, Scope, Secret, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_monitoring",
    title: "monitoring stack",
    description: "Settings of a tenant's monitoring stack (Grafana, VictoriaMetrics, VictoriaLogs and Alerta), which the \
                  platform creates for a tenant with `monitoring = true`. Creating this resource takes over the \
                  existing stack; destroying it leaves the stack as it is.",
    subcategory: "Tenants",
    api_resource: || ApiResource::application("Monitoring", "monitorings"),
    adopted: Some(Adopted {
        name: "monitoring",
        switch: Some("monitoring"),
    }),
    spec: Monitoring::block,
    dependents: |object| vec![GRAFANA.dependent(object, &["password"])],
    outputs: OutputSet::of::<MonitoringOutputs>(),
    ..Kind::new(&Application)
};

/// Read in the platform's charts.
const GRAFANA: SecretName = SecretName("grafana-admin-password");

#[derive(Outputs)]
struct MonitoringOutputs {
    /// Name of Grafana's administrator.
    #[output(use_state_for_unknown)]
    grafana_username: Option<String>,
    /// Password of Grafana's administrator.
    #[output(secret, use_state_for_unknown)]
    grafana_password: Option<Secret>,
}

impl Observe for MonitoringOutputs {
    fn observe(seen: &Observed, _: &Value) -> MonitoringOutputs {
        MonitoringOutputs {
            grafana_username: GRAFANA.text(seen, "user").map(str::to_owned),
            grafana_password: GRAFANA.text(seen, "password").map(Secret::from),
        }
    }
}

#[derive(Spec)]
#[spec(rules(logs_have_a_storage))]
struct Monitoring {
    /// Domain of Grafana. Defaults to `grafana` under the tenant's domain.
    #[spec(default = "")]
    host: Option<String>,
    /// Where metrics are stored. Removing a storage deletes its metrics. Defaults to `shortterm` with 3 days and `longterm`
    /// with 14 days, of 10Gi each.
    #[spec(
        default_json = "[{\"name\": \"shortterm\", \"retentionPeriod\": \"3d\", \"deduplicationInterval\": \"15s\", \"storage\": \"10Gi\", \"storageClassName\": \"\"}, {\"name\": \"longterm\", \"retentionPeriod\": \"14d\", \"deduplicationInterval\": \"5m\", \"storage\": \"10Gi\", \"storageClassName\": \"\"}]",
        loses = "the storage and its metrics"
    )]
    metrics_storages: Option<Vec<MetricsStorage>>,
    /// Where logs are stored. Removing a storage deletes its logs. Defaults to `generic` with a month and 10Gi.
    #[spec(
        default_json = "[{\"name\": \"generic\", \"retentionPeriod\": \"1\", \"storage\": \"10Gi\", \"storageClassName\": \"replicated\"}]",
        loses = "the storage and its logs"
    )]
    logs_storages: Option<Vec<LogsStorage>>,
    /// Alerta, which collects alerts.
    alerta: Option<Alerta>,
    /// Grafana, the web interface.
    grafana: Option<Grafana>,
    /// Agent that collects metrics.
    vmagent: Option<Agent>,
    /// Logins to Grafana through an identity provider.
    #[spec(since = "1.6")]
    oidc: Option<Oidc>,
}

#[derive(Spec)]
struct Grafana {
    /// Database of Grafana.
    db: Option<GrafanaDatabase>,
    /// CPU and memory of Grafana.
    resources: Option<RequestsAndLimits>,
}

#[derive(Spec)]
struct GrafanaDatabase {
    /// Size of the volume, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
}

#[derive(Spec)]
struct Agent {
    /// Labels for all metrics.
    #[spec(
        default_json = "{\"cluster\": \"cozystack\"}",
        keys("[a-zA-Z_][a-zA-Z0-9_]*", "must be names of labels, such as `cluster`")
    )]
    external_labels: Option<BTreeMap<String, String>>,
    /// Where metrics are sent, as JSON: `jsonencode({ urls = ["https://metrics.example.com/api/v1/write"] })`.
    #[spec(
        default_json = "{\"urls\": [\"http://vminsert-shortterm:8480/insert/0/prometheus\", \"http://vminsert-longterm:8480/insert/0/prometheus\"]}"
    )]
    remote_write: Option<Json>,
}

/// The platform installs nothing without one.
fn logs_have_a_storage(scope: &mut Scope<'_>) {
    let is_empty = scope
        .at("logs_storages")
        .as_elements()
        .is_some_and(<[Value]>::is_empty);
    if is_empty {
        let detail = "`logs_storages` is empty, and platform 1.6 or later does not install the stack without a storage for \
                      logs. Add one, or remove the attribute to use the platform's default.";
        warn(scope, "logs_storages", "No storage for logs", detail);
    }
}
