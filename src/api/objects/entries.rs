//! Entries of a spec that are managed apart from their object, such as a database of a server.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The annotation with the owners of entries. Measured on 0.41 and 1.6: it survives creates and updates, and an update
/// that omits it removes it.
pub(super) const ENTRIES: &str = "terraform.hikube.cloud/entries";

/// The entries that are managed apart, by field and key. They are taken out of the spec of an object that is read, and
/// put back into that of an object that is written, so the resource of the object neither sees nor changes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entries {
    by_field: BTreeMap<String, BTreeMap<String, Entry>>,
    /// The fields that are lists of named items.
    lists: BTreeSet<String>,
}

/// An entry that is managed apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Its owner. Empty if the annotation was lost.
    pub owner: Owner,
    /// Its value; none if the spec does not have it. An item of a list is without its `name`.
    pub value: Option<Map<String, Json>>,
}

/// The owner of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The random name of the create.
    pub id: String,
    /// Whether the entry stays when its owner gives it up. Another owner may take it over at any time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_kept: bool,
}

/// The owner of entries that the platform adds where there are none, kept beside the first other entry.
const PLATFORM: &str = "platform";

impl Owner {
    /// The owner of an entry that the platform added.
    pub fn platform() -> Owner {
        Owner {
            id: PLATFORM.to_owned(),
            is_kept: true,
        }
    }

    /// Whether a resource of its own manages the entry.
    pub fn is_resource(&self) -> bool {
        !self.id.is_empty() && self.id != PLATFORM
    }

    /// Whether another owner may take the entry over.
    pub fn is_free(&self) -> bool {
        self.is_kept || self.id.is_empty()
    }
}

/// The keys of entries by field, and whether another owner may take each over: it stays when its owner gives it up, or
/// the annotation was lost.
pub type EntryKeys = BTreeMap<String, BTreeMap<String, bool>>;

type Owners = BTreeMap<String, BTreeMap<String, Owner>>;

impl Entries {
    /// Takes the owned entries out of a spec, and their annotation out of the others. An annotation that cannot be
    /// parsed is treated as lost.
    pub(super) fn take(
        annotations: &mut BTreeMap<String, String>,
        spec: &mut Map<String, Json>,
    ) -> Entries {
        let owners = annotations.remove(ENTRIES);
        let owners: Owners = owners
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        let mut entries = Entries::default();
        for (field, owners) in owners {
            for (key, owner) in owners {
                if spec.get(&field).is_some_and(Json::is_array) {
                    entries.lists.insert(field.clone());
                }
                let value = take_value(spec, &field, &key);
                entries.put(&field, &key, Entry { owner, value });
            }
            remove_empty(spec, &field);
        }
        entries
    }

    /// Puts the entries back into a spec, and their owners into the annotations.
    pub(super) fn put_back(
        &self,
        annotations: &mut BTreeMap<String, String>,
        spec: &mut Map<String, Json>,
    ) {
        let mut owners = Owners::new();
        for (field, entries) in &self.by_field {
            for (key, entry) in entries {
                let Some(value) = &entry.value else { continue };
                put_value(spec, field, key, value.clone(), self.lists.contains(field));
                if !entry.owner.id.is_empty() {
                    let owners = owners.entry(field.clone()).or_default();
                    owners.insert(key.clone(), entry.owner.clone());
                }
            }
        }
        if !owners.is_empty() {
            let text = serde_json::to_string(&owners).unwrap_or_default();
            annotations.insert(ENTRIES.to_owned(), text);
        }
    }

    /// Takes entries out of a spec whose owners the annotation no longer names.
    pub(super) fn take_lost(&mut self, keys: &EntryKeys, spec: &mut Map<String, Json>) {
        for (field, keys) in keys {
            for key in keys.keys() {
                if self
                    .get(field, key)
                    .is_some_and(|entry| entry.value.is_some())
                {
                    continue;
                }
                if spec.get(field).is_some_and(Json::is_array) {
                    self.lists.insert(field.clone());
                }
                if let Some(value) = take_value(spec, field, key) {
                    let entry = Entry {
                        owner: Owner::default(),
                        value: Some(value),
                    };
                    self.put(field, key, entry);
                }
            }
            if self.has(field) {
                remove_empty(spec, field);
            }
        }
    }

    /// An entry.
    pub fn get(&self, field: &str, key: &str) -> Option<&Entry> {
        self.by_field.get(field)?.get(key)
    }

    /// Whether any entry of a field is managed apart.
    pub fn has(&self, field: &str) -> bool {
        let entries = self.by_field.get(field);
        entries.is_some_and(|entries| entries.values().any(|entry| entry.value.is_some()))
    }

    /// Declares that a field is a list of named items.
    pub fn is_list(&mut self, field: &str) {
        self.lists.insert(field.to_owned());
    }

    /// Whether a field is known to be a list of named items.
    pub(super) fn has_list(&self, field: &str) -> bool {
        self.lists.contains(field)
    }

    /// Adds or replaces an entry.
    pub fn put(&mut self, field: &str, key: &str, entry: Entry) {
        let entries = self.by_field.entry(field.to_owned()).or_default();
        entries.insert(key.to_owned(), entry);
    }

    /// Removes an entry.
    pub fn remove(&mut self, field: &str, key: &str) -> Option<Entry> {
        self.by_field.get_mut(field)?.remove(key)
    }

    /// The keys of the entries that the spec has.
    pub fn keys(&self) -> EntryKeys {
        let fields = self.by_field.iter().map(|(field, entries)| {
            let present = entries.iter().filter(|(_, entry)| entry.value.is_some());
            let keys = present.map(|(key, entry)| (key.clone(), entry.owner.is_free()));
            (field.clone(), keys.collect::<BTreeMap<_, _>>())
        });
        fields.filter(|(_, keys)| !keys.is_empty()).collect()
    }

    /// Those whose owners the annotation no longer names, as `field["key"]`.
    pub fn lost(&self) -> Vec<String> {
        let all = self.by_field.iter().flat_map(|(field, entries)| {
            let lost = entries
                .iter()
                .filter(|(_, entry)| entry.owner.id.is_empty() && entry.value.is_some());
            lost.map(move |(key, _)| format!("{field}[\"{key}\"]"))
        });
        all.collect()
    }

    /// Changes the values. The change is that of a spec that contains all of them.
    pub fn map_values(&mut self, change: impl Fn(Map<String, Json>) -> Map<String, Json>) {
        let mut spec = Map::new();
        self.put_back(&mut BTreeMap::new(), &mut spec);
        let mut changed = change(spec);
        for (field, entries) in &mut self.by_field {
            for (key, entry) in entries {
                if entry.value.is_some() {
                    let value = take_value(&mut changed, field, key);
                    entry.value = Some(value.unwrap_or_default());
                }
            }
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_field.values().all(BTreeMap::is_empty)
    }
}

/// Removes a field from which all entries were taken: for the resource of the object it is not set.
fn remove_empty(spec: &mut Map<String, Json>, field: &str) {
    let is_empty = match spec.get(field) {
        Some(Json::Object(entries)) => entries.is_empty(),
        Some(Json::Array(items)) => items.is_empty(),
        _ => false,
    };
    if is_empty {
        spec.remove(field);
    }
}

/// The value of an entry: of a map, or of an item of a list, which is without its `name`.
pub fn entry_value(spec: &Map<String, Json>, field: &str, key: &str) -> Option<Map<String, Json>> {
    take_value(&mut spec.clone(), field, key)
}

/// The keys of the entries: of a map, or the names of the items of a list.
pub fn entry_keys<'a>(spec: &'a Map<String, Json>, field: &str) -> Vec<&'a str> {
    match spec.get(field) {
        Some(Json::Object(entries)) => entries.keys().map(String::as_str).collect(),
        Some(Json::Array(items)) => {
            let names = items.iter().filter_map(|item| item.get("name")?.as_str());
            names.collect()
        }
        _ => Vec::new(),
    }
}

/// Takes an entry out of a map, or an item out of a list. An entry without a value is an empty object.
pub(super) fn take_value(
    spec: &mut Map<String, Json>,
    field: &str,
    key: &str,
) -> Option<Map<String, Json>> {
    let value = match spec.get_mut(field)? {
        Json::Object(entries) => entries.remove(key)?,
        Json::Array(items) => {
            let place = items.iter().position(|item| is_named(item, key))?;
            items.remove(place)
        }
        _ => return None,
    };
    let mut value = match value {
        Json::Object(value) => value,
        _ => Map::new(),
    };
    if spec.get(field).is_some_and(Json::is_array) {
        value.remove("name");
    }
    Some(value)
}

/// Puts an entry into a map, or an item into a list.
pub(super) fn put_value(
    spec: &mut Map<String, Json>,
    field: &str,
    key: &str,
    mut value: Map<String, Json>,
    is_list: bool,
) {
    let all = spec.entry(field.to_owned()).or_insert(Json::Null);
    if all.is_null() {
        *all = if is_list {
            Json::Array(Vec::new())
        } else {
            Json::Object(Map::new())
        };
    }
    match all {
        Json::Array(items) => {
            value.insert("name".to_owned(), key.into());
            match items.iter().position(|item| is_named(item, key)) {
                Some(place) => items[place] = Json::Object(value),
                None => items.push(Json::Object(value)),
            }
        }
        Json::Object(entries) => {
            entries.insert(key.to_owned(), Json::Object(value));
        }
        // The platform accepts any value, but no entries are in it.
        _ => {}
    }
}

fn is_named(item: &Json, name: &str) -> bool {
    item.get("name").and_then(Json::as_str) == Some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(json: Json) -> Map<String, Json> {
        json.as_object().unwrap().clone()
    }

    fn annotated(owners: &Json) -> BTreeMap<String, String> {
        let all = [
            (ENTRIES.to_owned(), owners.to_string()),
            ("a".to_owned(), "b".to_owned()),
        ];
        all.into()
    }

    #[test]
    fn owned_entries_are_taken_out_and_put_back() {
        let owners = json!({"databases": {"app": {"id": "x"}}, "topics": {"t": {"id": "y", "is_kept": true}}});
        let spec = json!({
            "databases": {"app": {"extensions": ["a"]}, "own": {}},
            "topics": [{"name": "t", "partitions": 1}, {"name": "u"}],
            "size": "1Gi",
        });
        let (mut annotations, mut rest) = (annotated(&owners), fields(spec.clone()));
        let entries = Entries::take(&mut annotations, &mut rest);
        let others = json!({"databases": {"own": {}}, "topics": [{"name": "u"}], "size": "1Gi"});
        assert_eq!(Json::Object(rest.clone()), others);
        assert_eq!(annotations, [("a".to_owned(), "b".to_owned())].into());
        let topic = entries.get("topics", "t").unwrap();
        assert_eq!(topic.value, Some(fields(json!({"partitions": 1}))));
        entries.put_back(&mut annotations, &mut rest);
        assert_eq!(annotations, annotated(&owners));
        let mut spec = spec;
        spec["topics"].as_array_mut().unwrap().reverse();
        assert_eq!(Json::Object(rest), spec);
    }

    #[test]
    fn an_entry_that_is_gone_loses_its_owner() {
        let mut annotations = annotated(&json!({"users": {"app": {"id": "x"}}}));
        let mut spec = fields(json!({"users": {}}));
        let entries = Entries::take(&mut annotations, &mut spec);
        assert!(entries.keys().is_empty());
        entries.put_back(&mut annotations, &mut spec);
        assert!(!annotations.contains_key(ENTRIES));
    }

    #[test]
    fn entries_of_a_lost_annotation_stay_apart() {
        for text in ["", "{", "[]", "{\"users\": 1}"] {
            let mut annotations = BTreeMap::from([(ENTRIES.to_owned(), text.to_owned())]);
            let mut spec = fields(json!({"users": {"app": {"password": "a"}, "own": {}}}));
            let mut entries = Entries::take(&mut annotations, &mut spec);
            let known = [(
                "users".to_owned(),
                [("app".to_owned(), false), ("gone".to_owned(), false)].into(),
            )];
            entries.take_lost(&known.into(), &mut spec);
            assert_eq!(entries.lost(), ["users[\"app\"]"]);
            assert_eq!(Json::Object(spec.clone()), json!({"users": {"own": {}}}));
            entries.put_back(&mut annotations, &mut spec);
            assert_eq!(spec["users"]["app"], json!({"password": "a"}));
            assert!(annotations.is_empty());
        }
    }
}
