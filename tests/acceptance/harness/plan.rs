//! The changes of a plan, by attribute.

use std::collections::{BTreeMap, BTreeSet};

use hikube::kinds::KINDS;
use serde_json::Value;

use super::Ran;

/// Outputs that change at every apply, which are ignored.
fn is_reported(type_name: &str, attribute: &str) -> bool {
    let kind = KINDS.iter().find(|kind| kind.type_name == type_name);
    let outputs = kind.map_or_else(Vec::new, |kind| kind.outputs.declared());
    attribute == "ready" || outputs.iter().any(|output| output.name == attribute)
}

/// A parsed plan.
#[derive(Debug)]
pub(crate) struct Planned {
    changes: BTreeMap<String, Change>,
    /// The output of `terraform plan`.
    pub(crate) ran: Ran,
}

#[derive(Debug)]
struct Change {
    actions: Vec<String>,
    paths: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

impl Planned {
    /// Parses the output of `terraform show -json`.
    pub(crate) fn read(text: &str, ran: Ran) -> Planned {
        let plan: Value = serde_json::from_str(text).expect("a plan in JSON");
        let changes = plan["resource_changes"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let changes = changes.iter().filter(|change| change["mode"] == "managed");
        let changes = changes.map(|one| {
            let address = one["address"].as_str().expect("an address").to_owned();
            let type_name = one["type"].as_str().unwrap_or_default();
            (address, Change::read(type_name, &one["change"]))
        });
        Planned {
            changes: changes.collect(),
            ran,
        }
    }

    #[track_caller]
    fn change(&self, address: &str) -> &Change {
        self.changes
            .get(address)
            .unwrap_or_else(|| panic!("no {address} in the plan:\n{}", self.ran.text))
    }

    /// Asserts that it updates this object, in exactly these attributes.
    #[track_caller]
    pub(crate) fn updates(&self, address: &str, paths: &[&str]) -> &Planned {
        self.does(address, &["update"]);
        let expected: BTreeSet<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let change = self.change(address);
        assert_eq!(change.paths, expected, "in the plan:\n{}", self.ran.text);
        self
    }

    /// Asserts that it replaces this object.
    #[track_caller]
    pub(crate) fn replaces(&self, address: &str) -> &Planned {
        self.does(address, &["delete", "create"])
    }

    /// Asserts these actions for the object.
    #[track_caller]
    pub(crate) fn does(&self, address: &str, actions: &[&str]) -> &Planned {
        let change = self.change(address);
        assert_eq!(
            change.actions, actions,
            "{change:?} in the plan:\n{}",
            self.ran.text
        );
        self
    }

    /// Whether it changes this object.
    #[track_caller]
    pub(crate) fn changes_anything(&self, address: &str) -> bool {
        self.change(address).actions != ["no-op"]
    }

    /// Asserts that it changes only these objects.
    #[track_caller]
    pub(crate) fn touches_only(&self, addresses: &[&str]) -> &Planned {
        let touched: Vec<&String> = self
            .changes
            .iter()
            .filter(|(_, change)| change.actions != ["no-op"] && change.actions != ["read"])
            .map(|(address, _)| address)
            .collect();
        assert_eq!(touched, addresses, "in the plan:\n{}", self.ran.text);
        self
    }

    /// Asserts that the object's attribute is unknown.
    #[track_caller]
    pub(crate) fn will_learn(&self, address: &str, attribute: &str) -> &Planned {
        let change = self.change(address);
        assert!(
            change.unknown.contains(attribute),
            "{change:?}:\n{}",
            self.ran.text
        );
        self
    }
}

impl Planned {
    /// Asserts that the object's attribute is known.
    #[track_caller]
    pub(crate) fn knows(&self, address: &str, attribute: &str) -> &Planned {
        let change = self.change(address);
        assert!(
            !change.unknown.contains(attribute),
            "{change:?}:\n{}",
            self.ran.text
        );
        self
    }
}

impl Change {
    fn read(type_name: &str, change: &Value) -> Change {
        let texts = |value: &Value| -> Vec<String> {
            let texts = value.as_array().into_iter().flatten();
            texts
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect()
        };
        let mut paths = BTreeSet::new();
        let unknown = change["after_unknown"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let (before, after) = (&change["before"], &change["after"]);
        let names = [before, after].into_iter().filter_map(Value::as_object);
        let names: BTreeSet<&String> = names.flat_map(serde_json::Map::keys).collect();
        for name in names
            .into_iter()
            .filter(|name| !is_reported(type_name, name))
        {
            differences(name, &before[name], &after[name], &mut paths);
        }
        let unknown = unknown
            .into_iter()
            .filter(|(_, is)| *is == Value::Bool(true));
        let unknown: BTreeSet<String> = unknown.map(|(name, _)| name).collect();
        let news = unknown.iter().filter(|name| !is_reported(type_name, name));
        paths.extend(news.cloned());
        Change {
            actions: texts(&change["actions"]),
            paths,
            unknown,
        }
    }
}

/// The paths at which two values differ: `users.app.readonly`, `disks[0].name`. Sets, and lists of different lengths,
/// are compared as a whole.
fn differences(path: &str, before: &Value, after: &Value, found: &mut BTreeSet<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for name in names {
                let of = |map: &serde_json::Map<String, Value>| map.get(name).cloned();
                let (before, after) = (
                    of(before).unwrap_or_default(),
                    of(after).unwrap_or_default(),
                );
                differences(&format!("{path}.{name}"), &before, &after, found);
            }
        }
        (Value::Array(before), Value::Array(after))
            if before.len() == after.len() && before.iter().all(Value::is_object) =>
        {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                differences(&format!("{path}[{index}]"), before, after, found);
            }
        }
        _ if before == after => {}
        _ => {
            found.insert(path.to_owned());
        }
    }
}
