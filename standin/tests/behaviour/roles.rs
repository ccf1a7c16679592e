//! Permissions, as read in the charts of each release.
use crate::client::{Api, DEMO, named};
use hikube_standin::{Release, Role, Subject};
use serde_json::json;

const CORE: &str = "/api/v1/namespaces/tenant-demo";
const TENANT: &str = "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo";
const WORKLOADS: &str = "/apis/cozystack.io/v1alpha1/namespaces/tenant-demo";

fn demo(api: &Api, role: Role) -> Api {
    api.of(&Subject::new(role, "tenant-demo"))
}

#[tokio::test]
async fn each_group_has_its_rights() {
    let api = Api::start(Release::V1_6);
    api.make("redises", "a", json!({})).await;
    api.until_ready("redises/a").await;
    let secret = format!("{CORE}/secrets/redis-a-auth");
    let (secrets, modules) = (
        format!("{TENANT}/tenantsecrets"),
        format!("{TENANT}/tenantmodules"),
    );
    for (role, reads_secrets, writes, writes_all) in [
        (Role::View, 403, 403, 403),
        (Role::Use, 200, 403, 403),
        (Role::Admin, 200, 201, 403),
        (Role::SuperAdmin, 200, 201, 201),
        (Role::ServiceAccount, 200, 201, 201),
        (Role::Platform, 200, 201, 201),
    ] {
        let mine = demo(&api, role);
        let name = role.name();
        let code = async |path: &str| mine.get(path).await.code;
        assert_eq!(code("redises/a").await, 200, "{name}");
        assert_eq!(code("etcds").await, 200, "{name}");
        assert_eq!(
            code(&format!("{TENANT}/options/storageclass")).await,
            200,
            "{name}"
        );
        assert_eq!(
            code(&format!("{CORE}/services/rfs-redis-a")).await,
            200,
            "{name}"
        );
        assert_eq!(code(&format!("{WORKLOADS}/workloads")).await, 200, "{name}");
        assert_eq!(
            code(&format!("{WORKLOADS}/workloadmonitors")).await,
            200,
            "{name}"
        );
        assert_eq!(code(&secrets).await, reads_secrets, "{name}");
        assert_eq!(code(&modules).await, reads_secrets, "{name}");
        assert_eq!(code(&secret).await, reads_secrets, "{name}");
        let body = named(&format!("by-{name}"), json!({}));
        assert_eq!(mine.post("redises", &body).await.code, writes, "{name}");
        for plural in ["etcds", "kubernetesnodeses"] {
            let answer = mine.post(plural, &body).await;
            assert_eq!(answer.code, writes_all, "{name} {plural}");
        }
    }
}

#[tokio::test]
async fn a_missing_permission_is_reported_like_in_kubernetes() {
    let api = Api::start(Release::V1_6);
    let view = demo(&api, Role::View);
    let body = view.delete("redises/a").await.expect(403);
    assert_eq!(
        body["message"],
        "redises.apps.cozystack.io \"a\" is forbidden: User \"tenant-demo-view-user\" cannot \
         delete resource \"redises\" in API group \"apps.cozystack.io\" in the namespace \
         \"tenant-demo\""
    );
    assert_eq!(body["reason"], "Forbidden");
    let details = json!({"name": "a", "group": "apps.cozystack.io", "kind": "redises"});
    assert_eq!(body["details"], details);
    let user = "system:serviceaccount:tenant-demo:tenant-demo";
    let root = DEMO.replace("tenant-demo", "tenant-root");
    let answer = api
        .post(&format!("{root}/tenants"), &named("x", json!({})))
        .await;
    assert_eq!(
        answer.message(),
        format!(
            "tenants.apps.cozystack.io is forbidden: User \"{user}\" cannot create resource \
             \"tenants\" in API group \"apps.cozystack.io\" in the namespace \"tenant-root\""
        )
    );
    let answer = api.get("/apis/apps.cozystack.io/v1alpha1/redises").await;
    assert!(
        answer.message().ends_with("at the cluster scope"),
        "{}",
        answer.text
    );
    let answer = api.get(&format!("{CORE}/secrets")).await;
    assert_eq!(
        answer.message(),
        format!(
            "secrets is forbidden: User \"{user}\" cannot list resource \"secrets\" in API group \
             \"\" in the namespace \"tenant-demo\""
        )
    );
    let answer = api.get(CORE).await;
    assert!(
        answer
            .message()
            .starts_with("namespaces \"tenant-demo\" is forbidden")
    );
}

#[tokio::test]
async fn the_namespace_of_a_tenant_below_opens_with_the_tenant() {
    for release in Release::ALL {
        let api = Api::start(release);
        let inside = DEMO.replace("tenant-demo", "tenant-demo-sub");
        let path = format!("{inside}/redises");
        let body = named("a", json!({}));
        api.post(&path, &body).await.expect(403);
        api.make("tenants", "sub", json!({})).await;
        api.until_ready("tenants/sub").await;
        api.post(&path, &body).await.expect(201);
        let sub = api.of(&Subject::new(Role::ServiceAccount, "tenant-demo-sub"));
        sub.get(&path).await.expect(200);
        sub.get("redises").await.expect(403);
        // A tenant's own object is in the parent's namespace.
        sub.get("tenants/sub").await.expect(403);
        let other = demo(&api, Role::Admin);
        other.get(&path).await.expect(200);
        api.delete("tenants/sub").await.expect(200);
        api.until_gone("tenants/sub").await;
        api.get(&path).await.expect(403);
        // The service account was deleted with its namespace, users were not.
        sub.get(&path).await.expect(401);
        api.of(&Subject::new(Role::View, "tenant-demo-sub"))
            .get(&path)
            .await
            .expect(403);
    }
}

#[tokio::test]
async fn a_tenant_cannot_edit_itself_but_the_root_can() {
    let api = Api::start(Release::V1_6);
    let own = DEMO.replace("tenant-demo", "tenant-root") + "/tenants/demo";
    api.get(&own).await.expect(403);
    api.put(&own, &named("demo", json!({"etcd": true})))
        .await
        .expect(403);
    let root = api.of(&Subject::new(Role::ServiceAccount, "tenant-root"));
    root.get(&own).await.expect(404);
    root.get("redises").await.expect(200);
    root.get("/apis/apps.cozystack.io/v1alpha1/namespaces/default/redises")
        .await
        .expect(403);
}

#[tokio::test]
async fn unknown_tokens_are_401() {
    let api = Api::start(Release::V1_6);
    for token in [
        "sa:tenant-nobody",
        "boss:tenant-demo",
        "view:default",
        "platform:tenant-demo",
    ] {
        let mut other = Api::attached(&api.url, &api.ca_pem);
        other.token = token.to_owned();
        let body = other.get("redises").await.expect(401);
        assert_eq!(
            (&body["kind"], &body["reason"]),
            (&json!("Status"), &json!("Unauthorized"))
        );
    }
}

#[tokio::test]
async fn secrets_are_read_by_who_an_applications_own_role_names() {
    let api = Api::start(Release::V1_6);
    api.make("harbors", "h", json!({})).await;
    api.make("infos", "info", json!({})).await;
    api.make("postgreses", "nobody", json!({})).await;
    for path in ["harbors/h", "infos/info", "postgreses/nobody"] {
        api.until_ready(path).await;
    }
    for (role, harbor, kubeconfig, absent) in [
        (Role::View, 403, 200, 403),
        (Role::Use, 403, 200, 404),
        (Role::Admin, 403, 200, 404),
        (Role::SuperAdmin, 200, 200, 404),
        (Role::ServiceAccount, 200, 200, 404),
    ] {
        let mine = demo(&api, role);
        let code = async |name: &str| mine.get(&format!("{CORE}/secrets/{name}")).await.code;
        assert_eq!(code("harbor-h-credentials").await, harbor, "{role:?}");
        assert_eq!(code("kubeconfig-tenant-demo").await, kubeconfig, "{role:?}");
        // In the role of an application without users, so the Secret does not exist.
        assert_eq!(
            code("postgres-nobody-credentials").await,
            absent,
            "{role:?}"
        );
        assert_eq!(code("tenant-demo").await, 403, "{role:?}");
        assert_eq!(code("whatever").await, 403, "{role:?}");
    }
}

#[tokio::test]
async fn a_kubeconfig_is_for_one_subject() {
    let api = Api::start(Release::V1_6);
    let view = Subject::new(Role::View, "tenant-demo-sub");
    let text = api.running().kubeconfig_of(&view);
    assert!(text.contains("token: \"view:tenant-demo-sub\""), "{text}");
    assert!(text.contains("namespace: tenant-demo-sub"), "{text}");
    let text = api.running().kubeconfig();
    assert!(text.contains("token: \"sa:tenant-demo\""), "{text}");
    let text = api.running().kubeconfig_of(&Subject::platform());
    assert!(text.contains(hikube_standin::DEFAULT_TOKEN), "{text}");
}

#[tokio::test]
async fn admins_of_0_41_write_fewer_kinds() {
    let api = Api::start(Release::V0_41);
    let admin = demo(&api, Role::Admin);
    let body = named("a", json!({}));
    for (plural, code) in [("mysqls", 201), ("vpns", 403), ("ferretdbs", 403)] {
        admin.get(plural).await.expect(200);
        assert_eq!(admin.post(plural, &body).await.code, code, "{plural}");
    }
    let options = format!("{TENANT}/options");
    admin.get(&options).await.expect(403);
}
