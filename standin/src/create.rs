//! POST.
use crate::call::Call;
use crate::controller;
use crate::facts::Kind;
use crate::failure::{Failure, Problem};
use crate::keys;
use crate::lag::Write;
use crate::names;
use crate::object::{Object, now};
use crate::platform::{End, Platform, Shared};
use crate::policy;
use crate::race::{Entry, Meeting};
use crate::sent::Sent;
use crate::subject::Subject;
use serde_json::Value;
use std::time::Duration;

/// How long a write takes, so that concurrent writes overlap.
const OPEN: Duration = Duration::from_micros(1500);

/// Serves a POST to a collection. `dryRun` is ignored: the server writes the object (measured).
pub(crate) async fn create(
    platform: &Shared,
    kind: &Kind,
    namespace: &str,
    call: &Call,
) -> Result<(Value, Sent), Failure> {
    if !matches!(call.content_type(), "" | "application/json") {
        return Err(unknown_format("application/json, application/yaml"));
    }
    let strict = call.parameter("fieldValidation") == Some("Strict");
    let sent = Sent::decode(&call.json()?, strict)?;
    sent.check_place(namespace, None)?;
    let body = add(platform, kind, namespace, &sent, &call.caller).await?;
    Ok((body, sent))
}

/// 415 with the supported formats.
pub(crate) fn unknown_format(accepted: &str) -> Failure {
    let message = format!(
        "the body of the request was in an unknown format - accepted media types \
         include: {accepted}"
    );
    Failure::new(415, "UnsupportedMediaType", message)
}

/// Waits for the duration of the write, and returns the name that the label gets after the label race.
pub(crate) async fn hold(
    platform: &Platform,
    kind: &Kind,
    name: &str,
    action: &str,
    labelless: bool,
) -> Result<String, Failure> {
    let entry: Option<Entry> =
        labelless.then(|| platform.race.enter(platform.release(), &kind.kind, name));
    tokio::time::sleep(OPEN).await;
    match entry
        .as_ref()
        .map_or(&Meeting::Nobody, |entry| &entry.meeting)
    {
        Meeting::Nobody => Ok(name.to_owned()),
        Meeting::Mislabelled(other) => Ok(other.clone()),
        Meeting::Refused => Err(Failure::backend(format!(
            "failed to {action} HelmRelease: the labels of \"{}\" changed while they were \
             being written",
            kind.release_name(name)
        ))),
        Meeting::Death => {
            platform.finish(End::Died);
            std::future::pending().await
        }
    }
}

/// Validates a new object in the order of the server, and stores it.
pub(crate) async fn add(
    platform: &Shared,
    kind: &Kind,
    namespace: &str,
    sent: &Sent,
    caller: &Subject,
) -> Result<Value, Failure> {
    let name = sent.name.as_str();
    if name.is_empty() {
        // `generateName` is ignored.
        let problem = Problem::Required("name is required");
        return Err(Failure::invalid(kind, "", "metadata.name", problem));
    }
    names::check(platform.facts(), kind, namespace, name)?;
    sent.check_reserved()?;
    let release = platform.release();
    policy::check_write(release, caller, kind, name, None, &sent.spec)?;
    let label_name = hold(platform, kind, name, "create", sent.labels.is_empty()).await?;
    let release = kind.release_name(name);
    let mut world = platform.world();
    if !world.namespaces.contains_key(namespace) {
        return Err(Failure::not_found("", "namespaces", namespace));
    }
    keys::check("create", &release, &sent.labels, &sent.annotations)?;
    if !sent.version.is_empty() {
        return Err(Failure::backend(
            "failed to create HelmRelease: resourceVersion should not be set on objects \
             to be created",
        ));
    }
    let key = (namespace.to_owned(), release);
    if let Some(namesake) = world.objects.get(&key) {
        let terminating = if namesake.deleted.is_some() {
            "object is being deleted: "
        } else {
            ""
        };
        return Err(Failure::backend(format!(
            "failed to create HelmRelease: {terminating}helmreleases.helm.toolkit.fluxcd.io \
             \"{}\" already exists",
            key.1
        )));
    }
    let object = Object {
        kind: kind.kind.clone(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        label_name,
        uid: world.uid(),
        version: 0,
        created: now(),
        deleted: None,
        labels: sent.labels.clone(),
        annotations: sent.annotations.clone(),
        spec: sent.spec.clone(),
        revision: None,
        conditions: Vec::new(),
        finalizer: false,
        generation: 1,
        observed: 0,
        releases: 0,
    };
    world.lag.note(&key, None, Write::Created);
    let object = world.put(&key, object, "ADDED");
    controller::changed(&mut world, &platform.options, &key);
    platform.written(&world);
    Ok(world.body(&object))
}
