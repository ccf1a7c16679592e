//! What groups, versions and resources there are.
use crate::facts::{API_VERSION, GROUP};
use crate::failure::json_answer;
use crate::platform::Shared;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

/// The verbs applications have; there is no deletecollection.
const VERBS: [&str; 6] = ["create", "delete", "get", "list", "patch", "update"];

/// `/version`
pub(crate) async fn version() -> Response {
    json_answer(
        200,
        &json!({"major": "1", "minor": "34", "gitVersion": "v1.34.1", "platform": "linux/amd64"}),
    )
}

/// `/api`
pub(crate) async fn core_versions() -> Response {
    json_answer(
        200,
        &json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}),
    )
}

/// `/api/v1`
pub(crate) async fn core_resources() -> Response {
    let resources = [
        resource("secrets", "secret", "Secret", &["get"]),
        resource("services", "service", "Service", &["get", "list", "watch"]),
    ];
    json_answer(200, &resource_list("v1", &resources))
}

/// `/apis`
pub(crate) async fn groups(State(platform): State<Shared>) -> Response {
    let mut groups = vec![GROUP, "core.cozystack.io", "cozystack.io"];
    if platform.withheld().apps {
        groups.remove(0);
    }
    let groups: Vec<Value> = groups.into_iter().map(group_body).collect();
    json_answer(
        200,
        &json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}),
    )
}

/// `/apis/apps.cozystack.io`
pub(crate) async fn group() -> Response {
    let mut body = group_body(GROUP);
    body["kind"] = json!("APIGroup");
    body["apiVersion"] = json!("v1");
    json_answer(200, &body)
}

/// `/apis/apps.cozystack.io/v1alpha1`
pub(crate) async fn applications(State(platform): State<Shared>) -> Response {
    let verbs: Vec<&str> = VERBS.into_iter().chain(["watch"]).collect();
    let resources: Vec<Value> = platform
        .kinds()
        .into_iter()
        .map(|kind| resource(&kind.plural, &kind.singular, &kind.kind, &verbs))
        .collect();
    json_answer(200, &resource_list(API_VERSION, &resources))
}

/// `/apis/core.cozystack.io/v1alpha1`
pub(crate) async fn tenant_resources(State(platform): State<Shared>) -> Response {
    let verbs = ["get", "list", "watch"];
    let mut namespaces = resource(
        "tenantnamespaces",
        "tenantnamespace",
        "TenantNamespace",
        // The real ones can be watched, too.
        &["get", "list"],
    );
    namespaces["namespaced"] = json!(false);
    let mut resources = vec![
        namespaces,
        resource("tenantmodules", "tenantmodule", "TenantModule", &verbs),
        resource("tenantsecrets", "tenantsecret", "TenantSecret", &verbs),
    ];
    if platform.facts.release.has_options() {
        resources.push(resource("options", "option", "Option", &["get", "list"]));
    }
    json_answer(
        200,
        &resource_list("core.cozystack.io/v1alpha1", &resources),
    )
}

/// `/apis/cozystack.io/v1alpha1`
pub(crate) async fn workload_resources() -> Response {
    let verbs = ["get", "list", "watch"];
    let resources = [
        resource(
            "workloadmonitors",
            "workloadmonitor",
            "WorkloadMonitor",
            &verbs,
        ),
        resource("workloads", "workload", "Workload", &verbs),
    ];
    json_answer(200, &resource_list("cozystack.io/v1alpha1", &resources))
}

fn group_body(name: &str) -> Value {
    let version = json!({"groupVersion": format!("{name}/v1alpha1"), "version": "v1alpha1"});
    json!({"name": name, "versions": [version], "preferredVersion": version})
}

fn resource(plural: &str, singular: &str, kind: &str, verbs: &[&str]) -> Value {
    let mut resource = json!({
        "name": plural, "singularName": singular, "namespaced": true, "kind": kind, "verbs": verbs,
    });
    if plural == "services" {
        resource["shortNames"] = json!(["svc"]);
    }
    resource
}

fn resource_list(group_version: &str, resources: &[Value]) -> Value {
    json!({
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version,
        "resources": resources,
    })
}
