//! The services that a tenant enables: for each an application with a fixed name in the tenant's namespace.
use crate::controller::changed;
use crate::object::{Object, now};
use crate::options::Options;
use crate::store::World;
use serde_json::Value;

/// The attribute of the tenant and the kind of the application. Both have the application's name.
const MODULES: [(&str, &str); 4] = [
    ("etcd", "Etcd"),
    ("ingress", "Ingress"),
    ("monitoring", "Monitoring"),
    ("seaweedfs", "SeaweedFS"),
];

/// Creates the modules that a tenant enables, and removes the others.
pub(crate) fn settle(world: &mut World, options: &Options, namespace: &str, tenant: &Value) {
    for (switch, kind) in MODULES {
        let key = (namespace.to_owned(), switch.to_owned());
        let is_there = world.objects.contains_key(&key);
        match tenant[switch].as_bool() {
            Some(true) if !is_there => {
                let object = module(world, namespace, switch, kind);
                world.put(&key, object, "ADDED");
                changed(world, options, &key);
            }
            Some(true) => {}
            _ if is_there => world.remove(&key, None),
            _ => {}
        }
    }
}

fn module(world: &mut World, namespace: &str, name: &str, kind: &str) -> Object {
    Object {
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        label_name: name.to_owned(),
        uid: world.uid(),
        version: 0,
        created: now(),
        deleted: None,
        labels: Default::default(),
        annotations: Default::default(),
        spec: serde_json::json!({}),
        revision: None,
        conditions: Vec::new(),
        finalizer: false,
        generation: 1,
        observed: 0,
        releases: 0,
    }
}
