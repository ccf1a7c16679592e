//! Counts of what clients asked for.
use std::collections::BTreeMap;

/// Requests by verb and resource.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// All requests to the API.
    pub(crate) total: u64,
    /// The same by verb, then resource.
    pub(crate) requests: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Stats {
    /// Counts a request.
    pub(crate) fn count(&mut self, verb: &str, resource: &str) {
        self.total += 1;
        let of_verb = self.requests.entry(verb.to_owned()).or_default();
        *of_verb.entry(resource.to_owned()).or_default() += 1;
    }
}

/// The verb and the resource of a request, as Kubernetes tells them apart.
pub(crate) fn verb_and_resource(method: &str, path: &str, query: &str) -> (String, String) {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let inside = match parts.as_slice() {
        ["api", _, rest @ ..] | ["apis", _, _, rest @ ..] => rest,
        _ => &[],
    };
    let (resource, named) = match inside {
        ["namespaces", _, resource, rest @ ..] => (*resource, !rest.is_empty()),
        [resource, rest @ ..] => (*resource, !rest.is_empty()),
        [] => (parts.first().copied().unwrap_or("/"), true),
    };
    let watches = query
        .split('&')
        .any(|pair| matches!(pair, "watch=1" | "watch=true"));
    let verb = match method {
        "GET" if named => "get",
        "GET" if watches => "watch",
        "GET" => "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" if named => "delete",
        "DELETE" => "deletecollection",
        other => other,
    };
    (verb.to_owned(), resource.to_owned())
}

#[cfg(test)]
mod tests {
    use super::verb_and_resource;

    #[test]
    fn paths_are_read_as_kubernetes_reads_them() {
        let base = "/apis/apps.cozystack.io/v1alpha1";
        for (method, path, query, expected) in [
            (
                "GET",
                format!("{base}/namespaces/a/redises/b"),
                "",
                ("get", "redises"),
            ),
            (
                "GET",
                format!("{base}/namespaces/a/redises"),
                "x=1&watch=1",
                ("watch", "redises"),
            ),
            ("GET", format!("{base}/redises"), "", ("list", "redises")),
            (
                "PUT",
                format!("{base}/namespaces/a/redises/b"),
                "",
                ("update", "redises"),
            ),
            (
                "GET",
                "/api/v1/namespaces/a/secrets/b".to_owned(),
                "",
                ("get", "secrets"),
            ),
            ("GET", "/openapi/v3".to_owned(), "", ("get", "openapi")),
        ] {
            let (verb, resource) = verb_and_resource(method, &path, query);
            assert_eq!((verb.as_str(), resource.as_str()), expected);
        }
    }
}
