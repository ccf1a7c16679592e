//! Rules that hold for every plural data source.

use super::{CATALOGUES, CatalogueDataSource, Scope};
use crate::kinds::{DATA_SOURCES, KINDS};

#[test]
fn names_are_plural_and_belong_to_no_other_data_source() {
    let mut names: Vec<&str> = CATALOGUES.iter().map(|one| one.type_name).collect();
    for name in &names {
        assert!(name.starts_with("hikube_") && name.ends_with('s'), "{name}");
    }
    let others = KINDS.iter().chain(DATA_SOURCES).map(|kind| kind.type_name);
    names.extend(others);
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn filters_can_be_configured_and_items_cannot() {
    for declaration in CATALOGUES {
        let data_source = CatalogueDataSource::of(declaration);
        let items = declaration.items.0;
        for attribute in &data_source.schema.attributes {
            let is_item = attribute.name == items;
            assert_eq!(attribute.is_configurable(), !is_item, "{}", attribute.name);
        }
        let has_namespace = data_source.schema.attribute("namespace").is_some();
        assert_eq!(has_namespace, declaration.scope == Scope::Namespace);
    }
}
