use super::settings::{Filter, Searched, list_block, searched};
use crate::api::{OPERATION, Object};
use crate::kinds::KINDS;
use crate::resource::{Namespace, ResourceType};
use crate::schema::Diagnostics;
use crate::value::Value;

fn config(resource_type: &ResourceType, given: &[(&str, Value)]) -> Value {
    let mut config = list_block(resource_type).null();
    for (name, value) in given {
        config.set_attribute(name, value.clone());
    }
    config
}

#[test]
fn an_entry_without_a_resource_is_listed_on_request() {
    let kind = KINDS
        .iter()
        .find(|kind| !kind.entries.is_empty())
        .expect("entries");
    let entries = ResourceType::of_entry(kind, &kind.entries[0]);
    let lists = |given: &[(&str, Value)], object: &Object| {
        Filter::of(&config(&entries, given)).includes(&entries, object)
    };
    let inline = Object {
        name: "main/app".to_owned(),
        ..Object::default()
    };
    let mut owned = inline.clone();
    owned
        .annotations
        .insert(OPERATION.to_owned(), "x".to_owned());
    assert!(lists(&[], &owned) && !lists(&[], &inline));
    assert!(lists(&[("include_inline", true.into())], &inline));
    assert!(!lists(&[("name_pattern", "other/*".into())], &owned));
}

#[test]
fn an_object_that_is_being_deleted_is_not_listed() {
    let objects = ResourceType::of(&KINDS[0]);
    let filter = Filter::of(&config(&objects, &[]));
    let mut object = Object::default();
    assert!(filter.includes(&objects, &object));
    object.is_terminating = true;
    assert!(!filter.includes(&objects, &object));
}

#[test]
fn a_list_searches_the_given_or_the_providers_namespace() {
    let objects = ResourceType::of(&KINDS[0]);
    let searched = |given: &[(&str, Value)], own: &Namespace| {
        let mut diagnostics = Diagnostics::new();
        let found = searched(&config(&objects, given), own, &mut diagnostics);
        assert_eq!(found.is_none(), diagnostics.has_errors());
        match found {
            Some(Searched::One(namespace)) => namespace,
            Some(Searched::All) => "all".to_owned(),
            None => "none".to_owned(),
        }
    };
    let acme = Namespace::Known("tenant-acme".to_owned());
    assert_eq!(searched(&[], &acme), "tenant-acme");
    assert_eq!(
        searched(&[("namespace", "tenant-b".into())], &acme),
        "tenant-b"
    );
    assert_eq!(
        searched(&[("namespace", "*".into())], &Namespace::None),
        "all"
    );
    assert_eq!(searched(&[], &Namespace::None), "none");
}
