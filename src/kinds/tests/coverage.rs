//! The fields of the platform that each kind supports, by release, as a snapshot. Run the tests with
//! `INSTA_UPDATE=always` to write it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use insta::assert_snapshot;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::api::ApiResource;
use crate::kinds::KINDS;
use crate::resource::Kind;
use crate::schema::{Attribute, Block, FormerShape, FormerSpec, Releases, Shape};

/// The tables of facts, oldest release first, and the release that each stands for.
const RELEASES: [(&str, &str); 5] = [
    ("0.41", "0.41"),
    ("1.1", "1.1"),
    ("1.3", "1.3"),
    ("1.6", "1.6"),
    ("main", "1.7"),
];

/// Fields that no attribute has, by kind and path, and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    (
        "hikube_backup",
        "planRef",
        "set by the platform on the jobs of a plan",
    ),
    (
        "hikube_mongodb",
        "users[].db",
        "converted: users log in to the database `admin`",
    ),
    (
        "hikube_mongodb",
        "users[].roles",
        "converted: `databases` has the roles of users",
    ),
];

/// Kinds of the platform that are no resource, and why.
const NO_RESOURCE: &[(&str, &str)] = &[
    ("BootBox", "boots bare metal, in the root tenant only"),
    ("FerretDB", "removed in platform 1.0 without a successor"),
    (
        "ComputePlane",
        "module of a tenant, which gets no access to the cluster; `hikube_app` manages it",
    ),
    ("Info", "has no settings: a data source"),
    (
        "KubernetesNodes",
        "node pools: `hikube_kubernetes_node_pool`",
    ),
    (
        "VirtualMachine",
        "replaced in platform 1.0 by VMInstance and VMDisk",
    ),
];

#[derive(Deserialize)]
struct Fact {
    kind: String,
    /// The releases, where a table is of more than one.
    #[serde(default)]
    releases: Vec<String>,
    schema: Json,
}

fn facts(release: &str) -> BTreeMap<String, Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("standin/facts");
    let read = |table: &str| -> Vec<Fact> {
        let text = std::fs::read(folder.join(format!("{table}.json"))).expect("a table");
        serde_json::from_slice(&text).expect("a list of kinds")
    };
    let all = read(release).into_iter().chain(read("backups"));
    let is_served =
        |fact: &Fact| fact.releases.is_empty() || fact.releases.iter().any(|one| one == release);
    let served = all.filter(is_served);
    served.map(|fact| (fact.kind, fact.schema)).collect()
}

/// The fields of a kind on one release.
#[derive(Default)]
struct Coverage {
    covered: usize,
    left_out: BTreeSet<String>,
    /// Fields that are the keys of a map on this release.
    keys: BTreeSet<String>,
    /// What the declaration says of releases that is not so.
    contradictions: Vec<String>,
}

impl Coverage {
    fn object(&mut self, schema: &Json, block: &Block, release: &str, outer: Releases, at: &str) {
        let fields = schema["properties"].as_object();
        let fields: BTreeMap<&str, &Json> = fields
            .into_iter()
            .flatten()
            .map(|(name, field)| (&**name, field))
            .collect();
        let mut found = BTreeSet::new();
        for (name, field) in &fields {
            let path = format!("{at}{name}");
            let Some(attribute) = block.fields().find(|one| has_name(one, name)) else {
                self.left_out.insert(path);
                continue;
            };
            found.insert(attribute.name.clone());
            let releases = attribute.releases().within(outer);
            if !is_in(releases, release) {
                self.contradictions
                    .push(format!("{path} is there, and is not declared to be"));
            }
            if let Some(FormerShape::Map { key }) = attribute.former_shape
                && field.get("additionalProperties").is_some()
            {
                self.keys.insert(format!("{path}[].{key}"));
            }
            self.value(field, &attribute.shape, release, releases, &path);
        }
        for attribute in block.fields() {
            let releases = attribute.releases().within(outer);
            if is_in(releases, release) && !found.contains(&attribute.name) && !fields.is_empty() {
                let path = format!("{at}{}", attribute.api);
                let is_converted = |former: FormerSpec| former.lacks == attribute.api;
                if self.keys.contains(&path) || block.former_spec.is_some_and(is_converted) {
                    continue;
                }
                self.contradictions
                    .push(format!("{path} is declared to be there, and is not"));
            }
        }
    }

    fn value(&mut self, schema: &Json, shape: &Shape, release: &str, outer: Releases, path: &str) {
        let element = ["items", "additionalProperties"]
            .into_iter()
            .find_map(|word| schema.get(word).filter(|element| element.is_object()));
        match (shape, element) {
            (Shape::List(shape) | Shape::Set(shape) | Shape::Map(shape), Some(element)) => {
                self.value(element, shape, release, outer, &format!("{path}[]"));
            }
            (Shape::Object(block), None) if schema.get("properties").is_some() => {
                self.object(schema, block, release, outer, &format!("{path}."));
            }
            _ => self.covered += 1,
        }
    }
}

/// Whether the platform has or had this name for an attribute.
fn has_name(attribute: &Attribute, name: &str) -> bool {
    let former = attribute.renamed_from.as_ref();
    attribute.api == name || former.is_some_and(|former| former.name == name)
}

fn is_in(releases: Releases, release: &str) -> bool {
    let at = number(release);
    releases.since.is_none_or(|since| number(since) <= at)
        && releases.until.is_none_or(|until| at <= number(until))
}

fn number(release: &str) -> (u32, u32) {
    let (major, minor) = release.split_once('.').expect("a release");
    let number = |digits: &str| digits.parse().expect("a number");
    (number(major), number(minor))
}

/// The kind on the platform under its own or its former name.
fn schema_of<'a>(kind: &Kind, facts: &'a BTreeMap<String, Json>) -> Option<&'a Json> {
    let former = kind.renamed_from.map(|former| former.api_resource);
    let names = [Some(kind.api_resource), former].into_iter().flatten();
    let names = names.map(|name: fn() -> ApiResource| name().kind);
    let mut found = names.filter_map(|name| facts.get(&*name));
    found.next()
}

#[test]
fn every_field_of_the_platform_is_covered_or_left_out_for_a_reason() {
    let tables = RELEASES.map(|(table, release)| (table, release, facts(table)));
    let mut text = String::from("covered / fields");
    for (table, ..) in &tables {
        let _ = write!(text, " | {table}");
    }
    text.push('\n');
    let (mut unexplained, mut explained) = (Vec::new(), BTreeSet::new());
    for kind in KINDS {
        let _ = write!(text, "{}", kind.type_name);
        for (_, release, facts) in &tables {
            let releases = Releases {
                since: kind.since,
                until: kind.until,
            };
            let schema = schema_of(kind, facts);
            assert_eq!(
                schema.is_some(),
                is_in(releases, release),
                "{} on {release}",
                kind.type_name
            );
            let Some(schema) = schema else {
                text.push_str(" | -");
                continue;
            };
            let mut coverage = Coverage::default();
            coverage.object(schema, &(kind.spec)(), release, releases, "");
            let all = coverage.covered + coverage.left_out.len();
            let _ = write!(text, " | {} / {all}", coverage.covered);
            for path in &coverage.left_out {
                let is_it = |entry: &&(&str, &str, &str)| {
                    entry.0 == kind.type_name && entry.1 == path.as_str()
                };
                match LEFT_OUT.iter().find(is_it) {
                    Some(entry) => drop(explained.insert(*entry)),
                    None => unexplained.push(format!("{} {path} on {release}", kind.type_name)),
                }
            }
            let contradictions = coverage.contradictions.into_iter();
            unexplained.extend(
                contradictions.map(|one| format!("{} on {release}: {one}", kind.type_name)),
            );
        }
        text.push('\n');
    }
    for (_, release, facts) in &tables {
        let is_resource = |name: &String| {
            let own = KINDS.iter().any(|kind| {
                let former = kind.renamed_from.map(|former| (former.api_resource)().kind);
                (kind.api_resource)().kind == *name || former.is_some_and(|former| former == *name)
            });
            own || NO_RESOURCE.iter().any(|(no, _)| no == name)
        };
        let missing: Vec<&String> = facts.keys().filter(|name| !is_resource(name)).collect();
        assert!(missing.is_empty(), "{release}: {missing:?}");
    }
    assert_eq!(unexplained, Vec::<String>::new());
    assert_eq!(explained.len(), LEFT_OUT.len(), "a reason of nothing");
    for (kind, path, reason) in LEFT_OUT {
        let _ = writeln!(text, "left out: {kind} {path}: {reason}");
    }
    for (kind, reason) in NO_RESOURCE {
        let _ = writeln!(text, "no resource: {kind}: {reason}");
    }
    assert_snapshot!(text);
}
