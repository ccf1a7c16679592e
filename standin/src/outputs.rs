//! The parts of a ready application: credentials, addresses, workloads and their monitor.
use crate::machines;
use crate::object::{Object, now};
use crate::part::{Part, Sort};
use crate::store::World;
use crate::workloads;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// A part without metadata.
pub(crate) struct Output {
    pub(crate) sort: Sort,
    pub(crate) name: String,
    pub(crate) visible: bool,
    pub(crate) content: Value,
}

impl Output {
    /// A Secret that is visible to tenants.
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

    /// A Secret with one key.
    pub(crate) fn secret_of(name: String, key: &str, text: impl Into<String>) -> Output {
        Output::secret(name, [(key.to_owned(), text.into())])
    }

    /// A Service, with an external address if `external` is true.
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

    /// The pod of a virtual machine.
    pub(crate) fn machine_pod(release: &str, suffix: &str) -> Output {
        let content = json!({"spec": {}, "status": {"phase": "Running", "podIP": null}});
        Output {
            sort: Sort::Pod,
            name: format!("virt-launcher-{release}-{suffix}"),
            visible: false,
            content,
        }
    }

    /// The Secret, hidden from tenants.
    pub(crate) fn hidden(mut self) -> Output {
        self.visible = false;
        self
    }

    fn monitor(name: String, object: &Object, values: &Value) -> Output {
        let replicas = values["replicas"].as_u64().unwrap_or(1);
        let kind = object.kind.to_lowercase();
        // An application without pods requires none.
        let podless = matches!(object.kind.as_str(), "Bucket" | "VMDisk");
        let (least, replicas) = if podless { (0, 0) } else { (1, replicas) };
        let content = json!({
            "spec": {
                "selector": {"app.kubernetes.io/instance": name}, "kind": kind, "type": kind,
                "version": "0.1.0", "minReplicas": least, "replicas": replicas,
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

/// Which parts of an application are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All except credentials and addresses, which are created later or never. Existing parts are kept.
    Early,
    /// All. Parts that are no longer required are deleted.
    Full,
}

/// Updates the parts of an application to match its values: adds, changes and deletes parts.
pub(crate) fn bring(
    world: &mut World,
    object: &Object,
    release: &str,
    values: &Value,
    extent: Extent,
) {
    let host = world.services(&object.namespace).host;
    let mut outputs = crate::charts::outputs(object, release, values, &host);
    if matches!(object.kind.as_str(), "VMInstance" | "VirtualMachine") {
        outputs.extend(machines::installed(world, object, release, values));
    }
    if world
        .facts
        .by_kind(&object.kind)
        .is_some_and(|kind| kind.monitored())
    {
        outputs.push(Output::monitor(release.to_owned(), object, values));
        outputs.extend(workloads::of(object, release, values));
    }
    if extent == Extent::Early {
        outputs.retain(|output| output.sort != Sort::Secret);
    } else {
        let owned = world
            .parts
            .of(&object.namespace, &object.kind, &object.name);
        for key in owned {
            let is_wanted = |output: &Output| output.sort == key.0 && output.name == key.2;
            if !outputs.iter().any(is_wanted) {
                world.end_part(&key);
            }
        }
    }
    for output in outputs {
        place(world, object, release, output, extent);
    }
}

/// Creates or updates the pod of a virtual machine.
pub(crate) fn place_pod(world: &mut World, object: &Object, release: &str, pod: Output) {
    place(world, object, release, pod, Extent::Full);
}

fn place(world: &mut World, object: &Object, release: &str, output: Output, extent: Extent) {
    let address = world.version;
    let mut part = Part {
        sort: output.sort,
        namespace: object.namespace.clone(),
        name: output.name,
        owner: (object.kind.clone(), object.name.clone()),
        release: release.to_owned(),
        visible: output.visible,
        uid: world.uid(),
        version: 0,
        created: now(),
        left: false,
        content: output.content,
    };
    let before = world.parts.get(part.sort, &part.namespace, &part.name);
    if let Some(before) = before {
        part.uid.clone_from(&before.uid);
        part.created = before.created;
        keep_status(&mut part, before);
    }
    if part.content["status"]["loadBalancer"].is_null() && part.sort == Sort::Service {
        part.content["status"] = if extent == Extent::Full {
            let ip = format!("203.0.113.{}", 10 + address % 240);
            json!({"loadBalancer": {"ingress": [{"ip": ip}]}})
        } else {
            json!({"loadBalancer": {}})
        };
    }
    let runs = part.content["status"]["phase"] == "Running";
    if part.content["status"]["podIP"].is_null() && part.sort == Sort::Pod && runs {
        let ip = format!("10.244.{}.{}", address / 250 % 250, 2 + address % 250);
        part.content["status"]["podIP"] = json!(ip);
    }
    let is_same = |before: &Part| {
        before.content == part.content && before.left == part.left && before.owner == part.owner
    };
    if !before.is_some_and(is_same) {
        world.put_part(part);
    }
}

/// Keeps fields of a part that were set outside of its chart.
fn keep_status(part: &mut Part, before: &Part) {
    match part.sort {
        // A Service keeps its address.
        Sort::Service
            if part.content["status"]["loadBalancer"].is_null() && before.has_address() =>
        {
            part.content["status"] = before.content["status"].clone();
        }
        Sort::Pod | Sort::Monitor => part.content["status"] = before.content["status"].clone(),
        Sort::Workload => {
            let running = before.content["status"]["operational"].clone();
            part.content["status"]["operational"] = running;
        }
        _ => {}
    }
}

/// Marks an application's workloads as running or not. Returns the monitor's new version, if it changed.
pub(crate) fn operational(world: &mut World, object: &Object, runs: bool) -> Option<u64> {
    let owned = world
        .parts
        .of(&object.namespace, &object.kind, &object.name);
    for (sort, namespace, name) in owned.iter().filter(|key| key.0 == Sort::Workload) {
        let part = world.parts.get(*sort, namespace, name).cloned();
        if let Some(mut part) = part.filter(|part| !is_operational(part, runs)) {
            part.content["status"]["operational"] = json!(runs);
            world.put_part(part);
        }
    }
    let mut monitor = world.monitor(object)?.clone();
    if is_operational(&monitor, runs) {
        return None;
    }
    let replicas = monitor.content["spec"]["replicas"].clone();
    let available = if runs { replicas.clone() } else { json!(0) };
    monitor.content["status"] =
        json!({"operational": runs, "availableReplicas": available, "observedReplicas": replicas});
    world.put_part(monitor);
    Some(world.version)
}

fn is_operational(part: &Part, runs: bool) -> bool {
    part.content["status"]["operational"] == json!(runs)
}
