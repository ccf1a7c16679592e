//! Every resource type for entries, on every release that has it: from its example, in one object each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hikube::kinds::KINDS;
use hikube::resource::{EntryKind, Kind};
use serde_json::Value;

use crate::harness::{Platform, Workspace, on_release};

mod on_every_release {
    use super::*;

    on_release!(are_created_changed_imported_and_destroyed, on_0_41, V0_41);
    on_release!(are_created_changed_imported_and_destroyed, on_1_1, V1_1);
    on_release!(are_created_changed_imported_and_destroyed, on_1_3, V1_3);
    on_release!(are_created_changed_imported_and_destroyed, on_1_6, V1_6);
    on_release!(are_created_changed_imported_and_destroyed, on_main, Main);
}

/// The attributes of an entry, and others to change them to.
fn bodies(declared: &EntryKind) -> [&'static str; 2] {
    match declared.type_name {
        "hikube_mariadb_user" => [
            "password = \"a\"\n max_user_connections = 1",
            "password = \"b\"\n max_user_connections = 2",
        ],
        "hikube_mongodb_user" => ["password = \"a\"", "password = \"b\""],
        "hikube_clickhouse_user" => ["password = \"a\"", "password = \"a\"\n readonly = true"],
        "hikube_bucket_user" => ["", "readonly = true"],
        "hikube_kafka_topic" => [
            "partitions = 1\n replicas = 1",
            "partitions = 2\n replicas = 1",
        ],
        "hikube_kubernetes_node_pool" => ["max_replicas = 1", "max_replicas = 2"],
        name if name.ends_with("_user") => ["", "password = \"a\""],
        _ => [
            "roles = { readonly = [\"app\"] }",
            "roles = { admin = [\"app\"] }",
        ],
    }
}

/// The entries that a release has, with the kinds of their objects.
pub(super) fn served(platform: &Platform) -> Vec<(&'static Kind, &'static EntryKind)> {
    let all = KINDS.iter().flat_map(|kind| {
        let entries = kind.entries.iter();
        entries.map(move |entry| (kind, entry))
    });
    let is_served = |(kind, _): &(&Kind, &EntryKind)| {
        let is_old = platform.api.release() == hikube_standin::Release::V0_41;
        // MongoDB and S3 buckets have no such entries there.
        !(is_old && ["hikube_mongodb", "hikube_bucket"].contains(&kind.type_name))
    };
    all.filter(is_served).collect()
}

pub(super) fn configuration(
    all: &[(&'static Kind, &'static EntryKind)],
    body: usize,
    with_entries: bool,
) -> String {
    let mut text = String::new();
    let objects: BTreeMap<&str, ()> = all.iter().map(|(kind, _)| (kind.type_name, ())).collect();
    for kind in objects.keys() {
        let _ = write!(
            text,
            "resource \"{kind}\" \"it\" {{\n  name = \"NAME\"\n}}\n"
        );
    }
    for (kind, declared) in all.iter().filter(|_| with_entries) {
        let (object, name) = (kind.type_name, declared.type_name);
        let reference = object.trim_start_matches("hikube_");
        let body = bodies(declared)[body];
        // Users of MongoDB require a role.
        let order = match name {
            "hikube_mongodb_user" => "depends_on = [hikube_mongodb_database.it]",
            _ => "",
        };
        let _ = write!(
            text,
            "resource \"{name}\" \"it\" {{\n  {reference}_id = {object}.it.id\n  name = \"app\"\n  {body}\n  {order}\n}}\n"
        );
    }
    text
}

fn are_created_changed_imported_and_destroyed(platform: &Platform) {
    let all = served(platform);
    let space = Workspace::on(platform);
    space.write(&configuration(&all, 0, true)).apply().ok();
    space.assert_settled();
    let changed = configuration(&all, 1, true);
    let plan = space.write(&changed).plan();
    let addresses: Vec<String> = all
        .iter()
        .map(|(_, declared)| format!("{}.it", declared.type_name))
        .collect();
    let mut addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    addresses.sort_unstable();
    plan.touches_only(&addresses);
    space.apply_plan().ok();
    space.assert_settled();
    are_imported(platform, &space, &changed, addresses.len());
    space.write(&configuration(&all, 0, false)).apply().ok();
    space.assert_settled();
    for (kind, declared) in &all {
        let data = format!(
            "data \"{0}\" \"it\" {{\n  name = \"NAME\"\n}}\n",
            kind.type_name
        );
        let reader = Workspace::named(platform, space.name.clone());
        reader.write(&data).apply().ok();
        let entries = reader.state(&format!("data.{}.it", kind.type_name), "entries");
        let left = entries.as_array().into_iter().flatten();
        let left: Vec<_> = left.filter(|entry| entry["name"] == "app").collect();
        assert_eq!(left, Vec::<&Value>::new(), "{}", declared.type_name);
    }
    space.destroy().ok();
    platform.assert_clean();
}

/// Another workspace imports all of them with the same configuration, and its plan is empty. Passwords are read.
fn are_imported(platform: &Platform, space: &Workspace, text: &str, count: usize) {
    let ids = space.ids();
    let mut text = text.to_owned();
    for (to, id) in &ids {
        let _ = write!(text, "import {{\n  to = {to}\n  id = \"{id}\"\n}}\n");
    }
    let theirs = Workspace::named(platform, space.name.clone());
    let objects = ids.len() - count;
    let imported = theirs.write(&text).apply().ok();
    imported.says(&format!(
        "{} imported, 0 added, 0 changed, 0 destroyed",
        objects + count
    ));
    theirs.assert_settled();
}
