//! Values that parse and cannot be meant: errors where the platform cannot work with them, warnings where it
//! might.

use crate::resource::{ResourceType, validate};
use serde_json::{Value as Json, json};

use super::{KINDS, accepted, messages, refused, value};
use crate::schema::{Diagnostics, Severity, Shape, check};
use crate::value::Value;

/// One warning and no error.
#[track_caller]
fn warned(type_name: &str, config: &Json, phrase: &str) {
    let kind = KINDS.iter().find(|kind| kind.type_name == type_name);
    let object = (kind.expect("a known kind").spec)();
    let config = value(&Shape::Object(object.clone()), config);
    let mut diagnostics = Diagnostics::new();
    check(&object, &config, &mut diagnostics);
    let all: Vec<_> = diagnostics.iter().collect();
    assert!(
        matches!(&all[..], [one] if one.severity == Severity::Warning && one.detail.contains(phrase)),
        "{all:?}"
    );
}

#[test]
fn storage_and_memory_are_more_than_a_few_bytes() {
    for (amount, phrase) in [
        ("20", "Did you mean `20Gi`?"),
        ("20m", "Did you mean `20Mi`?"),
        ("4096", "Did you mean `4096Mi`?"),
        ("0", "must be more than 0"),
        ("-1Gi", "must be more than 0"),
    ] {
        refused("hikube_postgres", &json!({ "size": amount }), phrase);
        refused("hikube_vm_disk", &json!({ "storage": amount }), phrase);
        let resources = json!({ "cpu": "1", "memory": amount });
        refused(
            "hikube_postgres",
            &json!({ "resources": resources }),
            phrase,
        );
        let groups = json!({ "a": { "disk_size": amount } });
        refused(
            "hikube_kubernetes",
            &json!({ "node_groups": groups }),
            phrase,
        );
        let vm = json!({ "cpu": "1", "sockets": "1", "memory": amount });
        let vm = json!({ "instance_type": "", "resources": vm });
        refused("hikube_vm", &vm, phrase);
    }
    let group = |kubelet: Json| json!({ "node_groups": { "a": { "kubelet": kubelet } } });
    let reserved = json!({ "kube_reserved_memory": "512" });
    refused(
        "hikube_kubernetes",
        &group(reserved),
        "Did you mean `512Mi`?",
    );
    accepted(
        "hikube_kubernetes",
        &group(json!({ "eviction_hard_memory": "7%" })),
    );
}

#[test]
fn cpu_is_a_number_of_cores() {
    let postgres = |cpu: &str| json!({ "resources": { "cpu": cpu, "memory": "1Gi" } });
    refused(
        "hikube_postgres",
        &postgres("2000"),
        "Did you mean `2000m`?",
    );
    refused("hikube_postgres", &postgres("0"), "more than 0");
    accepted("hikube_postgres", &postgres("500m"));
    let vm = |cpu: &str| {
        let resources = json!({ "cpu": cpu, "sockets": "1", "memory": "1Gi" });
        json!({ "instance_type": "", "resources": resources })
    };
    refused("hikube_vm", &vm("500m"), "a whole number of cores");
    accepted("hikube_vm", &vm("2"));
}

#[test]
fn a_schedule_has_seconds_first() {
    let backup = |schedule: &str| json!({ "backup": { "schedule": schedule } });
    for good in ["", "0 0 2 * * *", "@daily", "?"] {
        accepted("hikube_postgres", &backup(good));
    }
    let detail = "Did you mean `0 0 2 * * *`?";
    refused("hikube_postgres", &backup("0 2 * * *"), detail);
    refused("hikube_postgres", &backup("every night"), "6 fields");
}

#[test]
fn ssh_keys_are_public_keys() {
    let vm = |key: &str| json!({ "ssh_keys": [key] });
    for good in [
        "ssh-ed25519 AAAAC3 ops@example.org",
        "ssh-rsa AAAAB3 ssh-key-2026-01-01\n",
        "ecdsa-sha2-nistp256 AAAAE2",
        "sk-ssh-ed25519@openssh.com AAAAG",
        "no-pty,command=\"a b\" ssh-ed25519 AAAAC3",
        "?",
    ] {
        accepted("hikube_vm", &vm(good));
    }
    for path in [
        "~/.ssh/id_ed25519.pub",
        "/home/a/key",
        "./id.pub",
        "id_rsa.pub",
    ] {
        let advice = format!("file(pathexpand(\"{path}\"))");
        refused("hikube_vm", &vm(path), &advice);
    }
    let two = "ssh-ed25519 AAAA a\nssh-ed25519 AAAA b\n";
    refused("hikube_vm", &vm(two), "several keys");
    refused("hikube_vm", &vm(&two.replace('\n', " ")), "several keys");
    warned("hikube_vm", &vm("github:someone"), "does not look like");
    let private =
        "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";
    refused("hikube_vm", &vm(private), "is a private key");
    let said = messages("hikube_vm", &vm(private)).concat();
    assert!(!said.contains("c2VjcmV0"), "{said}");
}

#[test]
fn user_data_begins_with_a_header() {
    for good in [
        "",
        "#cloud-config\nusers: []",
        "\n#cloud-config\n",
        "#!/bin/sh\n",
        "#include\nhttps://example.org",
        "#cloud-boothook\n",
        "## template: jinja\n#cloud-config",
        "Content-Type: multipart/mixed; boundary=x",
        "#ps1_sysnative\n",
        "?",
    ] {
        accepted("hikube_vm", &json!({ "cloud_init": good }));
    }
    for bad in ["users: [{name: hunter2}]", "# cloud-config\nhunter2"] {
        for config in [
            json!({ "cloud_init": bad }),
            json!({ "cloud_init_wo": bad, "cloud_init_wo_version": 1 }),
        ] {
            warned("hikube_vm", &config, "#cloud-config");
            let said = messages("hikube_vm", &config).concat();
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn a_machine_is_sized_once() {
    let vm = |instance_type: Json, resources: &Json| json!({ "instance_type": instance_type, "resources": resources });
    let whole = json!({ "cpu": "2", "sockets": "1", "memory": "4Gi" });
    accepted("hikube_vm", &vm(json!(""), &whole));
    accepted("hikube_vm", &vm(json!("?"), &whole));
    accepted("hikube_vm", &vm(json!("u1.large"), &json!({})));
    refused("hikube_vm", &vm(json!("u1.large"), &whole), "`u1.large`");
    refused("hikube_vm", &vm(Json::Null, &whole), "where it is left out");
    let part = json!({ "cpu": "2" });
    warned(
        "hikube_vm",
        &vm(json!("u1.large"), &part),
        "both size the machine",
    );
}

#[test]
fn a_node_is_sized_once() {
    let group = |instance_type: Json| {
        let resources = json!({ "cpu": "2", "memory": "4Gi" });
        let group = json!({ "instance_type": instance_type, "resources": resources });
        json!({ "node_groups": { "a": group } })
    };
    accepted("hikube_kubernetes", &group(json!("")));
    accepted("hikube_kubernetes", &group(Json::Null));
    warned("hikube_kubernetes", &group(json!("u1.large")), "`u1.large`");
}

#[test]
fn ports_need_an_external_address() {
    warned(
        "hikube_vm",
        &json!({ "external_ports": [22] }),
        "`external = true`",
    );
    warned(
        "hikube_vm",
        &json!({ "external": false, "external_method": "WholeIP" }),
        "remove `external_method`",
    );
    for external in [json!("?"), json!(true)] {
        accepted(
            "hikube_vm",
            &json!({ "external": external, "external_ports": [22] }),
        );
    }
    let none = json!({ "external": true, "external_ports": [] });
    refused("hikube_vm", &none, "at least one port");
}

#[test]
fn subnets_beside_networks_are_ignored() {
    for (subnet, said) in [("a", 1), ("b", 2)] {
        let config = json!({ "networks": [{ "name": "a" }], "subnets": [{ "name": subnet }] });
        // One is that `subnets` is deprecated.
        let messages = messages("hikube_vm", &config);
        assert_eq!(messages.len(), said, "{messages:?}");
    }
}

#[test]
fn quotas_are_known() {
    let tenant = |name: &str, amount: &str| json!({ "resource_quotas": { name: amount } });
    for (name, amount) in [
        ("cpu", "8"),
        ("memory", "16Gi"),
        ("storage", "0"),
        ("services.loadbalancers", "2"),
        ("nvidia.com/AD102GL_L40S", "1"),
        ("count/deployments.apps", "3"),
        ("pods", "20"),
    ] {
        accepted("hikube_tenant", &tenant(name, amount));
    }
    refused("hikube_tenant", &tenant("requests.cpu", "8"), "Use `cpu`");
    refused(
        "hikube_tenant",
        &tenant("limits.memory", "8Gi"),
        "Use `memory`",
    );
    refused(
        "hikube_tenant",
        &tenant("memory", "16"),
        "Did you mean `16Gi`?",
    );
    warned("hikube_tenant", &tenant("gpu", "1"), "Known names: `cpu`");
    warned(
        "hikube_tenant",
        &tenant("services.LoadBalancers", "1"),
        "Did you mean `services.loadbalancers`?",
    );
}

#[test]
fn roles_name_declared_users() {
    let postgres = |users: Json, name: &str| {
        let roles = json!({ "admin": [name] });
        json!({ "users": users, "databases": { "crm": { "roles": roles } } })
    };
    let users = || json!({ "app": {} });
    accepted("hikube_postgres", &postgres(users(), "app"));
    accepted("hikube_postgres", &postgres(users(), "?"));
    accepted("hikube_postgres", &postgres(json!("?"), "app"));
    warned(
        "hikube_postgres",
        &postgres(users(), "ap"),
        "Add `ap` to `users`",
    );
    let place = "databases[\"crm\"].roles.admin";
    warned("hikube_postgres", &postgres(Json::Null, "app"), place);
}

#[test]
fn backups_have_credentials() {
    let backup = |more: &Json| {
        let mut backup = json!({ "enabled": true });
        let fields = backup.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("an object").clone());
        json!({ "backup": backup })
    };
    for good in [
        json!({ "s3_access_key": "a", "s3_secret_key": "b" }),
        json!({ "s3_access_key_wo": "a", "s3_access_key_wo_version": 1, "s3_secret_key": "?" }),
        json!({ "s3_credentials_secret": { "name": "a" } }),
        json!({ "s3_credentials_secret": "?" }),
        json!({ "use_system_bucket": true }),
        json!({ "use_system_bucket": "?" }),
        json!({ "enabled": false }),
    ] {
        accepted("hikube_postgres", &backup(&good));
    }
    for bad in [
        json!({}),
        json!({ "s3_access_key": "a" }),
        json!({ "s3_access_key": "" }),
    ] {
        warned("hikube_postgres", &backup(&bad), "`use_system_bucket`");
    }
}

#[test]
fn a_database_does_not_start_from_itself() {
    let mut kinds = KINDS.iter();
    let kind = kinds.find(|kind| kind.type_name == "hikube_postgres");
    let model = &ResourceType::of(kind.expect("the kind"));
    let errors = |name: Value, bootstrap: Json| {
        let config = json!({ "bootstrap": bootstrap });
        let mut config = value(&Shape::Object(model.spec.clone()), &config);
        config.set_attribute("name", name);
        let messages = validate(model, &config);
        let is_it = |detail: &str| detail.contains("this database itself");
        messages.iter().filter(|one| is_it(&one.detail)).count()
    };
    let bootstrap = |old_name: &str| json!({ "enabled": true, "old_name": old_name });
    assert_eq!(errors("shop".into(), bootstrap("shop")), 1);
    assert_eq!(errors("shop".into(), bootstrap("postgres-shop")), 1);
    assert_eq!(errors("shop2".into(), bootstrap("postgres-shop")), 0);
    assert_eq!(errors(Value::Unknown, bootstrap("shop")), 0);
    let off = json!({ "enabled": false, "old_name": "shop" });
    assert_eq!(errors("shop".into(), off), 0);
    let folder = json!({ "enabled": true, "old_name": "shop", "server_name": "other" });
    assert_eq!(errors("shop".into(), folder), 0);
}

#[test]
fn gpus_have_their_operator() {
    let cluster = |operator: Json| {
        let groups = json!({ "a": { "gpus": [{ "name": "nvidia.com/AD102GL_L40S" }] } });
        json!({ "node_groups": groups, "addons": { "gpu_operator": operator } })
    };
    accepted("hikube_kubernetes", &cluster(json!({ "enabled": true })));
    accepted("hikube_kubernetes", &cluster(json!({ "enabled": "?" })));
    warned("hikube_kubernetes", &cluster(Json::Null), "`gpu_operator`");
    let off = json!({ "enabled": false });
    warned("hikube_kubernetes", &cluster(off), "group `a`");
}

#[test]
fn ingress_nginx_has_nodes() {
    let cluster = |groups: Json| {
        let addons = json!({ "ingress_nginx": { "enabled": true } });
        json!({ "node_groups": groups, "addons": addons })
    };
    for good in [
        // The platform's own group has the role.
        Json::Null,
        json!({ "a": { "roles": ["ingress-nginx"] } }),
        json!({ "a": { "roles": ["?"] } }),
        json!({ "a": "?" }),
    ] {
        accepted("hikube_kubernetes", &cluster(good));
    }
    let without = cluster(json!({ "a": {} }));
    warned("hikube_kubernetes", &without, "roles = [\"ingress-nginx\"]");
}
