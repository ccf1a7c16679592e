//! The fifty objects: their configuration, and the expected content of the platform.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hikube_standin::Release;
use serde_json::{Value, json};

/// The objects of one kind.
struct Squad {
    /// The resource type: `hikube_bucket`.
    block: &'static str,
    /// The kind: `Bucket`.
    kind: &'static str,
    count: usize,
    /// The attributes at first and later.
    attributes: [&'static str; 2],
    /// The corresponding specs on the platform, without further fields.
    specs: [fn() -> Value; 2],
}

const BUCKETS: Squad = Squad {
    block: "hikube_bucket",
    kind: "Bucket",
    count: 20,
    attributes: [
        "users = { a = {} }",
        "users = { a = {}, b = { readonly = true } }",
    ],
    specs: [
        || json!({"users": {"a": {}}}),
        || json!({"users": {"a": {}, "b": {"readonly": true}}}),
    ],
};

const DATABASES: Squad = Squad {
    block: "hikube_postgres",
    kind: "Postgres",
    count: 20,
    attributes: ["size = \"10Gi\"", "size = \"11Gi\"\n  replicas = 3"],
    specs: [
        || json!({"size": "10Gi"}),
        || json!({"size": "11Gi", "replicas": 3}),
    ],
};

const DISKS: Squad = Squad {
    block: "hikube_vm_disk",
    kind: "VMDisk",
    count: 10,
    attributes: ["storage = \"10Gi\"", "storage = \"11Gi\"\n  optical = true"],
    specs: [
        || json!({"storage": "10Gi"}),
        || json!({"storage": "11Gi", "optical": true}),
    ],
};

/// The number of objects.
pub(super) const COUNT: usize = 50;

/// The objects, of several kinds.
pub(super) struct Fleet {
    squads: Vec<Squad>,
    /// The prefix of all names.
    name: String,
}

/// A stored object.
#[derive(Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) uid: String,
    /// The number of writes of its spec, including the create.
    pub(super) generation: u64,
    pub(super) spec: Value,
}

impl Fleet {
    /// On release 0.41, a bucket has no fields that can change.
    pub(super) fn of(release: Release, name: &str) -> Fleet {
        let squads = match release {
            Release::V0_41 => vec![
                Squad {
                    count: 40,
                    ..DATABASES
                },
                DISKS,
            ],
            _ => vec![BUCKETS, DATABASES, DISKS],
        };
        Fleet {
            squads,
            name: name.to_owned(),
        }
    }

    /// The configuration at first (0) or later (1).
    pub(super) fn configuration(&self, stage: usize) -> String {
        let block = |squad: &Squad| {
            let (block, count) = (squad.block, squad.count);
            let (initial, attributes) = (initial(squad), squad.attributes[stage]);
            format!(
                "resource \"{block}\" \"it\" {{\n  count = {count}\n  \
                 name = \"NAME-{initial}${{count.index}}\"\n  {attributes}\n}}\n"
            )
        };
        self.squads.iter().map(block).collect()
    }

    /// The addresses of the objects by ID.
    pub(super) fn addresses(&self, namespace: &str) -> BTreeMap<String, String> {
        let of_squad = |squad: &Squad| -> Vec<(String, String)> {
            let address = |index| format!("{}.it[{index}]", squad.block);
            let id = |index| format!("{namespace}/{}", self.name_of(squad, index));
            (0..squad.count)
                .map(|index| (id(index), address(index)))
                .collect()
        };
        self.squads.iter().flat_map(of_squad).collect()
    }

    fn name_of(&self, squad: &Squad, index: usize) -> String {
        format!("{}-{}{index}", self.name, initial(squad))
    }

    /// Asserts that the platform has exactly these objects with exactly these specs, without additional fields, and
    /// that each spec was written once for each stage.
    #[track_caller]
    pub(super) fn assert_stored(&self, stage: usize, stored: &BTreeMap<String, Stored>) {
        let specs: BTreeMap<&String, (&Value, u64)> = stored
            .iter()
            .map(|(name, object)| (name, (&object.spec, object.generation)))
            .collect();
        let expected: BTreeMap<String, Value> = self
            .squads
            .iter()
            .flat_map(|squad| {
                let name = |index| format!("{}/{}", squad.kind, self.name_of(squad, index));
                (0..squad.count).map(move |index| (name(index), squad.specs[stage]()))
            })
            .collect();
        let generation = stage as u64 + 1;
        let expected: BTreeMap<&String, (&Value, u64)> = expected
            .iter()
            .map(|(name, spec)| (name, (spec, generation)))
            .collect();
        assert_eq!(expected.len(), COUNT);
        let wrong: Vec<_> = specs
            .iter()
            .filter(|(name, object)| expected.get(*name) != Some(object))
            .collect();
        let missing: Vec<_> = expected
            .keys()
            .filter(|name| !specs.contains_key(*name))
            .collect();
        assert!(
            wrong.is_empty() && missing.is_empty(),
            "stored otherwise than asked for: {wrong:#?}; missing: {missing:#?}"
        );
    }
}

fn initial(squad: &Squad) -> String {
    squad.kind[..1].to_ascii_lowercase()
}

/// The content of a stand-in's state file, by kind and name.
pub(super) fn stored(file: &Path) -> BTreeMap<String, Stored> {
    let text = fs::read_to_string(file).expect("the stand-in's file");
    let held: Value = serde_json::from_str(&text).expect("what it holds");
    let objects = held["objects"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let objects = objects.iter().map(|object| {
        let name = format!("{}/{}", text(&object["kind"]), text(&object["name"]));
        let stored = Stored {
            uid: text(&object["uid"]),
            generation: object["generation"].as_u64().expect("a number"),
            spec: object["spec"].clone(),
        };
        (name, stored)
    });
    objects.collect()
}
