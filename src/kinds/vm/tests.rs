use serde_json::{Value as Json, json};

use super::KIND;
use crate::kinds::expectations::{accepted, diagnostics, refused, warned};

#[test]
fn a_vm_without_an_instance_type_requires_memory() {
    let vm = |resources: Json| json!({ "instance_type": "", "resources": resources });
    accepted(
        &KIND,
        &vm(json!({ "cpu": "2", "sockets": "?", "memory": "4Gi" })),
    );
    accepted(&KIND, &vm(json!("?")));
    // Which of the others are required depends on the platform's release.
    accepted(&KIND, &vm(json!({ "memory": "4Gi" })));
    refused(
        &KIND,
        &vm(json!({ "cpu": "2", "sockets": "1" })),
        "`resources.memory`",
    );
    refused(&KIND, &vm(Json::Null), "`resources.memory`");
}

#[test]
fn a_disk_is_attached_once() {
    let vm = |names: &[&str]| {
        let disks: Vec<Json> = names.iter().map(|name| json!({ "name": name })).collect();
        json!({ "disks": disks })
    };
    accepted(&KIND, &vm(&["a", "b", "?", "?"]));
    refused(&KIND, &vm(&["a", "b", "a"]), "`disks[2]` and `disks[0]`");
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
        accepted(&KIND, &vm(good));
    }
    for path in [
        "~/.ssh/id_ed25519.pub",
        "/home/a/key",
        "./id.pub",
        "id_rsa.pub",
    ] {
        let advice = format!("file(pathexpand(\"{path}\"))");
        refused(&KIND, &vm(path), &advice);
    }
    let two = "ssh-ed25519 AAAA a\nssh-ed25519 AAAA b\n";
    refused(&KIND, &vm(two), "several keys");
    refused(&KIND, &vm(&two.replace('\n', " ")), "several keys");
    warned(&KIND, &vm("github:someone"), "does not look like");
    let private =
        "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";
    refused(&KIND, &vm(private), "is a private key");
    let all = format!("{:?}", diagnostics(&KIND, &vm(private)));
    assert!(!all.contains("c2VjcmV0"), "{all}");
}

#[test]
fn user_data_starts_with_a_header() {
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
        accepted(&KIND, &json!({ "cloud_init": good }));
    }
    for bad in ["users: [{name: hunter2}]", "# cloud-config\nhunter2"] {
        for config in [
            json!({ "cloud_init": bad }),
            json!({ "cloud_init_wo": bad, "cloud_init_wo_version": 1 }),
        ] {
            warned(&KIND, &config, "#cloud-config");
            let all = format!("{:?}", diagnostics(&KIND, &config));
            assert!(!all.contains("hunter2"), "{all}");
        }
    }
}

#[test]
fn resources_conflict_with_an_instance_type() {
    let vm = |instance_type: Json, resources: &Json| json!({ "instance_type": instance_type, "resources": resources });
    let whole = json!({ "cpu": "2", "sockets": "1", "memory": "4Gi" });
    accepted(&KIND, &vm(json!(""), &whole));
    accepted(&KIND, &vm(json!("?"), &whole));
    accepted(&KIND, &vm(json!("u1.large"), &json!({})));
    refused(&KIND, &vm(json!("u1.large"), &whole), "`u1.large`");
    refused(&KIND, &vm(Json::Null, &whole), "`u1.medium`, the default");
    let part = json!({ "cpu": "2" });
    warned(
        &KIND,
        &vm(json!("u1.large"), &part),
        "both set CPU and memory",
    );
}

#[test]
fn ports_require_a_public_address() {
    warned(
        &KIND,
        &json!({ "external_ports": [22] }),
        "`external = true`",
    );
    warned(
        &KIND,
        &json!({ "external": false, "external_method": "WholeIP" }),
        "remove `external_method`",
    );
    for external in [json!("?"), json!(true)] {
        accepted(
            &KIND,
            &json!({ "external": external, "external_ports": [22] }),
        );
    }
    let none = json!({ "external": true, "external_ports": [] });
    refused(&KIND, &none, "at least one port");
}

#[test]
fn subnets_are_ignored_if_networks_are_set() {
    for (subnet, count) in [("a", 1), ("b", 2)] {
        let config = json!({ "networks": [{ "name": "a" }], "subnets": [{ "name": subnet }] });
        // One warns that `subnets` is deprecated.
        let all = diagnostics(&KIND, &config);
        assert_eq!(all.len(), count, "{all:?}");
    }
}
