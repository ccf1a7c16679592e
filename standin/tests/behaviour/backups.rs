//! `backups.cozystack.io`: releases, permissions, and schema.
use crate::answers::assert_bare_404;
use crate::client::{Api, PLANS, condition, plan, quick};
use hikube_standin::{Options, Release, Role, Subject};
use serde_json::{Value, json};

const GROUP: &str = "/apis/backups.cozystack.io";
const CLASSES: &str = "/apis/backups.cozystack.io/v1alpha1/backupclasses";
const OPENAPI: &str = "/openapi/v3/apis/backups.cozystack.io/v1alpha1";
const LATER: [Release; 4] = [Release::V1_1, Release::V1_3, Release::V1_6, Release::Main];

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .filter_map(|item| item["metadata"]["name"].as_str())
        .collect()
}

#[tokio::test]
async fn release_0_41_has_nothing_of_the_group() {
    let api = Api::of_all(Release::V0_41);
    let version = format!("{GROUP}/v1alpha1");
    for path in [GROUP, &version, PLANS, CLASSES, OPENAPI] {
        assert_bare_404(&api.get(path).await);
    }
    assert_bare_404(&api.post(PLANS, &plan("a")).await);
    for path in ["/apis", "/openapi/v3"] {
        assert!(!api.get(path).await.text.contains("backups"), "{path}");
    }
    // Permissions are checked before paths, and no role of this release contains the group.
    let tenant = api.of(&Subject::new(Role::ServiceAccount, "tenant-demo"));
    tenant.get(PLANS).await.expect(403);
    assert_bare_404(&tenant.get(&version).await);
}

#[tokio::test]
async fn later_releases_list_the_group_and_its_resources() {
    for release in LATER {
        let api = Api::start(release);
        assert!(api.get("/apis").await.text.contains("backups.cozystack.io"));
        let group = api.get(GROUP).await.expect(200);
        assert_eq!(group["kind"], "APIGroup");
        assert_eq!(group["name"], "backups.cozystack.io");
        let list = api.get(&format!("{GROUP}/v1alpha1")).await.expect(200);
        assert_eq!(list["groupVersion"], "backups.cozystack.io/v1alpha1");
        let resources = list["resources"].as_array().expect("resources");
        let named = |name: &str| {
            let found = resources.iter().find(|resource| resource["name"] == name);
            found.map(|resource| (&resource["kind"], &resource["namespaced"]))
        };
        assert_eq!(named("plans"), Some((&json!("Plan"), &json!(true))));
        let class = (&json!("BackupClass"), &json!(false));
        assert_eq!(named("backupclasses"), Some(class));
        // No other resource of the group is served.
        let tenant = api.of_platform();
        assert_bare_404(&tenant.get(&PLANS.replace("plans", "nopes")).await);
    }
}

#[tokio::test]
async fn the_schema_is_in_a_document_of_its_own() {
    for release in LATER {
        let api = Api::start(release);
        let index = api.get("/openapi/v3").await.expect(200);
        let entry = &index["paths"]["apis/backups.cozystack.io/v1alpha1"];
        let url = entry["serverRelativeURL"].as_str().expect("a URL");
        assert!(url.starts_with(&format!("{OPENAPI}?hash=")));
        let document = api.get(url).await.expect(200);
        let schemas = &document["components"]["schemas"];
        let schema = &schemas["io.cozystack.backups.v1alpha1.Plan"];
        assert_eq!(
            schema["x-kubernetes-group-version-kind"],
            json!([{"group": "backups.cozystack.io", "version": "v1alpha1", "kind": "Plan"}])
        );
        let spec = &schema["properties"]["spec"];
        let required = json!(["applicationRef", "backupClassName", "schedule"]);
        assert_eq!(spec["required"], required);
        let fields = &spec["properties"];
        assert_eq!(fields["backupClassName"]["type"], "string");
        assert!(fields["backupClassName"]["description"].is_string());
        let group = &fields["applicationRef"]["properties"]["apiGroup"];
        assert_eq!(group["default"], "apps.cozystack.io");
        assert_eq!(fields["schedule"]["properties"]["type"]["default"], "cron");
        assert_eq!(schema["properties"]["metadata"]["default"], json!({}));
        assert!(schemas["io.cozystack.backups.v1alpha1.PlanList"].is_object());
        let applications = index["paths"]["apis/apps.cozystack.io/v1alpha1"].clone();
        assert_ne!(applications["serverRelativeURL"], json!(url));
    }
}

#[tokio::test]
async fn every_role_has_its_rights() {
    for release in LATER {
        let api = Api::start(release);
        api.post(PLANS, &plan("a")).await.expect(201);
        for (role, writes) in [
            (Role::View, 403),
            (Role::Use, 403),
            (Role::Admin, 201),
            (Role::SuperAdmin, 201),
            (Role::ServiceAccount, 201),
            (Role::Platform, 201),
        ] {
            let mine = api.of(&Subject::new(role, "tenant-demo"));
            let name = role.name();
            mine.get(PLANS).await.expect(200);
            mine.get(&format!("{PLANS}/a")).await.expect(200);
            let answer = mine.post(PLANS, &plan(&format!("by-{name}"))).await;
            assert_eq!(answer.code, writes, "{name}");
            mine.get(CLASSES).await.expect(200);
            mine.get(&format!("{CLASSES}/daily")).await.expect(200);
            let deletes = if role == Role::Platform { 200 } else { 403 };
            let answer = mine.delete(&format!("{CLASSES}/daily")).await;
            assert_eq!(answer.code, deletes, "{name}");
        }
        let class = json!({
            "apiVersion": "backups.cozystack.io/v1alpha1", "kind": "BackupClass",
            "metadata": {"name": "hourly"}, "spec": {"strategies": []},
        });
        api.post(CLASSES, &class).await.expect(403);
        api.of_platform().post(CLASSES, &class).await.expect(201);
        // Another tenant can read the classes, but no plan of this one.
        let other = api.of(&Subject::new(Role::View, "tenant-other"));
        other.get(CLASSES).await.expect(200);
        other.get(PLANS).await.expect(403);
        api.unauthenticated("GET", CLASSES, &[]).await.expect(403);
        let everywhere = format!("{GROUP}/v1alpha1/plans");
        api.get(&everywhere).await.expect(403);
        api.of_platform().get(&everywhere).await.expect(200);
    }
}

#[tokio::test]
async fn release_1_6_ships_a_class() {
    for (release, expected) in [
        (Release::V1_3, vec!["daily"]),
        (Release::V1_6, vec!["cozy-default", "daily"]),
    ] {
        let api = Api::start(release);
        let list = api.get(CLASSES).await.expect(200);
        assert_eq!(list["kind"], "BackupClassList");
        assert_eq!(names(&list), expected);
        let class = api.get(&format!("{CLASSES}/daily")).await.expect(200);
        assert_eq!(class["metadata"].get("namespace"), None);
        let kind = &class["spec"]["strategies"][0]["application"]["kind"];
        assert_eq!(kind, "VMInstance");
    }
}

#[tokio::test]
async fn the_controller_says_whether_the_schedule_can_be_read() {
    let api = Api::start(Release::V1_6);
    let path = format!("{PLANS}/a");
    let created = api.post(PLANS, &plan("a")).await.expect(201);
    assert_eq!(created.get("status"), None);
    let error = |body: &Value| condition(body, "Error")["status"].clone();
    let good = api.until(&path, |a| error(&a.json()) == "False").await;
    let mut body = good.json();
    assert!(body["metadata"]["resourceVersion"] != created["metadata"]["resourceVersion"]);
    body["spec"]["schedule"]["cron"] = json!("every night");
    // A PUT does not change the status.
    body["status"] = json!({"conditions": []});
    let put = api.put(&path, &body).await.expect(200);
    assert_eq!(error(&put), "False");
    let bad = api.until(&path, |a| error(&a.json()) == "True").await;
    let condition = condition(&bad.json(), "Error");
    assert!(
        condition["message"]
            .as_str()
            .expect("text")
            .contains("every night")
    );
    assert!(!condition["reason"].as_str().expect("text").contains(' '));
    assert_eq!(bad.json()["metadata"]["generation"], 2);
}

#[tokio::test]
async fn plans_end_with_their_namespace() {
    let api = Api::start(Release::V1_3);
    api.make("tenants", "sub", json!({})).await;
    api.until_ready("tenants/sub").await;
    let inside = PLANS.replace("tenant-demo", "tenant-demo-sub");
    let all = api.of_platform();
    all.post(&inside, &plan("a")).await.expect(201);
    api.delete("tenants/sub").await.expect(200);
    api.until_gone("tenants/sub").await;
    let list = all.get(&inside).await.expect(200);
    assert_eq!(list["items"], json!([]));
    let missing = all.post(&inside, &plan("a")).await.expect(404);
    assert_eq!(
        missing["message"],
        "namespaces \"tenant-demo-sub\" not found"
    );
}

#[tokio::test]
async fn plans_outlive_the_process_in_the_state_file() {
    let file = std::env::temp_dir().join(format!("standin-plans-{}", std::process::id()));
    let options = Options {
        state: Some(file.clone()),
        ..quick(Release::V1_6)
    };
    let path = format!("{PLANS}/a");
    let settled = {
        let api = Api::with(options.clone());
        api.post(PLANS, &plan("a")).await.expect(201);
        let settled = api.until(&path, |a| a.json().get("status").is_some()).await;
        settled.json()
    };
    let api = Api::with(options);
    assert_eq!(api.get(&path).await.expect(200), settled);
    let classes = api.get(CLASSES).await.expect(200);
    assert_eq!(names(&classes), ["cozy-default", "daily"]);
    std::fs::remove_file(file).expect("the file");
}
