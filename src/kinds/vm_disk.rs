use serde_json::Value as Json;

use super::shared::{Lookup, missing};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::{Kind, UsedBy, WaitFor};
use crate::schema::{Bytes, Scope, Spec};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_vm_disk",
    title: "VM disk",
    description: "A disk for virtual machines: empty, or filled on creation from an image, a URL, another disk or an \
                  upload. It is attached with `disks` of `hikube_vm`.",
    subcategory: "Virtual machines",
    api_resource: || ApiResource::application("VMDisk", "vmdisks"),
    release_prefix: "vm-disk-",
    spec: VmDisk::block,
    // An upload follows the apply, and `local` volumes are filled when a machine uses the disk (read in the
    // platform's charts and releases).
    waits_for: |object| {
        let source = object.spec.get("source");
        let waits_for_upload = source.is_some_and(|source| source.get("upload").is_some());
        let class = object.spec.get("storageClass").and_then(Json::as_str);
        if waits_for_upload || class == Some("local") {
            WaitFor::Nothing
        } else {
            WaitFor::Workloads
        }
    },
    used_by: Some(UsedBy {
        api_resource: super::vm::KIND.api_resource,
        type_name: super::vm::KIND.type_name,
        title: super::vm::KIND.title,
        attribute: "disks",
        uses: |vm, disk| {
            let disks = vm.spec.get("disks").and_then(Json::as_array);
            let mut disks = disks.into_iter().flatten();
            disks.any(|one| one.get("name").and_then(Json::as_str) == Some(disk))
        },
    }),
    ..Kind::new(&Application)
};

#[derive(Spec)]
#[spec(rules(source_is_not_empty))]
struct VmDisk {
    /// Source of the disk's content: exactly one of `image`, `http`, `disk` and `upload`. The disk is empty if unset.
    #[spec(replace)]
    source: Option<DiskSource>,
    /// Whether the disk is attached as a CD-ROM, as an ISO image requires. A VM applies a change of this when it is
    /// itself changed and restarted.
    #[spec(default = false)]
    optical: Option<bool>,
    /// Size of the disk, for example `20Gi`. Must be at least the size of its source. Partitions and file systems
    /// grow only when the guest resizes them.
    #[spec(default = "5Gi", grow_only)]
    storage: Option<Bytes>,
    /// Storage class of the disk: on Hikube `replicated`, which survives the loss of a node, or `local`, which is
    /// faster and does not.
    #[spec(default = "replicated", replace)]
    storage_class: Option<String>,
}

#[derive(Spec)]
#[spec(rules(source_is_given_once))]
struct DiskSource {
    /// Image that the platform provides.
    image: Option<SourceImage>,
    /// Image downloaded from a URL.
    http: Option<SourceUrl>,
    /// Copy of another disk in the same tenant.
    #[spec(since = "1.3")]
    disk: Option<SourceDisk>,
    /// Image that you upload: set `upload = {}`, apply, then run `virtctl image-upload dv vm-disk-NAME -n NAMESPACE
    /// --image-path FILE`. VMs cannot start from the disk before the upload.
    upload: Option<SourceUpload>,
}

#[derive(Spec)]
struct SourceImage {
    /// Name of the image on the platform, for example `ubuntu-2404` or `debian-12`.
    name: String,
}

#[derive(Spec)]
struct SourceUrl {
    /// URL of a raw, qcow2 or ISO image, optionally compressed with gz or xz. It must be reachable from the
    /// platform.
    #[spec(pattern("https?://.+", "a URL that starts with `http://` or `https://`"))]
    url: String,
}

#[derive(Spec)]
struct SourceDisk {
    /// Name of the disk to copy. It must exist, and the new disk must be at least as large.
    name: String,
}

#[derive(Spec)]
struct SourceUpload {}

fn source_is_not_empty(scope: &mut Scope<'_>) {
    if scope.has("source") && scope.entries("source").values().all(Value::is_null) {
        let detail = "`source` is set, but none of its attributes is. Set one of `image`, `http`, `disk` and `upload`, \
                      or remove `source` for an empty disk.";
        missing(scope, "source", detail);
    }
}

fn source_is_given_once(scope: &mut Scope<'_>) {
    scope.at_most_one(&["image", "http", "disk", "upload"]);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::KIND;
    use crate::kinds::expectations::{accepted, refused};

    #[test]
    fn a_disk_has_at_most_one_source() {
        let disk = |source: Json| json!({ "source": source });
        accepted(&KIND, &json!({}));
        accepted(&KIND, &disk(json!({ "upload": {} })));
        accepted(&KIND, &disk(json!({ "image": "?", "http": "?" })));
        refused(&KIND, &disk(json!({})), "remove `source`");
        refused(
            &KIND,
            &disk(json!({ "upload": {}, "disk": { "name": "a" } })),
            "conflicts with",
        );
    }
}
