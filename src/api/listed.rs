use std::collections::HashMap;
use std::ops::Range;

use kube::api::DynamicObject;
use serde::Deserialize;
use serde::de::{Error as _, Unexpected};
use serde_json::value::RawValue;

use super::bounds::Bounds;
use super::exchange::Text;
use super::kept::Kept;

/// The objects of one list, kept as the text they came in: a tree of each would take ten times the memory,
/// and most are looked at once.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The version of the list, from which on its changes can be watched.
    pub(super) version: String,
    text: String,
    places: HashMap<String, Range<usize>>,
    _kept: Kept,
}

/// Something is there that is no object of the API.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

#[derive(Deserialize)]
struct List<'a> {
    kind: String,
    #[serde(default)]
    metadata: ListMetadata,
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ListMetadata {
    resource_version: String,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

impl Listed {
    /// Finds the objects of a kind in the answer to a list.
    ///
    /// # Errors
    /// Where it is no list of that kind, or not of objects with names.
    pub(super) fn read(text: Text, kind: &str, kept: Kept) -> serde_json::Result<Listed> {
        let text = text.text;
        let list: List<'_> = serde_json::from_str(&text)?;
        // An empty list means that nothing is there: no other answer may be taken for one.
        let of = list.kind.strip_suffix("List");
        if !of.is_some_and(|of| of.is_empty() || of == kind) {
            let kind = Unexpected::Str(&list.kind);
            return Err(serde_json::Error::invalid_value(
                kind,
                &format!("a list of {kind}").as_str(),
            ));
        }
        let start = text.as_ptr().addr();
        let mut places = HashMap::with_capacity(list.items.len());
        for item in list.items {
            let at = item.get().as_ptr().addr() - start;
            let name = serde_json::from_str::<Item>(item.get())?.metadata.name;
            places.insert(name, at..at + item.get().len());
        }
        let version = list.metadata.resource_version;
        Ok(Listed {
            version,
            text,
            places,
            _kept: kept,
        })
    }

    /// All that can be read, one after the other.
    pub(super) fn all(&self) -> impl Iterator<Item = DynamicObject> {
        self.places.keys().filter_map(|name| self.get(name).ok()?)
    }

    /// One by its name, or none.
    ///
    /// # Errors
    /// Where something of that name is there and cannot be read: that is not none.
    pub(super) fn get(&self, name: &str) -> Result<Option<DynamicObject>, Unreadable> {
        let Some(place) = self.places.get(name).cloned() else {
            return Ok(None);
        };
        let text = &self.text[place];
        if !Bounds::OBJECT.admit(text) {
            return Err(Unreadable);
        }
        let read = serde_json::from_str(text);
        read.map(Some).map_err(|_| Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: String) -> serde_json::Result<Listed> {
        Listed::read(Text::of(text), "Bucket", Kept::default())
    }

    #[test]
    fn each_object_is_found_by_its_name() {
        let item = |name: &str| {
            format!(
                r#"{{"metadata": {{"name": "{name}", "uid": "of-{name}"}}, "spec": {{"é": ["]}}", 1.50]}}}}"#
            )
        };
        let text = format!(
            r#"{{"kind": "BucketList", "metadata": {{"resourceVersion": "7"}}, "items": [{}, {}]}}"#,
            item("a"),
            item("b")
        );
        let listed = read(text).unwrap();
        assert_eq!(listed.version, "7");
        let mut names: Vec<_> = listed
            .all()
            .filter_map(|object| object.metadata.name)
            .collect();
        names.sort();
        assert_eq!(names, ["a", "b"]);
        let get = |name: &str| listed.get(name).unwrap();
        assert_eq!(get("b").unwrap().metadata.uid.as_deref(), Some("of-b"));
        assert_eq!(get("a").unwrap().data["spec"]["é"][1].to_string(), "1.50");
        assert!(get("c").is_none());
    }

    #[test]
    fn one_object_of_a_list_is_no_larger_than_one_alone() {
        let wide = "0,".repeat(100_000);
        let text = format!(
            r#"{{"kind": "BucketList", "items": [{{"metadata": {{"name": "a"}}, "spec": [{wide}0]}}]}}"#
        );
        assert!(read(text).unwrap().get("a").is_err());
    }

    #[test]
    fn what_cannot_be_read_is_not_taken_as_missing() {
        let listed = read(
            r#"{"kind": "BucketList", "items": [{"metadata": {"name": "a", "labels": 1}}]}"#
                .to_owned(),
        )
        .unwrap();
        assert!(listed.get("a").is_err());
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        for text in [
            "",
            "{}",
            r#"{"items": []}"#,
            r#"{"kind": "Status", "items": []}"#,
            r#"{"kind": "PodList", "items": []}"#,
            r#"{"kind": "BucketList", "items": 1}"#,
            r#"{"kind": "BucketList", "items": [{}]}"#,
            "<html>",
        ] {
            assert!(read(text.to_owned()).is_err(), "{text}");
        }
    }
}
