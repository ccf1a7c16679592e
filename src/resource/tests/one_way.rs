//! Changes of an existing object that are irreversible, or take effect only later.

use super::bad_input::{config, errors, model};
use super::plan;
use super::plans::created;
use super::platform::Platform;
use crate::resource::plan::request::Plan;
use crate::resource::resource_type::ResourceType;
use crate::schema::Severity;
use crate::value::Value;

/// Plans a change from one configuration to another.
fn change(model: &ResourceType, release: &'static str, before: &str, after: &str) -> Plan {
    let platform = Platform::on(release, model);
    let prior = created(model, &platform, &config(model, before));
    plan(model, &platform, &prior, &config(model, after))
}

/// From, to, and a part of the error, or nothing.
#[track_caller]
fn versions(type_name: &str, release: &'static str, cases: &[(&str, &str, &str)]) {
    let model = model(type_name);
    for (from, to, phrase) in cases {
        let given = |version: &str| match version {
            "" => "{}".to_owned(),
            version => format!(r#"{{"version": "{version}"}}"#),
        };
        let planned = change(model, release, &given(from), &given(to));
        let messages = errors(&planned.diagnostics);
        if phrase.is_empty() {
            assert_eq!(messages, [], "{from} to {to}");
            continue;
        }
        let [(path, detail), ..] = &messages[..] else {
            panic!("{from} to {to}: {messages:?}");
        };
        assert_eq!(path, "version");
        assert!(detail.contains(phrase), "{detail}");
    }
}

#[test]
fn a_version_is_not_downgraded() {
    versions(
        "hikube_postgres",
        "1.6",
        &[
            ("v18", "v17", "cannot be downgraded from v18 to v17"),
            ("v18", "v17", "write that value"),
            ("v18", "v17", "`version = \"v18\"`"),
            // If it is unset, the platform's default, v18 on this release.
            ("", "v17", "cannot be downgraded from v18 to v17"),
            ("v17", "", ""),
            ("v14", "v17", ""),
            ("v17", "v17", ""),
        ],
    );
    versions(
        "hikube_postgres",
        "0.41",
        &[("v17", "v16", "from v17 to v16")],
    );
}

#[test]
fn kubernetes_is_upgraded_one_minor_version_at_a_time() {
    versions(
        "hikube_kubernetes",
        "1.6",
        &[
            ("v1.31", "v1.32", ""),
            ("v1.31", "v1.33", "Set `version = \"v1.32\"` first"),
            ("v1.31", "", "Set `version = \"v1.32\"` first"),
            ("v1.34", "v1.33", "cannot be downgraded from v1.34 to v1.33"),
            ("v1.34", "", ""),
            // Upgraded by the platform to its minimum version.
            (
                "v1.31",
                "v1.30",
                "`version = \"v1.31\"`: if the platform raised it",
            ),
        ],
    );
    // If it is unset, the platform's default, v1.33 on this release.
    versions(
        "hikube_kubernetes",
        "0.41",
        &[
            ("v1.33", "", ""),
            ("", "v1.32", "from v1.33 to v1.32"),
            ("v1.31", "", "v1.31 to v1.33"),
        ],
    );
    versions(
        "hikube_kubernetes",
        "1.3",
        &[("v1.30", "v1.32", "`version = \"v1.31\"`")],
    );
}

/// A recreated object has no previous version.
#[test]
fn a_replacement_may_have_any_version() {
    let model = model("hikube_postgres");
    let before = r#"{"version": "v18", "storage_class": "replicated"}"#;
    let after = r#"{"version": "v16", "storage_class": "local"}"#;
    let planned = change(model, "1.6", before, after);
    assert!(!planned.requires_replace.is_empty());
    assert_eq!(errors(&planned.diagnostics), []);
}

/// The warnings for a change of a virtual machine.
fn warned(before: &str, after: &str) -> Vec<String> {
    let planned = change(model("hikube_vm"), "1.6", before, after);
    let messages = planned.diagnostics.iter();
    let warnings = messages.filter(|message| message.severity == Severity::Warning);
    warnings
        .map(|warning| format!("{}: {}", warning.summary, warning.detail))
        .collect()
}

#[test]
fn changes_that_require_a_restart_are_one_warning() {
    let all = warned(
        "{}",
        r#"{"instance_type": "u1.large", "disks": [{"name": "a"}], "cpu_model": "host-model",
            "external": true, "ssh_keys": ["ssh-ed25519 AAAA"]}"#,
    );
    let [warning] = &all[..] else {
        panic!("{all:?}");
    };
    for phrase in [
        "tenant-acme/main",
        "`instance_type`, `disks` and `cpu_model` will be stored now and take effect",
        "`ssh_keys` is read on the first boot only",
        "change `cloud_init_seed` as well",
    ] {
        assert!(warning.contains(phrase), "{warning}");
    }
    assert!(!warning.contains("external"), "{warning}");
}

#[test]
fn a_write_only_user_data_is_warned_of_by_its_version() {
    let before = r##"{"cloud_init_wo": "#cloud-config", "cloud_init_wo_version": 1}"##;
    let after = r##"{"cloud_init_wo": "#cloud-config", "cloud_init_wo_version": 2}"##;
    let all = warned(before, after);
    assert!(
        matches!(&all[..], [one] if one.contains("`cloud_init_wo_version` is read")),
        "{all:?}"
    );
}

#[test]
fn another_seed_needs_a_restart_only() {
    let after = r#"{"ssh_keys": ["ssh-ed25519 AAAA"], "cloud_init_seed": "2"}"#;
    let all = warned("{}", after);
    let said = "`ssh_keys` and `cloud_init_seed` will be stored now";
    assert!(
        matches!(&all[..], [one] if one.contains(said) && !one.contains("first boot")),
        "{all:?}"
    );
}

#[test]
fn a_machine_without_need_of_a_restart_is_not_warned_of() {
    for (before, after) in [
        // The machine is stopped.
        (
            r#"{"run_strategy": "Halted"}"#,
            r#"{"run_strategy": "Halted", "gpus": [{"name": "a"}], "ssh_keys": ["a"]}"#,
        ),
        (
            r#"{"run_strategy": "Halted"}"#,
            r#"{"instance_type": "u1.large"}"#,
        ),
        // Setting the default explicitly is not a change.
        (
            "{}",
            r#"{"instance_type": "u1.medium", "instance_profile": "ubuntu"}"#,
        ),
        ("{}", r#"{"external": true}"#),
        // The same value in the alias.
        (
            r#"{"subnets": [{"name": "a"}]}"#,
            r#"{"networks": [{"name": "a"}]}"#,
        ),
    ] {
        assert_eq!(warned(before, after), Vec::<String>::new(), "{after}");
    }
    let model = model("hikube_vm");
    let platform = Platform::on("1.6", model);
    let created = plan(
        model,
        &platform,
        &Value::Null,
        &config(model, r#"{"instance_type": "u1.large"}"#),
    );
    assert_eq!(created.diagnostics.iter().count(), 0);
}

#[test]
fn a_number_that_only_grows_is_not_reduced() {
    let topics = |partitions: u8| {
        format!(r#"{{"topics": [{{"name": "a", "partitions": {partitions}, "replicas": 1}}]}}"#)
    };
    let kafka = model("hikube_kafka");
    let raised = change(kafka, "1.6", &topics(3), &topics(4));
    assert_eq!(errors(&raised.diagnostics), []);
    let reduced = change(kafka, "1.6", &topics(3), &topics(2));
    let [(path, detail)] = &errors(&reduced.diagnostics)[..] else {
        panic!("{:?}", reduced.diagnostics)
    };
    assert_eq!(path, "topics[0].partitions");
    assert!(detail.contains("from 3 to 2. Set it to 3"), "{detail}");
}

#[test]
fn what_cannot_change_between_one_and_more_is_refused() {
    let openbao = model("hikube_openbao");
    for (from, to, is_refused) in [
        ("{}", r#"{"replicas": 3}"#, true),
        (r#"{"replicas": 3}"#, "{}", true),
        (r#"{"replicas": 3}"#, r#"{"replicas": 5}"#, false),
        ("{}", r#"{"replicas": 1}"#, false),
    ] {
        let messages = errors(&change(openbao, "1.6", from, to).diagnostics);
        assert_eq!(
            !messages.is_empty(),
            is_refused,
            "{from} {to}: {messages:?}"
        );
        if let Some((_, detail)) = messages.first() {
            assert!(detail.contains("Raft"), "{detail}");
        }
    }
}

#[test]
fn growth_of_fixed_volumes_is_a_warning() {
    let redis = model("hikube_redis");
    let size = |size: &str| format!(r#"{{"size": "{size}"}}"#);
    let grown = change(redis, "1.6", &size("1Gi"), &size("2Gi"));
    assert_eq!(errors(&grown.diagnostics), []);
    let details: Vec<_> = grown.diagnostics.iter().map(|one| &one.detail).collect();
    assert!(
        details.iter().any(|detail| detail.contains("restore 1Gi")),
        "{details:?}"
    );
    let same = change(redis, "1.6", &size("1Gi"), &size("1024Mi"));
    assert_eq!(same.diagnostics.iter().count(), 0);
}
