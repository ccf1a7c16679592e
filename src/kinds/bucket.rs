use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use crate::api::{ApiResource, Object};
use crate::lifecycle::Application;
use crate::resource::{
    Dependent, DependentsTimeout, Kind, NameRule, Observe, Observed, OutputSet, Outputs, Planned,
    Timeouts,
};
use crate::schema::pattern::whole;
use crate::schema::{Secret, Spec, ToValue};
use crate::value::Value;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_bucket",
    title: "S3 bucket",
    description: "A bucket of S3 object storage, with its users and their access keys. Deleting it \
                  deletes the objects in it.",
    subcategory: "Storage",
    api_resource: || ApiResource::application("Bucket", "buckets"),
    release_prefix: "bucket-",
    lifecycle: &Application,
    name_rule: NameRule::Label,
    spec: Bucket::block,
    waits_by_default: Kind::WAITS,
    dependents: |object| {
        secret_names(object)
            .map(|(_, name)| Dependent::Secret { name, keys: keys() })
            .collect()
    },
    dependents_timeout: Some(DependentsTimeout {
        after: Duration::from_secs(180),
        advice: ". The platform makes it when the storage has given the bucket a key; where the storage was \
                 late it does not look again by itself. A change of `users` makes it look: set `readonly` of \
                 the user, or add another user",
    }),
    outputs: OutputSet::of::<Access>(),
    timeouts: Timeouts::USUAL,
    used_by: None,
    needs: None,
};

/// The region clients use by themselves.
const REGION: &str = "us-east-1";

/// How a bucket is reached, and by whom.
#[derive(Outputs)]
struct Access {
    /// The address of the S3 API. It is known once the bucket has a user.
    #[output(unknown_when_changed("users"), use_state_for_unknown)]
    endpoint: Option<String>,
    /// The name of the bucket in S3, which the storage gives it: not `name`. It is known once the bucket has
    /// a user.
    #[output(unknown_when_changed("users"), use_state_for_unknown)]
    bucket_name: Option<String>,
    /// The region to give S3 clients that ask for one. The storage has no regions and takes any; this is
    /// what clients use by themselves.
    #[output(use_state_for_unknown, known_at_plan = |_| Planned::Known(REGION.to_owned()))]
    region: String,
    /// Access keys, keyed by user.
    #[output(secret, unknown_when_changed("users"))]
    credentials: Option<BTreeMap<String, AccessKey>>,
}

/// The access key of one user.
#[derive(Spec, ToValue)]
struct AccessKey {
    /// The id of the key (`AWS_ACCESS_KEY_ID`).
    access_key: Option<String>,
    /// The secret of the key (`AWS_SECRET_ACCESS_KEY`).
    secret_key: Option<Secret>,
}

impl Observe for Access {
    fn observe(seen: &Observed, _: &Value) -> Access {
        Access {
            endpoint: of_any_user(seen, "endpoint").map(|host| format!("https://{host}")),
            bucket_name: of_any_user(seen, "bucketName"),
            region: REGION.to_owned(),
            credentials: access_keys(seen),
        }
    }
}

/// The platform names objects `bucket-NAME-USER`, which must be DNS subdomains (read in its charts).
const USER_NAME: &str = r"[-a-z0-9]*[a-z0-9](\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

/// The users of a bucket with the names of their Secrets (read in the platform's charts). Other clients can add
/// users that no Secret can be named after: they have none.
fn secret_names(object: &Object) -> impl Iterator<Item = (&String, String)> {
    let users = object.spec.get("users").and_then(Json::as_object);
    let users = users.into_iter().flatten().map(|(user, _)| user);
    let users = users.filter(|user| whole(USER_NAME, user));
    users.map(|user| (user, format!("bucket-{}-{user}-credentials", object.name)))
}

fn keys() -> Vec<String> {
    ["accessKey", "secretKey", "endpoint", "bucketName"]
        .map(str::to_owned)
        .into()
}

fn of_any_user(seen: &Observed, key: &str) -> Option<String> {
    let mut secrets = secret_names(&seen.object).filter_map(|(_, name)| seen.secret(&name));
    secrets.find_map(|secret| secret.text(key).map(str::to_owned))
}

/// None where there are users and none of their keys was seen, which is not the same as no users.
fn access_keys(seen: &Observed) -> Option<BTreeMap<String, AccessKey>> {
    let has_users = secret_names(&seen.object).next().is_some();
    let keys = secret_names(&seen.object).filter_map(|(user, name)| {
        let secret = seen.secret(&name)?;
        let key = AccessKey {
            access_key: secret.text("accessKey").map(str::to_owned),
            secret_key: secret.text("secretKey").map(Secret::from),
        };
        Some((user.clone(), key))
    });
    let keys: BTreeMap<_, _> = keys.collect();
    (!keys.is_empty() || !has_users).then_some(keys)
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
    #[spec(
        since = "1.3",
        loses = "the user and its access key",
        keys(
            USER_NAME,
            "must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at the end and on both sides of a `.`"
        ),
        key_in("bucket-{name}-{key}-credentials", 253)
    )]
    users: Option<BTreeMap<String, User>>,
}

#[derive(Spec)]
struct User {
    /// Whether the user may only read. Left out, the user may also write and delete.
    #[spec(since = "1.3")]
    readonly: Option<bool>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Other clients can store any user. Its Secret could never be read, and so neither could the bucket.
    #[test]
    fn a_user_that_no_secret_can_be_named_after_has_none() {
        let users = json!({"app": {}, "App User": {}, "a/b": {}, "": {}, "ä": {}});
        let spec = [("users".to_owned(), users)].into_iter().collect();
        let object = Object {
            name: "media".to_owned(),
            spec,
            ..Object::default()
        };
        let names: Vec<_> = secret_names(&object).map(|(_, name)| name).collect();
        assert_eq!(names, ["bucket-media-app-credentials"]);
    }
}
