//! Outputs: known after the apply, kept by updates that do not affect them, updated by a refresh, and not stored on
//! request.

mod ephemeral;

use std::time::Duration;

use hikube_standin::Release;
use serde_json::{Value, json};

use crate::harness::{Planned, Platform, Workspace, block, on_each_release};

on_each_release!(
    are_known_when_the_apply_ends,
    stay_known_if_an_update_does_not_affect_them,
    are_updated_by_a_refresh,
    leave_the_state_and_come_back,
    are_empty_without_users,
);

const POSTGRES: &str = "hikube_postgres.it";

/// A resource of each kind with outputs.
fn all(platform: &Platform) -> String {
    let users = match platform.release {
        Release::V0_41 => "",
        _ => "users = { app = {} }",
    };
    [
        ("tenant", ""),
        (
            "postgres",
            "external = true\n users = { app = { password = \"p@ss:1\" }, made = {} }",
        ),
        ("kubernetes", ""),
        ("bucket", users),
        ("vm", "external = true\n external_ports = [443, 22]"),
    ]
    .map(|(kind, attributes)| block(kind, attributes))
    .concat()
}

/// The platform creates credentials a second after an object is ready, and the apply waits for them. The data sources
/// have the same values.
fn are_known_when_the_apply_ends(platform: &Platform) {
    let late = platform.altered(|options| options.outputs_after = Duration::from_secs(1));
    let platform = late.as_ref().unwrap_or(platform);
    let space = Workspace::on(platform);
    let ran = space.write(&all(platform)).apply().ok().says("5 added");
    ran.omits("is not ready after");
    let states = |attribute: &str| {
        let (kind, attribute) = attribute.split_once('.').expect("a kind and an attribute");
        space.state(&format!("hikube_{kind}.it"), attribute)
    };
    let made = platform
        .api
        .secret(&format!("postgres-{}-credentials", space.name));
    expect_of_postgres(&space, &made.expect("passwords")["made"], states);
    expect_of_kubernetes(&space, states);
    expect_of_bucket(platform, &space, states);
    expect_of_vm_and_tenant(platform, &space, states);
    space.assert_settled();

    let data = ["tenant", "postgres", "kubernetes", "bucket", "vm"];
    let blocks = data.map(|kind| {
        format!(
            "data \"hikube_{kind}\" \"it\" {{\n  name = \"{}\"\n}}\n",
            space.name
        )
    });
    let theirs = Workspace::on(platform);
    theirs.write(&blocks.concat()).apply().ok();
    for (kind, outputs) in outputs() {
        let theirs = theirs.instance(&format!("data.hikube_{kind}.it"));
        for output in outputs {
            let ours = space.state(&format!("hikube_{kind}.it"), output);
            assert_eq!(theirs["attributes"][output], ours, "{output} of {kind}");
        }
    }
    space.destroy().ok();
    platform.assert_clean();
}

fn outputs() -> [(&'static str, &'static [&'static str]); 5] {
    [
        ("tenant", &["status_namespace", "status_host", "ready"]),
        (
            "postgres",
            &[
                "host",
                "read_only_host",
                "external_host",
                "port",
                "ca_certificate",
                "credentials",
            ],
        ),
        ("kubernetes", &["endpoint", "credentials"]),
        (
            "bucket",
            &["endpoint", "bucket_name", "region", "credentials"],
        ),
        ("vm", &["external_ip", "open_ports"]),
    ]
}

fn expect_of_postgres(space: &Workspace, made: &str, states: impl Fn(&str) -> Value) {
    let name = &space.name;
    let namespace = states("postgres.namespace");
    let namespace = namespace.as_str().expect("a namespace");
    let inside = |role: &str| json!(format!("postgres-{name}-{role}.{namespace}.svc"));
    assert_eq!(states("postgres.host"), inside("rw"));
    assert_eq!(states("postgres.read_only_host"), inside("ro"));
    assert_eq!(states("postgres.port"), 5432);
    assert_eq!(states("postgres.ca_certificate"), json!(null));
    let outside = states("postgres.external_host");
    let outside = outside.as_str().expect("an address");
    let uri = |user: &str, word: &str| format!("postgresql://{user}:{word}@{outside}:5432/");
    assert_eq!(
        states("postgres.credentials"),
        json!({
            "app": {"password": "p@ss:1", "uri": uri("app", "p%40ss%3A1")},
            "made": {"password": made, "uri": uri("made", made)},
        })
    );
}

fn expect_of_kubernetes(space: &Workspace, states: impl Fn(&str) -> Value) {
    let given = states("kubernetes.credentials");
    let text = |part: &str| given[part].as_str().expect("a text").to_owned();
    assert_eq!(states("kubernetes.endpoint"), given["host"]);
    assert!(text("host").starts_with(&format!("https://kubernetes-{}.", space.name)));
    assert!(text("kubeconfig").contains(&text("host")));
    let certificate = "-----BEGIN CERTIFICATE-----";
    assert!(text("cluster_ca_certificate").starts_with(certificate));
    assert!(text("client_certificate").starts_with(certificate));
    assert!(text("client_key").contains("PRIVATE KEY-----"));
}

/// On 0.41, a bucket has no users and therefore no keys.
fn expect_of_bucket(platform: &Platform, space: &Workspace, states: impl Fn(&str) -> Value) {
    assert_eq!(states("bucket.region"), "us-east-1");
    if platform.release == Release::V0_41 {
        assert_eq!(states("bucket.endpoint"), json!(null));
        assert_eq!(states("bucket.bucket_name"), json!(null));
        assert_eq!(states("bucket.credentials"), json!({}));
        return;
    }
    let secret = format!("bucket-{}-app-credentials", space.name);
    let secret = platform.api.secret(&secret).expect("keys");
    let endpoint = format!("https://{}", secret["endpoint"]);
    assert_eq!(states("bucket.endpoint"), endpoint);
    assert_eq!(states("bucket.bucket_name"), secret["bucketName"]);
    let keys = json!({"access_key": secret["accessKey"], "secret_key": secret["secretKey"]});
    assert_eq!(states("bucket.credentials"), json!({ "app": keys }));
}

fn expect_of_vm_and_tenant(platform: &Platform, space: &Workspace, states: impl Fn(&str) -> Value) {
    let address = states("vm.external_ip");
    let address = address.as_str().expect("an address");
    assert!(address.parse::<std::net::IpAddr>().is_ok(), "{address}");
    assert_eq!(states("vm.open_ports"), json!([22, 443]));
    let namespace = platform.namespace_of(&space.name);
    assert_eq!(states("tenant.status_namespace"), namespace);
    let host = states("tenant.status_host");
    let host = host.as_str().expect("a host");
    assert!(host.starts_with(&format!("{}.", space.name)), "{host}");
}

/// The state of an output in a plan: unchanged, or unknown.
fn opens(plan: &Planned, kind: &str, known: &[&str], open: &[&str]) {
    let address = format!("hikube_{kind}.it");
    for output in known {
        plan.knows(&address, output);
    }
    for output in open {
        plan.will_learn(&address, output);
    }
}

fn stay_known_if_an_update_does_not_affect_them(platform: &Platform) {
    let space = Workspace::on(platform);
    let write = |postgres: &str, vm: &str, tenant: &str| {
        let text = block("postgres", postgres) + &block("vm", vm) + &block("tenant", tenant);
        space.write(&text);
    };
    write("users = { app = {} }", "external = true", "");
    space.apply().ok();
    let before = space.state(POSTGRES, "credentials");
    let address = space.state("hikube_vm.it", "external_ip");

    write(
        "size = \"20Gi\"\n users = { app = {} }",
        "external = true\n instance_type = \"u1.large\"",
        "ingress = true",
    );
    let plan = space.plan();
    opens(
        &plan,
        "postgres",
        &["credentials", "host", "external_host", "port"],
        &["ready"],
    );
    opens(&plan, "vm", &["external_ip", "open_ports"], &["ready"]);
    opens(
        &plan,
        "tenant",
        &["status_namespace", "status_host"],
        &["ready"],
    );
    space.apply_plan().ok();
    assert_eq!(space.state(POSTGRES, "credentials"), before);
    assert_eq!(space.state("hikube_vm.it", "external_ip"), address);
    space.assert_settled();

    // A change without work for the platform is planned as a change of one attribute.
    write(
        "size = \"20Gi\"\n users = { app = {} }\n labels = { team = \"a\" }",
        "external = true\n instance_type = \"u1.large\"\n timeouts = { update = \"10m\" }",
        "ingress = true\n seaweedfs = false",
    );
    let plan = space.plan();
    for kind in ["postgres", "vm", "tenant"] {
        plan.knows(&format!("hikube_{kind}.it"), "ready");
    }
    plan.updates(POSTGRES, &["labels"])
        .updates("hikube_vm.it", &["timeouts"])
        .updates("hikube_tenant.it", &["seaweedfs"]);
    space.apply_plan().ok();
    space.assert_settled();

    write(
        "external = true\n size = \"20Gi\"\n users = { app = {}, ops = {} }",
        "instance_type = \"u1.large\"",
        "ingress = true\n seaweedfs = false",
    );
    let plan = space.plan();
    opens(
        &plan,
        "postgres",
        &["host", "port"],
        &["credentials", "external_host"],
    );
    opens(&plan, "vm", &[], &["external_ip", "open_ports"]);
    plan.touches_only(&[POSTGRES, "hikube_vm.it"]);
    space.apply_plan().ok();
    let outside = space.state(POSTGRES, "external_host");
    let outside = outside.as_str().expect("an address");
    let logins = space.state(POSTGRES, "credentials");
    for user in ["app", "ops"] {
        let uri = logins[user]["uri"].as_str().expect("a uri");
        assert!(uri.ends_with(&format!("@{outside}:5432/")), "{uri}");
    }
    assert_eq!(logins["app"]["password"], before["app"]["password"]);
    assert_eq!(space.state("hikube_vm.it", "external_ip"), json!(null));
    assert_eq!(space.state("hikube_vm.it", "open_ports"), json!(null));
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// Another client changes the password of a user. There is no drift in `users`, and `credentials` has the new password.
/// A write-only password is omitted.
fn are_updated_by_a_refresh(platform: &Platform) {
    let space = Workspace::on(platform);
    let given = "users = { app = {}, ops = { password_wo = \"hidden one\", password_wo_version = 1 } }\n \
                 lifecycle {\n ignore_changes = [users]\n }";
    space.write(&block("postgres", given)).apply().ok();
    let password = || space.state(POSTGRES, "credentials")["app"]["password"].clone();
    assert!(password().is_string(), "{}", password());
    platform.api.edit("postgreses", &space.name, |object| {
        object["spec"]["users"]["app"]["password"] = json!("second one");
    });
    let secret = format!("postgres-{}-credentials", space.name);
    let is_other = (0..200).any(|_| {
        let texts = platform.api.secret(&secret).unwrap_or_default();
        texts.get("app").is_some_and(|text| text == "second one")
    });
    assert!(is_other, "the platform did not take it up");
    space.plan().touches_only(&[]);
    let ran = space.apply_with(&["-refresh-only"]).ok();
    ran.omits("second one");
    assert_eq!(password(), "second one");
    assert!(!space.state_file().to_string().contains("hidden one"));
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn leave_the_state_and_come_back(platform: &Platform) {
    let space = Workspace::on(platform);
    let postgres = |more: &str| block("postgres", &format!("users = {{ app = {{}} }}\n {more}"));
    space.write(&postgres("")).apply().ok();
    let before = space.state(POSTGRES, "credentials");
    assert!(before["app"]["uri"].is_string(), "{before}");
    let host = space.state(POSTGRES, "host");

    let plan = space.write(&postgres("store_credentials = false")).plan();
    plan.updates(POSTGRES, &["store_credentials"]);
    opens(&plan, "postgres", &["credentials"], &[]);
    space.apply_plan().ok();
    assert_eq!(space.state(POSTGRES, "credentials"), json!({}));
    assert_eq!(space.state(POSTGRES, "host"), host);
    space.assert_settled();

    // The provider's setting applies if the resource has none, and is not part of a plan.
    let plan = space.write(&postgres("store_credentials = true")).plan();
    plan.will_learn(POSTGRES, "credentials");
    space.apply_plan().ok();
    assert_eq!(space.state(POSTGRES, "credentials"), before);
    space.assert_settled();
    let provider = format!(
        "provider \"hikube\" {{\n  kubeconfig_path = \"{}\"\n  store_credentials = false\n}}\n",
        space.path("kubeconfig").display()
    );
    space.write_with(&provider, &postgres("store_credentials = true"));
    space.assert_settled();
    space.write_with(&provider, &postgres("")).apply().ok();
    assert_eq!(space.state(POSTGRES, "credentials"), json!({}));
    space.assert_settled();
    space.write(&postgres("")).apply().ok();
    assert_eq!(space.state(POSTGRES, "credentials"), before);
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// A module exports the secrets of users; `for_each` over them is valid without users.
fn are_empty_without_users(platform: &Platform) {
    let space = Workspace::on(platform);
    let write = |users: &str| {
        let resources = block("postgres", users) + &block("bucket", "");
        let outputs = "output \"logins\" {\n  sensitive = true\n  \
                       value = { for user, login in hikube_postgres.it.credentials : user => login.uri }\n}\n\
                       output \"keys\" {\n  sensitive = true\n  \
                       value = { for user, key in hikube_bucket.it.credentials : user => key.access_key }\n}\n";
        space.write(&(resources + outputs));
    };
    write("");
    space.apply().ok();
    assert_eq!(space.output("logins"), json!({}));
    assert_eq!(space.output("keys"), json!({}));
    space.assert_settled();
    write("users = { app = {} }");
    space.apply().ok();
    let uri = space.output("logins")["app"].clone();
    assert!(uri.is_string(), "{uri}");
    space.assert_settled();
    write("");
    space.apply().ok();
    assert_eq!(space.output("logins"), json!({}));
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}
