//! The `options` of `core.cozystack.io` (1.6): values that a form can offer for some fields.
use crate::store::World;
use serde_json::{Value, json};

/// The names of all options.
pub(crate) const NAMES: [&str; 12] = [
    "gpu",
    "instancetype",
    "instanceprofile",
    "network",
    "image",
    "storagepool",
    "storageclass",
    "backupclass",
    "vmdisk",
    "plan",
    "backup",
    "appkind",
];

const INSTANCE_TYPES: &[(&str, &[&str])] = &[
    (
        "s1",
        &[
            "small", "medium", "large", "xlarge", "3large", "2xlarge", "3xlarge", "4xlarge",
            "8xlarge",
        ],
    ),
    (
        "u1",
        &["medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge"],
    ),
    ("m1", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"]),
];
const PROFILES: &[&str] = &[
    "alpine",
    "centos.stream9",
    "debian",
    "fedora",
    "linux",
    "rhel.9",
    "ubuntu",
    "windows.11",
];
const IMAGES: &[&str] = &[
    "almalinux-8",
    "almalinux-9",
    "almalinux-10",
    "rocky-8",
    "rocky-9",
    "rocky-10",
    "debian-11",
    "debian-12",
    "debian-13",
    "ubuntu-2204",
    "ubuntu-2404",
    "centos-stream-9",
    "centos-stream-10",
    "oracle-8",
    "oracle-9",
    "oracle-10",
    "opensuse-156",
    "opensuse-160",
    "cloudlinux-8",
    "cloudlinux-9",
    "proxmox-8",
    "proxmox-9",
    "talos-112",
];

/// An option with its items; without items if there is no option of this name.
pub(crate) fn body(world: &World, namespace: &str, name: &str) -> Option<Value> {
    NAMES.contains(&name).then_some(())?;
    let fixed = |values: &[&str]| {
        values
            .iter()
            .map(|value| (*value).to_owned())
            .collect::<Vec<_>>()
    };
    let values: Vec<String> = match name {
        "gpu" => fixed(&["nvidia.com/AD102GL_L40S"]),
        "instancetype" => INSTANCE_TYPES
            .iter()
            .flat_map(|(series, sizes)| sizes.iter().map(move |size| format!("{series}.{size}")))
            .collect(),
        "instanceprofile" => fixed(PROFILES),
        "image" => fixed(IMAGES),
        "storageclass" => fixed(&["local", "replicated"]),
        "backupclass" => fixed(&["cozy-default"]),
        "vmdisk" => world
            .seen_all("VMDisk", Some(namespace))
            .into_iter()
            .map(|disk| disk.name)
            .collect(),
        "appkind" => world
            .facts
            .kinds
            .iter()
            .map(|kind| kind.kind.clone())
            .collect(),
        _ => Vec::new(),
    };
    let default = match name {
        "storageclass" => "replicated",
        "instancetype" => "u1.medium",
        "instanceprofile" => "ubuntu",
        _ => "",
    };
    let items: Vec<Value> = values
        .iter()
        .map(|value| {
            let is_default = value == default;
            json!({"value": value, "label": value, "description": "", "default": is_default})
        })
        .collect();
    Some(json!({
        "apiVersion": "core.cozystack.io/v1alpha1", "kind": "Option",
        "metadata": {"name": name, "namespace": namespace, "resourceVersion": "0"},
        "spec": {"items": items},
    }))
}
