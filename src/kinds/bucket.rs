use std::collections::BTreeMap;

use crate::api::Resource;
use crate::resource::{Kind, NameRule, Timeouts};
use crate::schema::Spec;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_bucket",
    title: "S3 bucket",
    description: "A bucket of S3 object storage, with its users and their access keys. Deleting it \
                  deletes the objects in it.",
    subcategory: "Storage",
    resource: Resource {
        kind: "Bucket",
        plural: "buckets",
        prefix: "bucket-",
    },
    name_rule: NameRule::Label,
    spec: Bucket::object,
    outputs: &[],
    timeouts: Timeouts::USUAL,
};

#[derive(Spec)]
struct Bucket {
    /// Whether objects can be kept from being overwritten or deleted for a time (S3 object lock).
    #[spec(default = false, replace, since = "1.3")]
    locking: Option<bool>,
    /// The pool of storage the bucket lies in, as named by the platform. Left out, the platform's
    /// usual pool.
    #[spec(default = "", replace, since = "1.3")]
    storage_pool: Option<String>,
    /// The users of the bucket by name, each with an access key of their own. Adding an entry makes
    /// a key; removing it revokes the key, and what uses it loses access at once. Renaming does
    /// both.
    #[spec(since = "1.3")]
    users: Option<BTreeMap<String, User>>,
}

#[derive(Spec)]
struct User {
    /// Whether the user may only read. Left out, the user may also write and delete.
    #[spec(since = "1.3")]
    readonly: Option<bool>,
}
