//! Counts of requests.
use std::collections::BTreeMap;

/// Requests by verb and resource.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// All requests to the API.
    pub(crate) total: u64,
    /// Requests by verb, then resource.
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
