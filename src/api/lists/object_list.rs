use std::collections::HashMap;
use std::ops::Range;

use kube::api::DynamicObject;
use serde::Deserialize;
use serde::de::{Error as _, Unexpected};
use serde_json::value::RawValue;

use super::memory_share::MemoryShare;
use crate::api::request::ResponseText;
use crate::api::response::Bounds;

/// The objects of a list, kept as text: parsed they would take ten times the memory, and most are read once.
#[derive(Debug, Default)]
pub(crate) struct ObjectList {
    /// The resource version of the list, from which changes can be watched.
    pub(crate) version: String,
    text: String,
    ranges: HashMap<String, Range<usize>>,
    _share: MemoryShare,
}

/// There is something of that name that cannot be parsed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

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

impl ObjectList {
    /// Finds the objects of a kind in a response.
    ///
    /// # Errors
    /// Where it is not a list of that kind, or its objects have no names.
    pub(crate) fn read(
        text: ResponseText,
        kind: &str,
        share: MemoryShare,
    ) -> serde_json::Result<ObjectList> {
        let text = text.text;
        let list: List<'_> = serde_json::from_str(&text)?;
        // An empty list means that no object exists, so nothing else may pass for one.
        let of = list.kind.strip_suffix("List");
        if !of.is_some_and(|of| of.is_empty() || of == kind) {
            let kind = Unexpected::Str(&list.kind);
            return Err(serde_json::Error::invalid_value(
                kind,
                &format!("a list of {kind}").as_str(),
            ));
        }
        let start = text.as_ptr().addr();
        let mut ranges = HashMap::with_capacity(list.items.len());
        for item in list.items {
            let at = item.get().as_ptr().addr() - start;
            let name = serde_json::from_str::<Item>(item.get())?.metadata.name;
            ranges.insert(name, at..at + item.get().len());
        }
        let version = list.metadata.resource_version;
        Ok(ObjectList {
            version,
            text,
            ranges,
            _share: share,
        })
    }

    /// All objects that can be parsed.
    pub(crate) fn all(&self) -> impl Iterator<Item = DynamicObject> {
        self.ranges.keys().filter_map(|name| self.get(name).ok()?)
    }

    /// The names of all objects, sorted.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.ranges.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// An object by its name, or none.
    ///
    /// # Errors
    /// Where the object of that name cannot be parsed, which does not mean that there is none.
    pub(crate) fn get(&self, name: &str) -> Result<Option<DynamicObject>, Unreadable> {
        let Some(range) = self.ranges.get(name).cloned() else {
            return Ok(None);
        };
        let text = &self.text[range];
        if !Bounds::OBJECT.allow(text) {
            return Err(Unreadable);
        }
        let read = serde_json::from_str(text);
        read.map(Some).map_err(|_| Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: String) -> serde_json::Result<ObjectList> {
        ObjectList::read(ResponseText::of(text), "Bucket", MemoryShare::default())
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
        let list = read(text).unwrap();
        assert_eq!(list.version, "7");
        let mut names: Vec<_> = list
            .all()
            .filter_map(|object| object.metadata.name)
            .collect();
        names.sort();
        assert_eq!(names, ["a", "b"]);
        let get = |name: &str| list.get(name).unwrap();
        assert_eq!(get("b").unwrap().metadata.uid.as_deref(), Some("of-b"));
        assert_eq!(get("a").unwrap().data["spec"]["é"][1].to_string(), "1.50");
        assert!(get("c").is_none());
    }

    #[test]
    fn an_object_in_a_list_has_the_bounds_of_one_alone() {
        let wide = "0,".repeat(100_000);
        let text = format!(
            r#"{{"kind": "BucketList", "items": [{{"metadata": {{"name": "a"}}, "spec": [{wide}0]}}]}}"#
        );
        assert!(read(text).unwrap().get("a").is_err());
    }

    #[test]
    fn an_object_that_cannot_be_parsed_is_not_missing() {
        let list = read(
            r#"{"kind": "BucketList", "items": [{"metadata": {"name": "a", "labels": 1}}]}"#
                .to_owned(),
        )
        .unwrap();
        assert!(list.get("a").is_err());
    }

    #[test]
    fn a_response_that_is_not_a_list_is_an_error() {
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
