use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use crate::api::{Object, Resource};
use crate::resource::{Kind, Late, NameRule, Output, Part, Seen, Timeouts};
use crate::schema::{Field, Secret, Spec};
use crate::value::Value;

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
    ready_alone: Kind::READY_ALONE,
    parts: |object| {
        secret_names(object)
            .map(|(_, name)| Part::Secret { name, keys: keys() })
            .collect()
    },
    late: Some(Late {
        after: Duration::from_secs(180),
        advice: ". The platform makes it when the storage has given the bucket a key; where the storage was \
                 late it does not look again by itself. A change of `users` makes it look: set `readonly` of \
                 the user, or add another user",
    }),
    outputs: &[
        Output {
            name: "endpoint",
            description: "The address of the S3 API. It is known once the bucket has a user.",
            shape: String::shape,
            secret: false,
            follows: &["users"],
            stable: true,
            read: |seen, _| {
                let host = of_any_user(seen, "endpoint");
                host.map(|host| format!("https://{host}")).into()
            },
        },
        Output {
            name: "bucket_name",
            description: "The name of the bucket in S3, which the storage gives it: not `name`. It is known \
                          once the bucket has a user.",
            shape: String::shape,
            secret: false,
            follows: &["users"],
            stable: true,
            read: |seen, _| of_any_user(seen, "bucketName").into(),
        },
        Output {
            name: "region",
            description: "The region to give S3 clients that ask for one. The storage has no regions and takes \
                          any; this is what clients use by themselves.",
            shape: String::shape,
            secret: false,
            follows: &[],
            stable: true,
            read: |_, _| Value::from("us-east-1"),
        },
        Output {
            name: "credentials",
            description: "Access keys, keyed by user. Empty if `store_credentials` is `false`.",
            shape: BTreeMap::<String, AccessKey>::shape,
            secret: true,
            follows: &["users"],
            stable: false,
            read: |seen, _| access_keys(seen),
        },
    ],
    timeouts: Timeouts::USUAL,
};

/// The access key of one user.
#[derive(Spec)]
struct AccessKey {
    /// The id of the key (`AWS_ACCESS_KEY_ID`).
    access_key: Option<String>,
    /// The secret of the key (`AWS_SECRET_ACCESS_KEY`).
    secret_key: Option<Secret>,
}

/// The users of a bucket with the names of their Secrets (read in the platform's charts).
fn secret_names(object: &Object) -> impl Iterator<Item = (&String, String)> {
    let users = object.spec.get("users").and_then(Json::as_object);
    let users = users.into_iter().flatten().map(|(user, _)| user);
    users.map(|user| (user, format!("bucket-{}-{user}-credentials", object.name)))
}

fn keys() -> Vec<String> {
    ["accessKey", "secretKey", "endpoint", "bucketName"]
        .map(str::to_owned)
        .into()
}

fn of_any_user(seen: &Seen, key: &str) -> Option<String> {
    let mut secrets = secret_names(&seen.object).filter_map(|(_, name)| seen.secret(&name));
    secrets.find_map(|secret| secret.text(key).map(str::to_owned))
}

/// Null where there are users and none of their keys was seen, which is not the same as no users.
fn access_keys(seen: &Seen) -> Value {
    let has_users = secret_names(&seen.object).next().is_some();
    let keys = secret_names(&seen.object).filter_map(|(user, name)| {
        let secret = seen.secret(&name)?;
        let text = |key: &str| Value::from(secret.text(key));
        let pair = [
            ("access_key", text("accessKey")),
            ("secret_key", text("secretKey")),
        ];
        Some((user.clone(), Value::map(pair)))
    });
    let keys: Vec<_> = keys.collect();
    if keys.is_empty() && has_users {
        Value::Null
    } else {
        Value::map(keys)
    }
}

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
