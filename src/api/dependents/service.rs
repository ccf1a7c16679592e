use kube::api::DynamicObject;
use serde_json::Value as Json;

/// The addresses and ports of an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The public addresses. None until the platform has assigned one.
    pub addresses: Vec<String>,
    /// The ports.
    pub ports: Vec<u16>,
}

impl Service {
    pub(super) fn from_object(object: &DynamicObject) -> Service {
        let list = |path: &str| {
            let found = object.data.pointer(path);
            found.and_then(Json::as_array)
        };
        let ingress = list("/status/loadBalancer/ingress");
        let address = |entry: &Json| {
            let text = entry.get("ip").or_else(|| entry.get("hostname"))?;
            text.as_str().map(str::to_owned)
        };
        let port = |entry: &Json| entry.get("port")?.as_u64()?.try_into().ok();
        Service {
            addresses: ingress.into_iter().flatten().filter_map(address).collect(),
            ports: list("/spec/ports")
                .into_iter()
                .flatten()
                .filter_map(port)
                .collect(),
        }
    }
}
