//! Options of an attribute apply at any depth.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::acme;
use super::bad_input::{config, errors};
use crate::resource::plan::planner::plan;
use crate::resource::{Kind, Plan, PlanRequest, ResourceType};
use crate::schema::{Bytes, Severity, Spec};

#[derive(Spec)]
struct Cluster {
    /// An object.
    engine: Option<Engine>,
    /// A map of objects.
    #[spec(loses = "the pool and its data")]
    pools: Option<BTreeMap<String, Engine>>,
    /// A list of objects with names.
    #[spec(loses = "the shard and its data")]
    shards: Option<Vec<Shard>>,
    /// A list of objects without names.
    volumes: Option<Vec<Volume>>,
}

#[derive(Spec)]
struct Engine {
    /// Size.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class.
    #[spec(default = "replicated", replace)]
    storage_class: Option<String>,
    /// Version.
    #[spec(default = "v2", one_minor_at_a_time)]
    version: Option<String>,
    /// Flags.
    #[spec(on_restart)]
    flags: Option<String>,
    /// Script.
    #[spec(on_first_boot = "seed")]
    script: Option<String>,
    /// Seed.
    seed: Option<String>,
    /// Address.
    #[spec(default = true, loses = "the public address")]
    external: Option<bool>,
}

#[derive(Spec)]
struct Shard {
    /// Name.
    name: String,
    /// Size.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class.
    #[spec(replace)]
    storage_class: Option<String>,
}

#[derive(Spec)]
struct Volume {
    /// Size.
    #[spec(grow_only)]
    size: Option<Bytes>,
    /// Storage class.
    #[spec(replace)]
    storage_class: Option<String>,
}

static CLUSTER: LazyLock<ResourceType> = LazyLock::new(|| {
    ResourceType::of(&Kind {
        type_name: "hikube_cluster",
        title: "cluster",
        spec: Cluster::block,
        ..Kind::new(&crate::lifecycle::Application)
    })
});

fn change(before: &str, after: &str) -> Plan {
    let [mut prior, config] = [before, after].map(|given| config(&CLUSTER, given));
    prior.set_attribute("namespace", "tenant-acme".into());
    plan(
        &CLUSTER,
        &PlanRequest {
            prior: &prior,
            config: &config,
            private: &[],
            namespace: &acme(),
            stores_credentials: true,
            protects_from_deletion: false,
            is_applying: false,
            live: None,
        },
    )
}

/// The paths whose change forces replacement.
#[track_caller]
fn replaces(before: &str, after: &str, paths: &[&str]) {
    let planned = change(before, after);
    let found = planned.requires_replace.iter().map(ToString::to_string);
    assert_eq!(found.collect::<Vec<_>>(), paths, "{before} to {after}");
}

/// The paths of the errors, each with a part of the message.
#[track_caller]
fn refused(before: &str, after: &str, expected: &[(&str, &str)]) {
    let found = errors(&change(before, after).diagnostics);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((path, detail), (expected, phrase)) in found.iter().zip(expected) {
        assert_eq!(path, expected);
        assert!(detail.contains(phrase), "{detail}");
    }
}

fn warnings(before: &str, after: &str) -> Vec<String> {
    let planned = change(before, after);
    let messages = planned.diagnostics.iter();
    let warnings = messages.filter(|message| message.severity == Severity::Warning);
    warnings
        .map(|one| format!("{}: {}", one.summary, one.detail))
        .collect()
}

#[test]
fn a_nested_change_that_needs_a_new_object_names_its_innermost_path() {
    let local = r#""storage_class": "local""#;
    replaces(
        r#"{"engine": {}}"#,
        &format!(r#"{{"engine": {{{local}}}}}"#),
        &["engine.storage_class"],
    );
    replaces(
        "{}",
        &format!(r#"{{"engine": {{{local}}}}}"#),
        &["engine.storage_class"],
    );
    replaces(
        &format!(r#"{{"engine": {{{local}}}}}"#),
        "{}",
        &["engine.storage_class"],
    );
    replaces(
        r#"{"pools": {"a": {}, "b": {}}}"#,
        &format!(r#"{{"pools": {{"a": {{}}, "b": {{{local}}}}}}}"#),
        &[r#"pools["b"].storage_class"#],
    );
    replaces(
        r#"{"volumes": [{}, {}]}"#,
        &format!(r#"{{"volumes": [{{}}, {{{local}}}]}}"#),
        &["volumes[1].storage_class"],
    );
    // Setting the default explicitly is not a change.
    replaces(
        r#"{"pools": {"a": {}}}"#,
        r#"{"pools": {"a": {"storage_class": "replicated"}}}"#,
        &[],
    );
}

#[test]
fn a_new_or_removed_entry_replaces_and_shrinks_nothing() {
    let entry = r#"{"storage_class": "local", "size": "1Gi", "version": "v1"}"#;
    for (before, after) in [
        (
            r#"{"pools": {}}"#,
            format!(r#"{{"pools": {{"a": {entry}}}}}"#),
        ),
        (
            r#"{"pools": {"b": {}}}"#,
            format!(r#"{{"pools": {{"a": {entry}}}}}"#),
        ),
        (
            r#"{"volumes": []}"#,
            r#"{"volumes": [{"storage_class": "local", "size": "1Gi"}]}"#.to_owned(),
        ),
        (
            r#"{"shards": [{"name": "b", "size": "20Gi"}]}"#,
            r#"{"shards": [{"name": "a", "size": "1Gi", "storage_class": "local"}]}"#.to_owned(),
        ),
    ] {
        for [from, to] in [[before, &*after], [&*after, before]] {
            replaces(from, to, &[]);
            refused(from, to, &[]);
        }
    }
}

#[test]
fn nested_sizes_only_grow() {
    let phrase = "cannot be reduced from 20Gi to 10Gi: volumes only grow. Set it to 20Gi or more.";
    for (before, after, path) in [
        (
            r#"{"engine": {"size": "20Gi"}}"#,
            r#"{"engine": {}}"#,
            "engine.size",
        ),
        (r#"{"engine": {"size": "20Gi"}}"#, "{}", "engine.size"),
        (
            r#"{"pools": {"a": {"size": "20Gi"}}}"#,
            r#"{"pools": {"a": {"size": "10Gi"}}}"#,
            r#"pools["a"].size"#,
        ),
        (
            r#"{"volumes": [{}, {"size": "20Gi"}]}"#,
            r#"{"volumes": [{}, {"size": "10Gi"}]}"#,
            "volumes[1].size",
        ),
        (
            r#"{"shards": [{"name": "a", "size": "20Gi"}, {"name": "b"}]}"#,
            r#"{"shards": [{"name": "b"}, {"name": "a"}]}"#,
            "shards[1].size",
        ),
    ] {
        refused(before, after, &[(path, phrase)]);
        refused(after, before, &[]);
    }
}

/// An item is identified by its name. If the values at its path are equal, Terraform needs the parent path.
#[test]
fn reordered_items_replace_nothing_by_themselves() {
    let before =
        r#"{"shards": [{"name": "a", "storage_class": "x"}, {"name": "b", "storage_class": "y"}]}"#;
    let swapped =
        r#"{"shards": [{"name": "b", "storage_class": "y"}, {"name": "a", "storage_class": "x"}]}"#;
    replaces(before, swapped, &[]);
    let changed =
        r#"{"shards": [{"name": "a", "storage_class": "y"}, {"name": "b", "storage_class": "y"}]}"#;
    replaces(before, changed, &["shards[0].storage_class"]);
    let both =
        r#"{"shards": [{"name": "b", "storage_class": "x"}, {"name": "a", "storage_class": "y"}]}"#;
    replaces(before, both, &["shards[0]", "shards[1]"]);
}

#[test]
fn nested_versions_go_one_way() {
    let pools = |version: &str| format!(r#"{{"pools": {{"a": {{"version": "{version}"}}}}}}"#);
    refused(
        &pools("v1.4"),
        &pools("v1.3"),
        &[(
            r#"pools["a"].version"#,
            "cannot be downgraded from v1.4 to v1.3",
        )],
    );
    refused(
        &pools("v1.3"),
        &pools("v1.5"),
        &[(
            r#"pools["a"].version"#,
            "Set `pools[\"a\"].version = \"v1.4\"` first",
        )],
    );
    refused(&pools("v1.3"), &pools("v1.4"), &[]);
}

#[test]
fn a_nested_change_that_waits_for_a_restart_is_warned_of() {
    let found = warnings(
        r#"{"pools": {"a": {}}}"#,
        r#"{"pools": {"a": {"flags": "x", "script": "y"}, "b": {"flags": "z"}}}"#,
    );
    let [warning] = &found[..] else {
        panic!("{found:?}");
    };
    assert!(
        warning.contains(r#"`pools["a"].flags` will be stored now"#),
        "{warning}"
    );
    assert!(
        warning.contains(r#"change `pools["a"].seed` as well"#),
        "{warning}"
    );
    assert!(!warning.contains(r#"pools["b"]"#), "{warning}");
}

#[test]
fn what_is_lost_at_any_depth_is_warned_of() {
    let found = warnings(
        r#"{"pools": {"a": {}, "b": {}}, "shards": [{"name": "x"}, {"name": "y"}]}"#,
        r#"{"pools": {"a": {"external": false}}, "shards": [{"name": "y"}]}"#,
    );
    let [warning] = &found[..] else {
        panic!("{found:?}");
    };
    for phrase in [
        r#"the pool `b` and its data (`pools["b"]`)"#,
        r#"the public address (`pools["a"].external`)"#,
        "the shard `x` and its data (`shards[0]`)",
    ] {
        assert!(warning.contains(phrase), "{warning}");
    }
    // An added entry loses no data.
    let new = r#"{"pools": {"a": {"external": false}}}"#;
    assert_eq!(warnings("{}", new), Vec::<String>::new());
}
