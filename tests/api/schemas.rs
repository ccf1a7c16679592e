//! Schemas of several groups.

use hikube::api::{ApiResource, NoSchema};
use serde_json::{Value as Json, json};

use crate::server::{Received, Reply, Server};

static PLAN: ApiResource = ApiResource::new("backups.cozystack.io", "v1alpha1", "Plan", "plans");
static JOB: ApiResource = ApiResource::new("backups.cozystack.io", "v1alpha1", "Job", "jobs");
static OTHER: ApiResource = ApiResource::new("other.example", "v1", "Plan", "plans");
static CORE: ApiResource = ApiResource::new("", "v1", "Plan", "plans");
static MISSING: ApiResource = ApiResource::new("missing.example", "v1", "Plan", "plans");

const GROUPS: [&str; 3] = [
    "apis/backups.cozystack.io/v1alpha1",
    "apis/other.example/v1",
    "api/v1",
];

fn definition(group: &str, kind: &str) -> Json {
    let gvk = match group.trim_start_matches("apis/").split_once('/') {
        Some((name, version)) if group.starts_with("apis/") => (name, version),
        _ => ("", "v1"),
    };
    json!({
        "properties": {"spec": {"properties": {group: {"type": "string"}}}},
        "x-kubernetes-group-version-kind": [{"group": gvk.0, "version": gvk.1, "kind": kind}],
    })
}

fn respond(request: &Received) -> Reply {
    let path = request.path.split('?').next().unwrap();
    let Some(group) = path.strip_prefix("/openapi/v3/") else {
        let entries = GROUPS.iter().map(|group| {
            let url = format!("/openapi/v3/{group}?hash=A1");
            ((*group).to_owned(), json!({"serverRelativeURL": url}))
        });
        let paths: serde_json::Map<String, Json> = entries.collect();
        return Reply::json(200, &json!({"paths": paths}));
    };
    let definitions = json!({
        "Plan": definition(group, "Plan"),
        "Job": definition(group, "Job"),
    });
    Reply::json(200, &json!({"components": {"schemas": definitions}}))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_group_has_its_own_schemas_which_are_fetched_once_and_kept() {
    let server = Server::start(respond).await;
    let folder = tempfile::tempdir().unwrap();
    for run in ["first", "second"] {
        let client = server
            .client_with_cache(folder.path().to_str().unwrap())
            .await;
        for _ in 0..2 {
            for (resource, field) in [
                (&PLAN, GROUPS[0]),
                (&JOB, GROUPS[0]),
                (&OTHER, GROUPS[1]),
                (&CORE, GROUPS[2]),
            ] {
                let schema = client.schema(resource).await.unwrap();
                let fields: Vec<&String> = schema.properties.keys().collect();
                assert_eq!(fields, [field], "{run}: {resource:?}");
            }
        }
        let missing = client.schema(&MISSING).await.unwrap_err();
        assert!(matches!(missing, NoSchema::NotListed), "{missing}");
    }
    let paths: Vec<String> = server.received().into_iter().map(|one| one.path).collect();
    let document = |group: &str| format!("/openapi/v3/{group}?hash=A1");
    let index = "/openapi/v3".to_owned();
    let mut expected = vec![index.clone()];
    expected.extend(GROUPS.map(document));
    // The second process reads only the index.
    expected.push(index);
    assert_eq!(paths, expected);
}
