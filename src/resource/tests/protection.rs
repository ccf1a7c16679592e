//! Data loss in a plan is a warning, or an error if the object is protected.

use super::bad_input::{config, errors, model};
use super::plans::created;
use super::platform::Platform;
use super::{Plan, PlanRequest, ResourceType, acme};
use crate::kinds::KINDS;
use crate::resource::plan::planner::plan;
use crate::schema::{Block, Severity, Shape, Usage};
use crate::value::Value;

/// Plans a change from one configuration to another, or to nothing, with or without the provider's protection.
fn change(
    model: &ResourceType,
    release: &'static str,
    before: &str,
    after: &str,
    protects: bool,
) -> Plan {
    let platform = Platform::on(release, model);
    let prior = created(model, &platform, &config(model, before));
    let config = match after {
        "" => Value::Null,
        after => config(model, after),
    };
    plan(
        model,
        &PlanRequest {
            prior: &prior,
            config: &config,
            private: &[],
            namespace: &acme(),
            stores_credentials: true,
            protects_from_deletion: protects,
            is_applying: false,
            live: Some(&platform.schema),
        },
    )
}

/// The warnings of a plan, each with its detail.
fn warnings(plan: &Plan) -> Vec<(String, String)> {
    let all = plan.diagnostics.iter();
    all.filter(|one| one.severity == Severity::Warning)
        .map(|one| (one.summary.clone(), one.detail.clone()))
        .collect()
}

/// The maps of objects without `loses`.
fn undeclared(object: &Block, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in object.fields() {
        let path = format!("{path}.{}", attribute.name);
        let Some(nested) = attribute.shape.nested() else {
            continue;
        };
        if matches!(attribute.shape, Shape::Map(_)) && attribute.loses.is_none() {
            found.push(path.clone());
        }
        found.extend(undeclared(nested, &path));
    }
    found
}

#[test]
fn every_map_of_objects_declares_loses() {
    for kind in KINDS {
        let found = undeclared(&(kind.spec)(), kind.type_name);
        assert_eq!(found, Vec::<String>::new(), "without `loses`");
    }
}

#[test]
fn what_a_change_deletes_in_place_is_one_warning() {
    for (kind, before, after, phrases) in [
        (
            "hikube_postgres",
            r#"{"databases": {"shop": {}, "crm": {}}}"#,
            r#"{"databases": {"shop": {}}}"#,
            &[
                "Database will be dropped: tenant-acme/main, databases[\"crm\"]",
                "deletes the database `crm` and its data",
                "To keep it, restore the entry; to prevent this, set `deletion_protection = true`.",
            ][..],
        ),
        (
            "hikube_postgres",
            r#"{"databases": {"crm": {}}}"#,
            r#"{"databases": {"sales": {}}}"#,
            &["Renaming an entry deletes it"],
        ),
        (
            "hikube_postgres",
            r#"{"users": {"app": {}}, "databases": {"a": {}, "b": {}}, "external": true}"#,
            "{}",
            &[
                "and 3 more will be deleted: tenant-acme/main",
                "the user `app`",
                "the database `b` and its data (`databases[\"b\"]`)",
                "the public address (`external`)",
            ],
        ),
        (
            "hikube_bucket",
            r#"{"users": {"app": {}}}"#,
            r#"{"users": {}}"#,
            &["the user `app` and its access key"],
        ),
        (
            "hikube_tenant",
            r#"{"etcd": true}"#,
            "{}",
            &[
                "Etcd will be deleted: tenant-acme/main, etcd",
                "`etcd = true`",
            ],
        ),
        (
            "hikube_tenant",
            r#"{"seaweedfs": true}"#,
            r#"{"seaweedfs": false}"#,
            &["the buckets in it"],
        ),
        (
            "hikube_vm",
            r#"{"external": true}"#,
            r#"{"external": false}"#,
            &["the public address"],
        ),
        // The node group of the platform's default is replaced by configured ones.
        (
            "hikube_kubernetes",
            "{}",
            r#"{"node_groups": {"web": {}}}"#,
            &["the node group `md0` and its nodes"],
        ),
        (
            "hikube_kubernetes",
            r#"{"node_groups": {"md0": {}, "web": {}}}"#,
            r#"{"node_groups": {"web": {}}}"#,
            &["the node group `md0` and its nodes"],
        ),
    ] {
        let model = &model(kind);
        let plan = change(model, "1.6", before, after, false);
        assert_eq!(errors(&plan.diagnostics), [], "{before}");
        let [(summary, detail)] = &warnings(&plan)[..] else {
            panic!("{before} to {after}: {:?}", plan.diagnostics);
        };
        for phrase in phrases {
            let text = format!("{summary}\n{detail}");
            assert!(text.contains(phrase), "no {phrase:?} in {text}");
        }
    }
}

/// Before 1.6, the platform has `md0` in addition to configured node groups.
#[test]
fn a_group_that_the_platform_keeps_is_no_loss() {
    let model = model("hikube_kubernetes");
    for (release, count) in [("0.41", 0), ("1.3", 0), ("1.6", 1)] {
        let plan = change(
            model,
            release,
            "{}",
            r#"{"node_groups": {"web": {}}}"#,
            false,
        );
        assert_eq!(
            warnings(&plan).len(),
            count,
            "{release}: {:?}",
            plan.diagnostics
        );
    }
}

#[test]
fn what_deletes_nothing_is_no_warning() {
    for (kind, before, after) in [
        (
            "hikube_postgres",
            r#"{"databases": {"a": {}}}"#,
            r#"{"databases": {"a": {"extensions": ["postgis"]}, "b": {}}}"#,
        ),
        ("hikube_postgres", "{}", r#"{"external": false}"#),
        ("hikube_tenant", r#"{"etcd": false}"#, r#"{"etcd": true}"#),
        (
            "hikube_kubernetes",
            "{}",
            r#"{"node_groups": {"md0": {}, "web": {}}}"#,
        ),
        // The whole object is replaced.
        (
            "hikube_postgres",
            r#"{"databases": {"a": {}}}"#,
            r#"{"storage_class": "local"}"#,
        ),
    ] {
        let plan = change(model(kind), "1.6", before, after, false);
        assert_eq!(warnings(&plan), [], "{before} to {after}");
        assert_eq!(errors(&plan.diagnostics), [], "{before} to {after}");
    }
}

#[test]
fn what_is_not_known_yet_deletes_nothing_and_protects() {
    let model = model("hikube_postgres");
    let platform = Platform::on("1.6", model);
    let before = config(
        model,
        r#"{"databases": {"a": {}}, "deletion_protection": true}"#,
    );
    let prior = created(model, &platform, &before);
    let plan = |name: &str, mut config: Value| {
        config.set_attribute(name, Value::Unknown);
        super::plan(model, &platform, &prior, &config)
    };
    let open = plan("databases", before.clone());
    assert_eq!(open.diagnostics.iter().count(), 0);
    let open = plan("deletion_protection", config(model, "{}"));
    let [(_, detail)] = &errors(&open.diagnostics)[..] else {
        panic!("{:?}", open.diagnostics);
    };
    assert!(detail.contains("known only after apply"), "{detail}");
}

/// With `-replace` and `replace_triggered_by`, Terraform plans a create with the private data of the old object.
#[test]
fn a_protected_object_is_not_replaced_on_demand() {
    let model = model("hikube_postgres");
    let plan = |protection: &str, private: &[u8]| {
        let config = config(
            model,
            &format!(r#"{{"deletion_protection": {protection}}}"#),
        );
        let plan = plan(
            model,
            &PlanRequest {
                prior: &Value::Null,
                config: &config,
                private,
                namespace: &acme(),
                stores_credentials: true,
                protects_from_deletion: false,
                is_applying: false,
                live: None,
            },
        );
        errors(&plan.diagnostics).len()
    };
    let remembered = br#"{"uid": "1", "version": 7}"#;
    assert_eq!(plan("true", remembered), 1);
    assert_eq!(plan("false", remembered), 0);
    assert_eq!(plan("true", b""), 0, "a create");
}

#[test]
fn a_protected_object_is_neither_destroyed_nor_replaced_and_keeps_its_data() {
    let crm = r#""databases": {"crm": {}}"#;
    let (on, off) = (
        r#""deletion_protection": true"#,
        r#""deletion_protection": false"#,
    );
    let local = r#""storage_class": "local""#;
    // Before, after, whether the provider protects, and a part of the error or nothing.
    for (before, after, provider, phrase) in [
        // A loss.
        (
            format!("{{{crm}, {on}}}"),
            format!("{{{on}}}"),
            false,
            "the database `crm` and its data",
        ),
        (
            format!("{{{crm}}}"),
            format!("{{{on}}}"),
            false,
            "`deletion_protection` is `true`",
        ),
        (
            format!("{{{crm}}}"),
            "{}".to_owned(),
            true,
            "in the provider configuration",
        ),
        (format!("{{{crm}, {on}}}"), format!("{{{off}}}"), true, ""),
        (format!("{{{crm}, {on}}}"), "{}".to_owned(), false, ""),
        // A replacement.
        (
            format!("{{{on}}}"),
            format!("{{{on}, {local}}}"),
            false,
            "`storage_class` forces replacement",
        ),
        (
            "{}".to_owned(),
            format!("{{{local}}}"),
            true,
            "`deletion_protection = false`",
        ),
        (format!("{{{on}}}"), format!("{{{off}, {local}}}"), true, ""),
        // A destroy.
        (
            format!("{{{on}}}"),
            String::new(),
            false,
            "apply, then destroy it",
        ),
        (
            "{}".to_owned(),
            String::new(),
            true,
            "in the provider configuration",
        ),
        (format!("{{{off}}}"), String::new(), true, ""),
        ("{}".to_owned(), String::new(), false, ""),
    ] {
        let plan = change(model("hikube_postgres"), "1.6", &before, &after, provider);
        let messages = errors(&plan.diagnostics);
        match &messages[..] {
            [] if phrase.is_empty() => {}
            [(_, detail)] if !phrase.is_empty() => {
                assert!(detail.contains(phrase), "no {phrase:?} in {detail}");
                assert_eq!(warnings(&plan), [], "{before} to {after}");
            }
            _ => panic!("{before} to {after}: {messages:?}"),
        }
    }
}

#[test]
fn a_change_of_the_protection_alone_opens_nothing() {
    for kind in KINDS {
        let model = &ResourceType::of(kind);
        let mut attributes = model.spec.attributes.iter();
        if attributes.any(|attribute| attribute.usage == Usage::Required) {
            continue;
        }
        let before = r#"{"deletion_protection": true}"#;
        let release = Platform::newest(model).release;
        let plan = change(model, release, before, "{}", false);
        assert!(!plan.planned.attribute("ready").is_unknown());
        assert_eq!(plan.diagnostics.iter().count(), 0, "{}", kind.type_name);
        assert!(plan.planned.is_wholly_known(), "{}", kind.type_name);
    }
}

#[test]
fn a_replaced_disk_warns_of_the_machines_that_use_it() {
    let model = model("hikube_vm_disk");
    let plan = change(model, "1.6", "{}", r#"{"storage_class": "local"}"#, false);
    let [(summary, detail)] = &warnings(&plan)[..] else {
        panic!("{:?}", plan.diagnostics);
    };
    assert!(summary.contains("tenant-acme/main"), "{summary}");
    assert!(
        detail.contains("replace_triggered_by = [hikube_vm_disk.NAME]"),
        "{detail}"
    );
}
