//! Discovery of groups, versions and resources.
use crate::custom;
use crate::facts::{API_VERSION, GROUP};
use crate::failure::json_answer;
use crate::platform::Shared;
use crate::release::Release;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

/// The verbs of applications and custom resources. Applications do not support deletecollection.
const VERBS: [&str; 7] = [
    "create", "delete", "get", "list", "patch", "update", "watch",
];

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
        resource("pods", "pod", "Pod", &["get", "list", "watch"]),
    ];
    json_answer(200, &resource_list("v1", &resources))
}

/// `/apis`
pub(crate) async fn groups(State(platform): State<Shared>) -> Response {
    let mut groups = vec![GROUP, "core.cozystack.io", "cozystack.io"];
    if platform.withheld.apps {
        groups.remove(0);
    }
    let custom = custom::group_versions(platform.release());
    groups.extend(custom.into_iter().map(|(group, _)| group));
    let groups: Vec<Value> = groups.into_iter().map(group_body).collect();
    json_answer(
        200,
        &json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}),
    )
}

/// `/apis/apps.cozystack.io`
pub(crate) async fn group() -> Response {
    group_answer(GROUP)
}

/// The groups and versions of the custom resources of a release.
pub(crate) fn custom_routes(release: Release) -> Router<Shared> {
    let groups = custom::group_versions(release).into_iter();
    groups.fold(Router::new(), |router, (group, version)| {
        let listed = custom::resources(release).filter(move |resource| resource.group == group);
        let resources: Vec<Value> = listed
            .map(|of| {
                let mut body = resource(of.plural, of.singular, of.kind, &VERBS);
                body["namespaced"] = json!(of.namespaced);
                body
            })
            .collect();
        let list = resource_list(&format!("{group}/{version}"), &resources);
        router
            .route(
                &format!("/apis/{group}"),
                get(async move || group_answer(group)),
            )
            .route(
                &format!("/apis/{group}/{version}"),
                get(async move || json_answer(200, &list)),
            )
    })
}

fn group_answer(group: &str) -> Response {
    let mut body = group_body(group);
    body["kind"] = json!("APIGroup");
    body["apiVersion"] = json!("v1");
    json_answer(200, &body)
}

/// `/apis/apps.cozystack.io/v1alpha1`
pub(crate) async fn applications(State(platform): State<Shared>) -> Response {
    let resources: Vec<Value> = platform
        .kinds()
        .into_iter()
        .map(|kind| resource(&kind.plural, &kind.singular, &kind.kind, &VERBS))
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
        // On the real API, these and modules also support watch.
        &["get", "list"],
    );
    namespaces["namespaced"] = json!(false);
    let mut resources = vec![
        namespaces,
        resource("tenantmodules", "tenantmodule", "TenantModule", &verbs[..2]),
        resource("tenantsecrets", "tenantsecret", "TenantSecret", &verbs),
    ];
    if platform.release().has_options() {
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
