//! Addresses of lists and objects. Names come from configurations, states and the platform: each is checked here
//! before it becomes part of an address.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::api::error::Error;

/// The longest name of an object.
const MAX_NAME: usize = 253;

/// The address of the objects of a kind, in a namespace or cluster-wide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListAddress {
    path: String,
    kind: String,
    /// The labels that the objects have, encoded; none for all objects.
    selector: Option<String>,
}

impl ListAddress {
    /// The objects of a kind in a namespace. `group` is the start of the address, such as
    /// `/apis/apps.example.org/v1`.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] if the namespace has an invalid name.
    pub(crate) fn namespaced(
        group: &str,
        namespace: &str,
        plural: &str,
        kind: &str,
    ) -> Result<ListAddress, Error> {
        let namespace = checked(namespace)?;
        Ok(ListAddress {
            path: format!("{group}/namespaces/{namespace}/{plural}"),
            kind: kind.to_owned(),
            selector: None,
        })
    }

    /// The cluster-wide objects of a kind.
    pub(crate) fn global(group: &str, plural: &str, kind: &str) -> ListAddress {
        ListAddress {
            path: format!("{group}/{plural}"),
            kind: kind.to_owned(),
            selector: None,
        }
    }

    /// Only the objects with this label.
    pub(crate) fn with_label(self, (key, value): (&str, &str)) -> ListAddress {
        self.with_selector(&format!("{key}={value}"))
    }

    /// Only the objects with labels that a selector selects, such as `team=shop,!temporary`.
    pub(crate) fn with_selector(self, selector: &str) -> ListAddress {
        let selector = utf8_percent_encode(selector, NON_ALPHANUMERIC);
        ListAddress {
            selector: Some(selector.to_string()),
            ..self
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The path with the selector as a query.
    pub(crate) fn path_and_query(&self) -> String {
        match &self.selector {
            Some(selector) => format!("{}?labelSelector={selector}", self.path),
            None => self.path.clone(),
        }
    }

    /// The kind of the objects.
    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }

    /// The address of one object.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] if the name is invalid.
    pub(crate) fn item(&self, name: &str) -> Result<String, Error> {
        Ok(format!("{}/{}", self.path, checked(name)?))
    }
}

/// The same name, if it is valid for a Kubernetes object: a DNS subdomain, none of whose characters has a meaning in
/// an address.
///
/// # Errors
/// [`Error::InvalidRequest`] if it is not.
pub(crate) fn checked(name: &str) -> Result<&str, Error> {
    if is_valid_name(name) {
        return Ok(name);
    }
    let cause = format!(
        "{name:?} is not a valid name: names have lower-case letters, digits, dashes and dots"
    );
    Err(Error::InvalidRequest { cause })
}

/// Whether an object can have this name.
pub(crate) fn is_valid_name(name: &str) -> bool {
    let is_end = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_label = |label: &[u8]| {
        label.first().is_some_and(|c| is_end(*c))
            && label.last().is_some_and(|c| is_end(*c))
            && label.iter().all(|c| is_end(*c) || *c == b'-')
    };
    name.len() <= MAX_NAME && name.as_bytes().split(|c| *c == b'.').all(is_label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_has_the_names_of_namespace_and_object() {
        let list =
            ListAddress::namespaced("/apis/g/v1", "tenant-acme", "buckets", "Bucket").unwrap();
        assert_eq!(list.path(), "/apis/g/v1/namespaces/tenant-acme/buckets");
        let item = list.item("a.b-1").unwrap();
        assert_eq!(item, "/apis/g/v1/namespaces/tenant-acme/buckets/a.b-1");
        assert_eq!(
            ListAddress::global("/g", "x", "X").item("y").unwrap(),
            "/g/x/y"
        );
    }

    #[test]
    fn a_list_of_what_has_a_label_is_another_list() {
        let list = ListAddress::global("/g", "pods", "Pod");
        assert_eq!(list.path_and_query(), "/g/pods");
        let labelled = list.with_label(("a.io/b", "c-d"));
        assert_eq!(
            labelled.path_and_query(),
            "/g/pods?labelSelector=a%2Eio%2Fb%3Dc%2Dd"
        );
        assert_eq!(labelled.item("x").unwrap(), "/g/pods/x");
    }

    #[test]
    fn characters_with_a_meaning_in_an_address_are_refused() {
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "a?b",
            "h#frag",
            "a%2fb",
            "a b",
            "App",
            "ä",
            "-a",
            "a-",
            "a..b",
            "../../api/v1/namespaces/kube-system/secrets/y?z=",
            "a\n",
            "a;b",
            "a\\b",
            "a:b",
            "a@b",
        ] {
            assert!(!is_valid_name(name), "{name:?}");
            let error = ListAddress::namespaced("/g", name, "x", "X").unwrap_err();
            assert!(error.to_string().contains("is not a valid name"), "{error}");
            assert!(
                ListAddress::global("/g", "x", "X").item(name).is_err(),
                "{name:?}"
            );
        }
        assert!(!is_valid_name(&"a".repeat(MAX_NAME + 1)));
    }

    proptest! {
        #[test]
        fn no_name_changes_the_rest_of_an_address(name in "\\PC{0,12}|[a-z./%?#-]{0,12}") {
            if let Ok(path) = ListAddress::global("/g", "x", "X").item(&name) {
                let uri: http::Uri = format!("https://a{path}").parse().unwrap();
                prop_assert_eq!(uri.path(), format!("/g/x/{name}"));
                prop_assert!(uri.query().is_none());
            }
        }
    }
}
