use crate::api::MANAGED_BY;
use crate::resource::declaration::kind::NameRule;
use crate::resource::resource_type::ResourceType;
use crate::schema::Diagnostics;
use crate::schema::pattern::whole as is;
use crate::value::{Path, Value};

/// Validates a name by the rules that the platform checks on create. Release 0.41 accepts names that it cannot install.
pub(crate) fn check_name(
    resource_type: &ResourceType,
    name: &Value,
    diagnostics: &mut Diagnostics,
) {
    let Some(name) = name.as_str() else { return };
    let prefix = &resource_type.release_prefix;
    let (longest, why) = resource_type.lifecycle.longest_name(prefix);
    let must = match resource_type.name_rule {
        NameRule::Tenant if !is(r"[a-z][a-z0-9]*", name) => {
            "must contain only lowercase letters and digits, and start with a letter. A tenant name cannot contain dashes: \
             they separate a tenant from its parent in the namespace"
                .to_owned()
        }
        NameRule::Label if !is(r"[a-z]([-a-z0-9]*[a-z0-9])?", name) => {
            "must contain only lowercase letters, digits and dashes, start with a letter and not end with a dash"
                .to_owned()
        }
        _ if name.len() > longest => format!(
            "must have at most {longest} characters, but has {}: {why}",
            name.len()
        ),
        _ => return,
    };
    diagnostics.error_at(
        &Path::of("name"),
        "Invalid Attribute Value",
        format!("`name` {must}."),
    );
}

/// Namespace and name of an id, `namespace/name`. None if it is invalid, and could not be part of a URL.
pub(crate) fn place_of(id: &str) -> Option<(&str, &str)> {
    let (namespace, name) = id.split_once('/')?;
    (is_namespace(namespace) && is(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", name))
        .then_some((namespace, name))
}

/// Namespace and name of the id of an entry, `namespace/object/key`, whose name is `object/key`. None if it is invalid.
pub(crate) fn place_of_entry(id: &str) -> Option<(&str, &str)> {
    let (object, key) = id.rsplit_once('/')?;
    let (namespace, _) = place_of(object)?;
    let name = &id[namespace.len() + 1..];
    (!key.is_empty()).then_some((namespace, name))
}

/// Whether a text is a valid namespace.
pub(crate) fn is_namespace(text: &str) -> bool {
    is(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", text) && text.len() <= 63
}

/// Validates the syntax of a namespace.
pub(crate) fn check_namespace(namespace: &Value, diagnostics: &mut Diagnostics) {
    let Some(namespace) = namespace.as_str() else {
        return;
    };
    if !is_namespace(namespace) {
        diagnostics.error_at(
            &Path::of("namespace"),
            "Invalid Attribute Value",
            "`namespace` must be at most 63 lowercase letters, digits and dashes, such as `tenant-acme`.",
        );
    }
}

/// Validates labels or annotations: the platform would reject or lose invalid ones.
pub(crate) fn check_labels(
    resource_type: &ResourceType,
    attribute: &str,
    labels: &Value,
    diagnostics: &mut Diagnostics,
) {
    let longest = resource_type.lifecycle.longest_label_key();
    for (key, value) in labels.as_map().into_iter().flatten() {
        let path = Path::of(attribute).key(key);
        let (domain, name) = key
            .rsplit_once('/')
            .map_or((None, key.as_str()), |(d, n)| (Some(d), n));
        let must = if key == MANAGED_BY.0 {
            "is reserved for the provider".to_owned()
        } else if !is(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", name) || name.len() > 63 {
            "must be at most 63 letters, digits, `-`, `_` and `.`, optionally after a domain and a `/`"
                .to_owned()
        } else if domain.is_none() && name.len() > longest {
            format!("must have at most {longest} characters: the platform puts a prefix before it")
        } else if domain.is_some_and(|domain| !is(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", domain)) {
            "must have a domain such as `example.com` before the `/`".to_owned()
        } else if attribute == "labels"
            && value.as_str().is_some_and(|value| !is_label_value(value))
        {
            diagnostics.error_at(
                &path,
                "Invalid Attribute Value",
                "The value of a label must be at most 63 letters, digits, `-`, `_` and `.`, and begin and end with a letter or \
                 digit. Use `annotations` for longer texts.",
            );
            continue;
        } else {
            continue;
        };
        diagnostics.error_at(
            &path,
            "Invalid Attribute Value",
            format!("The key `{key}` {must}."),
        );
    }
}

fn is_label_value(value: &str) -> bool {
    value.is_empty() || value.len() <= 63 && is(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_two_names_that_can_stand_in_an_address() {
        assert_eq!(place_of("tenant-acme/main"), Some(("tenant-acme", "main")));
        // Release 0.41 accepts names that cannot be installed, and it must be possible to destroy such objects.
        assert_eq!(place_of("tenant-a/a.b"), Some(("tenant-a", "a.b")));
        assert_eq!(
            place_of_entry("tenant-a/main/App_1"),
            Some(("tenant-a", "main/App_1"))
        );
        for id in ["", "a", "a/b", "a/b/", "/b/c", "a//c", "a/b/c/d", "A/b/c"] {
            assert_eq!(place_of_entry(id), None, "{id}");
        }
        for id in [
            "", "/", "a", "a/", "/a", "a/b/c", "A/b", "a/B", "a b/c", "a/My DB", "a/b?c", "a/../b",
            "a/ü", "a.b/c",
        ] {
            assert_eq!(place_of(id), None, "{id}");
        }
    }
}
