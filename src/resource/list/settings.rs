use crate::api::{OPERATION, Object};
use crate::resource::plan::request::Namespace;
use crate::resource::resource_type::ResourceType;
use crate::schema::pattern::whole;
use crate::schema::{Block, Diagnostics, Spec, check};
use crate::value::{Path, Value};

/// The value of `namespace` for all tenants.
const ALL: &str = "*";

/// What to list.
#[derive(Spec)]
struct ObjectFilter {
    /// Namespace to search, for example `tenant-acme`. `*` searches all tenants that you can read. Defaults to
    /// `namespace` of the provider.
    namespace: Option<String>,
    /// Pattern of the names to list: `*` matches any characters, `?` one. Defaults to all names.
    name_pattern: Option<String>,
    /// Labels of the objects to list, as for `kubectl get --selector`, for example `team=shop,env!=test`. Defaults to
    /// all objects.
    label_selector: Option<String>,
    /// Whether to list only objects that are ready (`true`) or not ready (`false`). Defaults to both.
    ready: Option<bool>,
}

/// What to list of entries of other objects.
#[derive(Spec)]
struct EntryFilter {
    /// Namespace to search, for example `tenant-acme`. `*` searches all tenants that you can read. Defaults to
    /// `namespace` of the provider.
    namespace: Option<String>,
    /// Pattern of the names to list, with the name of the object, `/` and that of the entry: `*` matches any
    /// characters, `?` one. Defaults to all names.
    name_pattern: Option<String>,
    /// Labels of the objects whose entries to list, as for `kubectl get --selector`, for example
    /// `team=shop,env!=test`. Defaults to all objects.
    label_selector: Option<String>,
    /// Whether to list only entries of objects that are ready (`true`) or not ready (`false`). Defaults to both.
    ready: Option<bool>,
    /// Whether to list entries that have no resource of their own, too. The resource of the object manages them: remove
    /// them from it when you import them. Defaults to `false`.
    include_inline: Option<bool>,
}

/// What to list of any kind, before the attributes of [`ObjectFilter`].
#[derive(Spec)]
struct KindFilter {
    /// Kind of the objects, as in the API, for example `FerretDB`.
    kind: String,
}

/// The `config` block of a list of a resource type.
pub fn list_block(resource_type: &ResourceType) -> Block {
    if resource_type.names_kind {
        let mut block = KindFilter::block();
        block.attributes.extend(ObjectFilter::block().attributes);
        block
    } else if resource_type.entry.is_some() {
        EntryFilter::block()
    } else {
        ObjectFilter::block()
    }
}

/// Validates the `config` block of a list.
pub fn validate_list(resource_type: &ResourceType, config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    check(&list_block(resource_type), config, &mut diagnostics);
    for name in ["namespace", "name_pattern"] {
        if config.attribute(name).as_str() == Some("") {
            diagnostics.error_at(
                &Path::of(name),
                "Invalid Attribute Value",
                format!("`{name}` is empty. Remove it, or set it to `*` for all."),
            );
        }
    }
    diagnostics
}

/// Where to search.
pub(super) enum Searched {
    /// One namespace.
    One(String),
    /// Those of all tenants that can be read.
    All,
}

/// Where a list searches. None if there is no namespace, with diagnostics.
pub(super) fn searched(
    config: &Value,
    namespace: &Namespace,
    diagnostics: &mut Diagnostics,
) -> Option<Searched> {
    match (config.attribute("namespace").as_str(), namespace) {
        (Some(ALL), _) => Some(Searched::All),
        (Some(namespace), _) => Some(Searched::One(namespace.to_owned())),
        (None, Namespace::Known(namespace)) => Some(Searched::One(namespace.clone())),
        (None, _) => {
            diagnostics.error_at(
                &Path::of("namespace"),
                "Missing namespace",
                "Neither this list nor the provider has a namespace. Set `namespace`, for example to `tenant-acme`, or \
                 to `*` for all tenants that you can read.",
            );
            None
        }
    }
}

/// Which of the objects a list returns.
pub(super) struct Filter {
    pub(super) selector: Option<String>,
    name: Option<String>,
    is_ready: Option<bool>,
    includes_inline: bool,
}

impl Filter {
    pub(super) fn of(config: &Value) -> Filter {
        let text = |name: &str| config.attribute(name).as_str().map(str::to_owned);
        Filter {
            selector: text("label_selector").filter(|selector| !selector.trim().is_empty()),
            name: text("name_pattern").map(|pattern| expression(&pattern)),
            is_ready: config.attribute("ready").as_bool(),
            includes_inline: config.attribute("include_inline").as_bool() == Some(true),
        }
    }

    /// Whether an object is listed. One that is being deleted is not.
    pub(super) fn includes(&self, resource_type: &ResourceType, object: &Object) -> bool {
        let is_ready = || resource_type.lifecycle.not_ready_reason(object).is_none();
        let is_inline = || {
            let owner = object.annotations.contains_key(OPERATION);
            resource_type.entry.is_some() && !owner
        };
        !object.is_terminating
            && self
                .name
                .as_deref()
                .is_none_or(|pattern| whole(pattern, &object.name))
            && self.is_ready.is_none_or(|wanted| wanted == is_ready())
            && (self.includes_inline || !is_inline())
    }
}

/// A pattern with `*` and `?` as a regular expression.
fn expression(pattern: &str) -> String {
    let parts = pattern.chars().map(|letter| match letter {
        '*' => ".*".to_owned(),
        '?' => ".".to_owned(),
        letter => regex_lite::escape(&letter.to_string()),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_names() {
        let matches = |pattern: &str, name: &str| whole(&expression(pattern), name);
        for (pattern, name) in [
            ("*", "main"),
            ("shop-*", "shop-a"),
            ("m?in", "main"),
            ("*/app", "main/app"),
            ("a.b", "a.b"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("shop", "shop-a"),
            ("a.b", "axb"),
            ("m?in", "min"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
