//! Addresses of what the API has. Names in them come from configurations, states and the platform itself: each
//! is checked here before it becomes a part of an address.

use super::error::Error;

/// The longest name of an object.
const LONGEST: usize = 253;

/// The address of a list: what is of one kind, in a namespace or outside of any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    path: String,
    kind: String,
}

impl List {
    /// What is of a kind in a namespace. `group` is the beginning of the address: `/apis/apps.example.org/v1`.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] where this cannot be the name of a namespace.
    pub(super) fn namespaced(
        group: &str,
        namespace: &str,
        plural: &str,
        kind: &str,
    ) -> Result<List, Error> {
        let namespace = checked(namespace)?;
        Ok(List {
            path: format!("{group}/namespaces/{namespace}/{plural}"),
            kind: kind.to_owned(),
        })
    }

    /// What is of a kind outside of namespaces.
    pub(super) fn global(group: &str, plural: &str, kind: &str) -> List {
        List {
            path: format!("{group}/{plural}"),
            kind: kind.to_owned(),
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The kind of what is there.
    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    /// The address of one of them.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] where this cannot be the name of an object.
    pub(super) fn item(&self, name: &str) -> Result<String, Error> {
        Ok(format!("{}/{}", self.path, checked(name)?))
    }
}

/// A name that an object of Kubernetes can have, a DNS subdomain: nothing in it means anything in an address.
///
/// # Errors
/// [`Error::InvalidRequest`] for any other.
pub(super) fn checked(name: &str) -> Result<&str, Error> {
    if is_possible(name) {
        return Ok(name);
    }
    let cause = format!(
        "{name:?} cannot be the name of an object: such names have lower-case letters, digits, dashes and dots"
    );
    Err(Error::InvalidRequest { cause })
}

/// Whether an object can have this name: what cannot exist is not there.
pub(super) fn is_possible(name: &str) -> bool {
    let is_end = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_label = |label: &[u8]| {
        label.first().is_some_and(|c| is_end(*c))
            && label.last().is_some_and(|c| is_end(*c))
            && label.iter().all(|c| is_end(*c) || *c == b'-')
    };
    name.len() <= LONGEST && name.as_bytes().split(|c| *c == b'.').all(is_label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_objects_are_parts_of_addresses() {
        let list = List::namespaced("/apis/g/v1", "tenant-acme", "buckets", "Bucket").unwrap();
        assert_eq!(list.path(), "/apis/g/v1/namespaces/tenant-acme/buckets");
        let item = list.item("a.b-1").unwrap();
        assert_eq!(item, "/apis/g/v1/namespaces/tenant-acme/buckets/a.b-1");
        assert_eq!(List::global("/g", "x", "X").item("y").unwrap(), "/g/x/y");
    }

    #[test]
    fn what_would_mean_something_in_an_address_is_refused() {
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
            assert!(!is_possible(name), "{name:?}");
            let error = List::namespaced("/g", name, "x", "X").unwrap_err();
            assert!(error.to_string().contains("cannot be the name"), "{error}");
            assert!(List::global("/g", "x", "X").item(name).is_err(), "{name:?}");
        }
        assert!(!is_possible(&"a".repeat(LONGEST + 1)));
    }

    proptest! {
        #[test]
        fn no_name_changes_the_rest_of_an_address(name in "\\PC{0,12}|[a-z./%?#-]{0,12}") {
            if let Ok(path) = List::global("/g", "x", "X").item(&name) {
                let uri: http::Uri = format!("https://a{path}").parse().unwrap();
                prop_assert_eq!(uri.path(), format!("/g/x/{name}"));
                prop_assert!(uri.query().is_none());
            }
        }
    }
}
