use std::collections::BTreeMap;
use std::time::Duration;

use super::shared::{SecretName, users};
use crate::api::{ApiResource, Object};
use crate::lifecycle::{Application, Entry};
use crate::resource::{
    DependentsTimeout, EntryCredentials, EntryKind, Kind, Observe, Observed, OutputSet, Outputs,
    Planned,
};
use crate::schema::pattern::whole;
use crate::schema::{Secret, Spec, ToValue};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_bucket",
    title: "S3 bucket",
    description: "An S3 bucket with users and access keys. Deleting it deletes the objects in it.",
    subcategory: "Storage",
    api_resource: || ApiResource::application("Bucket", "buckets"),
    release_prefix: "bucket-",
    spec: Bucket::block,
    dependents: |object| {
        let keys = ["accessKey", "secretKey", "endpoint", "bucketName"];
        let users = users_with_secrets(object);
        users
            .map(|user| KEYS.dependent_of(object, user, &keys))
            .collect()
    },
    dependents_timeout: Some(DependentsTimeout {
        after: Duration::from_secs(180),
        advice: ". The platform creates it once the storage has issued an access key. If the storage was late, it does \
                 not retry until `users` changes: set `readonly` of the user, or add another user",
    }),
    outputs: OutputSet::of::<BucketOutputs>(),
    entries: &[EntryKind {
        type_name: "hikube_bucket_user",
        title: "bucket user",
        description: "A user of a `hikube_bucket`, with its own access key. Deleting it revokes the key immediately.",
        attribute: "users",
        credentials: Some(EntryCredentials {
            description: "Access key of the user.",
            unknown_when_changed: &[],
        }),
        ..EntryKind::new(&Entry::of_map("users"))
    }],
    ..Kind::new(&Application)
};

/// Read in the platform's charts.
const KEYS: SecretName = SecretName("bucket-{name}-{user}-credentials");

/// The names of users after which the platform can name their Secret, which must be a DNS subdomain.
const USER_NAME: &str = r"[-a-z0-9]*[a-z0-9](\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

/// The default region of S3 clients.
const REGION: &str = "us-east-1";

#[derive(Outputs)]
struct BucketOutputs {
    /// URL of the S3 API. Null until the bucket has a user.
    #[output(unknown_when_changed("users"), use_state_for_unknown)]
    endpoint: Option<String>,
    /// Name of the bucket in S3, which the storage assigns and differs from `name`. Null until the bucket has a user.
    #[output(unknown_when_changed("users"), use_state_for_unknown)]
    bucket_name: Option<String>,
    /// Region for S3 clients that require one. The storage has no regions and accepts any.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(REGION.to_owned()))]
    region: String,
    /// Access keys, keyed by user.
    #[output(secret, unknown_when_changed("users"))]
    credentials: Option<BTreeMap<String, AccessKey>>,
}

#[derive(Spec, ToValue)]
struct AccessKey {
    /// Access key ID (`AWS_ACCESS_KEY_ID`).
    access_key: Option<String>,
    /// Secret access key (`AWS_SECRET_ACCESS_KEY`).
    secret_key: Option<Secret>,
}

impl Observe for BucketOutputs {
    fn observe(seen: &Observed, _: &Value) -> BucketOutputs {
        let users = || users_with_secrets(&seen.object);
        let of_any_user = |key| users().find_map(|user| KEYS.text_of(seen, user, key));
        BucketOutputs {
            endpoint: of_any_user("endpoint").map(|host| format!("https://{host}")),
            bucket_name: of_any_user("bucketName").map(str::to_owned),
            region: REGION.to_owned(),
            credentials: KEYS.logins_in_own_secrets(seen, users(), |secret| AccessKey {
                access_key: secret.text("accessKey").map(str::to_owned),
                secret_key: secret.text("secretKey").map(Secret::from),
            }),
        }
    }
}

/// Other clients can add users after which no Secret can be named.
fn users_with_secrets(object: &Object) -> impl Iterator<Item = &str> {
    users(object).filter(|user| whole(USER_NAME, user))
}

#[derive(Spec)]
struct Bucket {
    /// Whether S3 object lock is enabled, which keeps objects from being overwritten or deleted for a period.
    #[spec(default = false, replace, since = "1.1")]
    locking: Option<bool>,
    /// Storage pool of the bucket, as named by the platform. Defaults to the platform's default pool.
    #[spec(default = "", replace, since = "1.1")]
    storage_pool: Option<String>,
    /// Users, keyed by name, each with its own access key. Adding a user creates a key; removing a user revokes it
    /// immediately. Renaming a user does both.
    #[spec(
        since = "1.1",
        loses = "the user and its access key",
        keys(
            USER_NAME,
            "must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at the end and on both sides of a `.`"
        ),
        key_in("bucket-{name}-{key}-credentials", 253)
    )]
    users: Option<BTreeMap<String, BucketUser>>,
}

#[derive(Spec)]
struct BucketUser {
    /// Whether the user may only read. Otherwise it may also write and delete.
    readonly: Option<bool>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Other clients can store any user. Its Secret could never be read, and so neither could the bucket.
    #[test]
    fn a_user_after_whom_no_secret_can_be_named_has_none() {
        let users = json!({"app": {}, "App User": {}, "a/b": {}, "": {}, "ä": {}});
        let object = Object {
            name: "media".to_owned(),
            spec: [("users".to_owned(), users)].into_iter().collect(),
            ..Object::default()
        };
        let dependents = format!("{:?}", (KIND.dependents)(&object));
        assert_eq!(dependents.matches("Secret {").count(), 1, "{dependents}");
        assert!(
            dependents.contains("\"bucket-media-app-credentials\""),
            "{dependents}"
        );
    }
}
