//! The attributes of a request that authorization uses, derived from method and path as in Kubernetes.

/// The parts of a request that permissions and statistics refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attributes<'a> {
    pub(crate) verb: &'static str,
    /// Empty for the core API.
    pub(crate) group: &'a str,
    pub(crate) namespace: Option<&'a str>,
    pub(crate) resource: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) subresource: Option<&'a str>,
    /// Whether the request refers to a resource, not to the API itself.
    pub(crate) objects: bool,
}

impl<'a> Attributes<'a> {
    /// Derives the attributes of a request.
    pub(crate) fn of(method: &str, path: &'a str, query: &str) -> Attributes<'a> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (group, inside): (&str, &[&str]) = match parts.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (group, rest),
            _ => ("", &[]),
        };
        let none: &[&str] = &[];
        let (namespace, resource, rest) = match inside {
            ["namespaces", namespace, resource, rest @ ..] => (Some(*namespace), *resource, rest),
            // A Namespace belongs to itself.
            [resource @ "namespaces", rest @ ..] => (rest.first().copied(), *resource, rest),
            [resource, rest @ ..] => (None, *resource, rest),
            [] => (None, parts.first().copied().unwrap_or("/"), none),
        };
        let objects = !inside.is_empty();
        let name = rest.first().copied();
        Attributes {
            verb: verb(method, name.is_some() || !objects, query),
            group,
            namespace,
            resource,
            name,
            subresource: rest.get(1).copied(),
            objects,
        }
    }

    /// Whether the verb only reads.
    pub(crate) fn reads(&self) -> bool {
        matches!(self.verb, "get" | "list" | "watch")
    }
}

fn verb(method: &str, named: bool, query: &str) -> &'static str {
    let watches = query
        .split('&')
        .any(|pair| matches!(pair, "watch=1" | "watch=true"));
    match method {
        "GET" | "HEAD" if named => "get",
        "GET" | "HEAD" if watches => "watch",
        "GET" | "HEAD" => "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" if named => "delete",
        "DELETE" => "deletecollection",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::Attributes;

    #[test]
    fn paths_are_read_as_kubernetes_reads_them() {
        let base = "/apis/apps.cozystack.io/v1alpha1";
        for (method, path, query, expected) in [
            (
                "GET",
                format!("{base}/namespaces/a/redises/b"),
                "",
                "get redises a b",
            ),
            (
                "GET",
                format!("{base}/namespaces/a/redises"),
                "x=1&watch=1",
                "watch redises a ",
            ),
            ("GET", format!("{base}/redises"), "", "list redises  "),
            (
                "PUT",
                format!("{base}/namespaces/a/redises/b"),
                "",
                "update redises a b",
            ),
            (
                "DELETE",
                format!("{base}/namespaces/a/redises"),
                "",
                "deletecollection redises a ",
            ),
            (
                "GET",
                "/api/v1/namespaces/a/secrets/b".to_owned(),
                "",
                "get secrets a b",
            ),
            (
                "GET",
                "/api/v1/namespaces/a".to_owned(),
                "",
                "get namespaces a a",
            ),
            (
                "GET",
                "/api/v1/namespaces".to_owned(),
                "",
                "list namespaces  ",
            ),
            ("GET", "/openapi/v3".to_owned(), "", "get openapi  "),
        ] {
            let read = Attributes::of(method, &path, query);
            let (namespace, name) = (read.namespace.unwrap_or(""), read.name.unwrap_or(""));
            let text = format!("{} {} {namespace} {name}", read.verb, read.resource);
            assert_eq!(text, expected, "{path}");
        }
    }

    #[test]
    fn the_api_itself_is_no_object() {
        for path in [
            "/",
            "/version",
            "/apis",
            "/apis/apps.cozystack.io/v1alpha1",
            "/api/v1",
        ] {
            assert!(!Attributes::of("GET", path, "").objects, "{path}");
        }
    }
}
