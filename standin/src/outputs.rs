//! What a ready application brings: credentials, addresses, a workload monitor.
use crate::object::{Object, now};
use crate::part::{Part, Sort};
use crate::store::{World, part_key};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// A part before it has metadata.
pub(crate) struct Output {
    pub(crate) sort: Sort,
    pub(crate) name: String,
    pub(crate) visible: bool,
    pub(crate) content: Value,
}

impl Output {
    /// A Secret tenants see.
    pub(crate) fn secret(name: String, data: impl IntoIterator<Item = (String, String)>) -> Output {
        let data: Map<String, Value> = data
            .into_iter()
            .map(|(key, text)| (key, json!(STANDARD.encode(text))))
            .collect();
        let content = json!({"type": "Opaque", "data": data});
        Output {
            sort: Sort::Secret,
            name,
            visible: true,
            content,
        }
    }

    /// The same, of one key.
    pub(crate) fn secret_of(name: String, key: &str, text: impl Into<String>) -> Output {
        Output::secret(name, [(key.to_owned(), text.into())])
    }

    /// A Service, with an address from outside where `external` says so.
    pub(crate) fn service(name: String, ports: &[u16], external: bool) -> Output {
        let ports: Vec<Value> = ports
            .iter()
            .map(|port| json!({"name": format!("p{port}"), "port": port, "protocol": "TCP"}))
            .collect();
        let (kind, status) = if external {
            ("LoadBalancer", json!({"loadBalancer": null}))
        } else {
            ("ClusterIP", json!({"loadBalancer": {}}))
        };
        let content = json!({"spec": {"type": kind, "ports": ports}, "status": status});
        Output {
            sort: Sort::Service,
            name,
            visible: true,
            content,
        }
    }

    /// The same Secret, but hidden from tenants.
    pub(crate) fn hidden(mut self) -> Output {
        self.visible = false;
        self
    }

    fn monitor(name: String, object: &Object, values: &Value) -> Output {
        let replicas = values["replicas"].as_u64().unwrap_or(1);
        let kind = object.kind.to_lowercase();
        let content = json!({
            "spec": {
                "selector": {"app.kubernetes.io/instance": name}, "kind": kind, "type": kind,
                "version": "0.1.0", "minReplicas": 1, "replicas": replicas,
            },
            "status": {},
        });
        Output {
            sort: Sort::Monitor,
            name,
            visible: false,
            content,
        }
    }
}

/// Makes an application's parts what its values ask for: new ones added, others changed or taken
/// away.
pub(crate) fn bring(world: &mut World, object: &Object, release: &str, values: &Value) {
    let mut outputs = crate::charts::outputs(object, release, values);
    if world
        .facts
        .by_kind(&object.kind)
        .is_some_and(|kind| kind.monitored())
    {
        outputs.push(Output::monitor(release.to_owned(), object, values));
    }
    let owner = (object.kind.clone(), object.name.clone());
    world.parts.retain(|_, part| {
        part.namespace != object.namespace
            || part.owner != owner
            || outputs
                .iter()
                .any(|output| output.sort == part.sort && output.name == part.name)
    });
    for output in outputs {
        place(world, object, output);
    }
}

fn place(world: &mut World, object: &Object, output: Output) {
    let address = world.version;
    let mut part = Part {
        sort: output.sort,
        namespace: object.namespace.clone(),
        name: output.name,
        owner: (object.kind.clone(), object.name.clone()),
        visible: output.visible,
        uid: world.uid(),
        version: 0,
        created: now(),
        content: output.content,
    };
    let before = world.parts.get(&part_key(&part));
    if let Some(before) = before {
        part.uid.clone_from(&before.uid);
        part.created = before.created;
    }
    match part.sort {
        Sort::Service if part.content["status"]["loadBalancer"].is_null() => {
            // An address stays as long as its Service.
            let kept = before
                .filter(|before| before.has_address())
                .map(|b| b.content["status"].clone());
            part.content["status"] = kept.unwrap_or_else(|| {
                let ip = format!("203.0.113.{}", 10 + address % 240);
                json!({"loadBalancer": {"ingress": [{"ip": ip}]}})
            });
        }
        Sort::Monitor => {
            if let Some(before) = before {
                part.content["status"] = before.content["status"].clone();
            }
        }
        _ => {}
    }
    if before.is_some_and(|before| before.content == part.content) {
        return;
    }
    part.version = world.next_version();
    world.parts.insert(part_key(&part), part);
}

/// Marks an application's workloads as running; the monitor's new version, if that is news.
pub(crate) fn operational(world: &mut World, object: &Object) -> Option<u64> {
    let version = world.version + 1;
    let owner = (object.kind.clone(), object.name.clone());
    let monitor = world.parts.values_mut().find(|part| {
        part.sort == Sort::Monitor && part.namespace == object.namespace && part.owner == owner
    })?;
    if monitor.content["status"]["operational"] == json!(true) {
        return None;
    }
    let replicas = monitor.content["spec"]["replicas"].clone();
    monitor.content["status"] =
        json!({"operational": true, "availableReplicas": replicas, "observedReplicas": replicas});
    monitor.version = version;
    world.version = version;
    Some(version)
}
