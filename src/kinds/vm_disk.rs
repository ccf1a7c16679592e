use serde_json::Value as Json;

use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, NameRule, OutputSet, Timeouts, UsedBy};
use crate::schema::{Bytes, Scope, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_vm_disk",
    title: "Disk of a virtual machine",
    description: "A disk for virtual machines: empty, or filled once from an image, a URL, another \
                  disk or an upload. A `hikube_vm` attaches it by its name.",
    subcategory: "Virtual machines",
    api_resource: || ApiResource::application("VMDisk", "vmdisks"),
    release_prefix: "vm-disk-",
    lifecycle: &Application,
    name_rule: NameRule::Label,
    spec: VmDisk::block,
    // An upload comes later, and storage of this class is filled when a machine uses the disk (read in the
    // platform's charts and releases).
    waits_by_default: |object| {
        let source = object.spec.get("source");
        let waits_for_upload = source.is_some_and(|source| source.get("upload").is_some());
        let class = object.spec.get("storageClass").and_then(Json::as_str);
        !waits_for_upload && class != Some("local")
    },
    dependents: Kind::NO_DEPENDENTS,
    dependents_timeout: None,
    outputs: OutputSet::NONE,
    timeouts: Timeouts::USUAL,
    used_by: Some(UsedBy {
        api_resource: super::vm::KIND.api_resource,
        type_name: super::vm::KIND.type_name,
        title: "virtual machine",
        attribute: "disks",
        uses: |machine, disk| {
            let disks = machine.spec.get("disks").and_then(Json::as_array);
            let mut disks = disks.into_iter().flatten();
            disks.any(|one| one.get("name").and_then(Json::as_str) == Some(disk))
        },
    }),
    needs: None,
};

#[derive(Spec)]
#[spec(rules(source_says_from_where))]
struct VmDisk {
    /// What the disk is filled with when it is made: exactly one of `image`, `http`, `disk` and
    /// `upload`. Left out, the disk is empty.
    #[spec(replace)]
    source: Option<Source>,
    /// Whether the machine sees the disk as a CD-ROM, as it needs for an ISO image. A machine takes
    /// a change up when it is itself changed and restarted.
    #[spec(default = false)]
    optical: Option<bool>,
    /// The size of the disk, such as `20Gi`; at least that of what it is filled with. The partition
    /// and the file system in the machine grow only when the machine grows them.
    #[spec(default = "5Gi", grow_only)]
    storage: Option<Bytes>,
    /// The class of storage the disk lies in: on Hikube `replicated`, which survives the loss of a
    /// node, or `local`, which is faster and does not.
    #[spec(default = "replicated", replace)]
    storage_class: Option<String>,
}

#[derive(Spec)]
#[spec(rules(one_source))]
struct Source {
    /// Copies an image the platform offers.
    image: Option<Image>,
    /// Downloads an image.
    http: Option<Http>,
    /// Copies another disk of the same tenant as it is at that moment.
    #[spec(since = "1.3")]
    disk: Option<Disk>,
    /// Waits for you to upload an image: write `upload = {}`, apply, then run `virtctl image-upload
    /// dv vm-disk-NAME -n NAMESPACE --image-path FILE`. Until then no machine can start from the
    /// disk.
    upload: Option<Upload>,
}

#[derive(Spec)]
struct Image {
    /// The name of the image as the platform lists it, such as `ubuntu-2404` or `debian-12`.
    name: String,
}

#[derive(Spec)]
struct Http {
    /// Where the image is downloaded from, reachable from the platform: a raw, qcow2 or ISO file,
    /// also compressed with gz or xz.
    #[spec(pattern("https?://.+", "a URL that starts with `http://` or `https://`"))]
    url: String,
}

#[derive(Spec)]
struct Disk {
    /// The name of the disk to copy. It must exist already, and the new disk must be at least as
    /// large.
    name: String,
}

#[derive(Spec)]
struct Upload {}

fn source_says_from_where(scope: &mut Scope<'_>) {
    let source = scope.get("source");
    let is_empty = source
        .as_map()
        .is_some_and(|entries| entries.values().all(|value| value.is_null()));
    if is_empty {
        scope.error(
            "source",
            "Missing Attribute Value",
            "`source` is given and does not say what to fill the disk with. Give one of `image`, \
             `http`, `disk` and `upload`, or leave `source` out for an empty disk.",
        );
    }
}

fn one_source(scope: &mut Scope<'_>) {
    scope.at_most_one(&["image", "http", "disk", "upload"]);
}
