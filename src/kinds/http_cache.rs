use super::shared::{Endpoint, Preset, Resources};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, Observe, Observed, OutputSet, Outputs};
use crate::schema::{Bytes, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_http_cache",
    title: "HTTP cache",
    description: "A cache (HAProxy and nginx) in front of HTTP servers. The responses of the servers decide what it keeps, \
                  and for how long.",
    subcategory: "Network",
    api_resource: || ApiResource::application("HTTPCache", "httpcaches"),
    release_prefix: "http-cache-",
    spec: HttpCache::block,
    dependents: |object| SERVER.if_external(object).into_iter().collect(),
    outputs: OutputSet::of::<HttpCacheOutputs>(),
    ..Kind::new(&Application)
};

/// Read in the platform's charts.
const SERVER: Endpoint = Endpoint("http-cache-{name}-haproxy");

#[derive(Outputs)]
struct HttpCacheOutputs {
    /// Host name inside the platform (port 80).
    #[output(use_state_for_unknown, known_at_plan = |values| SERVER.planned_host(values))]
    host: String,
    /// Public address (port 80). Null unless `external` is `true`.
    #[output(unknown_when_changed("external"))]
    external_host: Option<String>,
}

impl Observe for HttpCacheOutputs {
    fn observe(seen: &Observed, _: &Value) -> HttpCacheOutputs {
        HttpCacheOutputs {
            host: SERVER.host(&seen.object),
            external_host: SERVER.address(seen),
        }
    }
}

#[derive(Spec)]
struct HttpCache {
    /// Size of each nginx server's volume with the cached responses, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    size: Option<Bytes>,
    /// Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class.
    #[spec(default = "", replace)]
    storage_class: Option<String>,
    /// Whether the cache has a public address (port 80). Setting this to `false` releases the address.
    #[spec(default = false, loses = "the public address")]
    external: Option<bool>,
    /// HTTP servers behind the cache, each as `IP:PORT`.
    #[spec(pattern(
        ".*[^:]:[0-9]{1,5}",
        "an address and a port, such as `192.0.2.10:8080`"
    ))]
    endpoints: Option<Vec<String>>,
    /// HAProxy, which spreads requests over the nginx servers.
    haproxy: Option<Servers>,
    /// nginx, which caches the responses.
    nginx: Option<Servers>,
}

#[derive(Spec)]
struct Servers {
    /// Number of servers.
    #[spec(default = 2, min = 1)]
    replicas: Option<i64>,
    /// CPU and memory of each server. Overrides `resources_preset`. Changing this restarts the servers one at a time.
    resources: Option<Resources>,
    /// CPU and memory of each server, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this
    /// restarts the servers one at a time.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::expectations::{accepted, refused};

    #[test]
    fn an_endpoint_has_a_port() {
        accepted(&KIND, &json!({ "endpoints": ["192.0.2.10:80", "?"] }));
        refused(
            &KIND,
            &json!({ "endpoints": ["192.0.2.10"] }),
            "an address and a port",
        );
    }
}
