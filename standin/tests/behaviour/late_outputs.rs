//! Credentials and addresses that are created late, or never.
use crate::client::{Answer, Api, condition, named, quick, ready};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hikube_standin::{Options, Release, Subject};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

const CORE: &str = "/api/v1/namespaces/tenant-demo";
const SECRETS: &str = "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo/tenantsecrets";

fn address(answer: &Answer) -> Value {
    answer.json()["status"]["loadBalancer"]["ingress"][0]["ip"].clone()
}

#[tokio::test]
async fn outputs_come_some_time_after_ready() {
    let late = Duration::from_secs(1);
    let api = Api::with(Options {
        outputs_after: late,
        ..quick(Release::V1_6)
    });
    let spec = json!({"users": {"u": {}}, "external": true});
    api.make("postgreses", "db", spec).await;
    api.until_ready("postgreses/db").await;
    let start = Instant::now();
    let secret = format!("{SECRETS}/postgres-db-credentials");
    let service = format!("{CORE}/services/postgres-db-external-write");
    api.get(&secret).await.expect(404);
    let body = api.get(&service).await.expect(200);
    assert_eq!(body["status"], json!({"loadBalancer": {}}));
    api.until(&secret, |answer| answer.code == 200).await;
    assert!(start.elapsed() > late / 2);
    let first = address(&api.get(&service).await);
    assert!(first.is_string());
    // An upgrade does not remove them temporarily.
    let more = json!({"users": {"u": {}, "v": {}}, "external": true});
    api.put("postgreses/db", &named("db", more))
        .await
        .expect(200);
    let upgraded = |answer: &Answer| answer.text.contains("UpgradeSucceeded");
    api.until("postgreses/db", upgraded).await;
    let body = api.get(&secret).await.expect(200);
    assert_eq!(body["data"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(address(&api.get(&service).await), first);
    api.until(&secret, |answer| answer.text.contains("\"v\":"))
        .await;
}

#[tokio::test]
async fn outputs_can_fail_to_appear() {
    let api = Api::with(Options {
        no_outputs: vec!["db".to_owned()],
        ..quick(Release::V1_6)
    });
    let spec = json!({"users": {"u": {}}, "external": true});
    api.make("postgreses", "db", spec).await;
    let works = |answer: &Answer| answer.text.contains("All workloads are operational");
    api.until("postgreses/db", works).await;
    let secret = "postgres-db-credentials";
    api.get(&format!("{SECRETS}/{secret}")).await.expect(404);
    // The application's role contains it nevertheless.
    api.get(&format!("{CORE}/secrets/{secret}"))
        .await
        .expect(404);
    let service = format!("{CORE}/services/postgres-db-external-write");
    assert_eq!(address(&api.get(&service).await), Value::Null);
}

#[tokio::test]
async fn a_buckets_missed_credentials_come_when_its_users_change() {
    let api = Api::with(Options {
        no_outputs: vec!["b".to_owned()],
        ..quick(Release::V1_6)
    });
    let upgrades = |count: u32| {
        let text = format!("bucket-b.v{count}");
        move |answer: &Answer| ready(&answer.json())["message"].to_string().contains(&text)
    };
    let secret = format!("{SECRETS}/bucket-b-u-credentials");
    api.make("buckets", "b", json!({"users": {"u": {}}})).await;
    api.until_ready("buckets/b").await;
    api.get(&secret).await.expect(404);
    let other = json!({"users": {"u": {}}, "locking": true});
    api.put("buckets/b", &named("b", other)).await.expect(200);
    api.until("buckets/b", upgrades(2)).await;
    api.get(&secret).await.expect(404);
    let changed = json!({"users": {"u": {}, "v": {}}});
    api.put("buckets/b", &named("b", changed)).await.expect(200);
    api.until("buckets/b", upgrades(3)).await;
    let body = api.get(&secret).await.expect(200);
    let keys: Vec<&String> = body["data"].as_object().expect("data").keys().collect();
    assert_eq!(keys, ["accessKey", "bucketName", "endpoint", "secretKey"]);
}

#[tokio::test]
async fn a_cluster_can_wait_for_etcd() {
    let api = Api::with(Options {
        etcd_required: true,
        ..quick(Release::V1_6)
    });
    api.make("tenants", "sub", json!({})).await;
    api.until_ready("tenants/sub").await;
    let inside = "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo-sub/kuberneteses";
    api.post(inside, &named("k", json!({}))).await.expect(201);
    let cluster = format!("{inside}/k");
    api.until_ready(&cluster).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    let body = api.get(&cluster).await.expect(200);
    assert_eq!(condition(&body, "WorkloadsReady"), Value::Null);
    let secret = "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo-sub/tenantsecrets/\
                  kubernetes-k-admin-kubeconfig";
    api.get(secret).await.expect(404);
    api.put("tenants/sub", &named("sub", json!({"etcd": true})))
        .await
        .expect(200);
    api.until(secret, |answer| answer.code == 200).await;
    let works = |answer: &Answer| answer.text.contains("All workloads are operational");
    api.until(&cluster, works).await;
}

#[tokio::test]
async fn the_roots_own_etcd_serves_all() {
    let api = Api::with(Options {
        etcd_required: true,
        subject: Subject::platform(),
        ..quick(Release::V1_6)
    });
    let root = "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-root/tenants";
    api.make("kuberneteses", "k", json!({})).await;
    api.until_ready("kuberneteses/k").await;
    api.post(root, &named("root", json!({"etcd": true})))
        .await
        .expect(201);
    let secret = format!("{SECRETS}/kubernetes-k-admin-kubeconfig");
    api.until(&secret, |answer| answer.code == 200).await;
}

#[tokio::test]
async fn a_clusters_kubeconfig_is_whole() {
    let api = Api::start(Release::V1_6);
    api.make("kuberneteses", "k", json!({})).await;
    api.make("kuberneteses", "own", json!({"host": "k8s.example.net"}))
        .await;
    let read = async |name: &str, key: &str| {
        let path = format!("{SECRETS}/kubernetes-{name}-admin-kubeconfig");
        let body = api.until(&path, |answer| answer.code == 200).await.json();
        let text = STANDARD.decode(body["data"][key].as_str().expect("text"));
        String::from_utf8(text.expect("base64")).expect("text")
    };
    let text = read("k", "admin.conf").await;
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {text}"))
            .to_owned()
    };
    let pem = |name: &str| STANDARD.decode(value(name)).expect("base64");
    assert_eq!(
        value("server: "),
        "https://kubernetes-k.demo.example.org:443"
    );
    CertificateDer::from_pem_slice(&pem("certificate-authority-data: ")).expect("an authority");
    CertificateDer::from_pem_slice(&pem("client-certificate-data: ")).expect("a certificate");
    PrivateKeyDer::from_pem_slice(&pem("client-key-data: ")).expect("a key");
    let inside = read("k", "super-admin.svc").await;
    assert!(
        inside.contains("server: https://kubernetes-k.tenant-demo.svc:6443"),
        "{inside}"
    );
    assert!(
        inside.contains("kubernetes-super-admin@kubernetes-k"),
        "{inside}"
    );
    let own = read("own", "admin.conf").await;
    assert!(own.contains("server: https://k8s.example.net:443"), "{own}");
}
