//! POST, PUT and PATCH of custom resources.
use crate::call::Call;
use crate::create::unknown_format;
use crate::custom::metadata::{check, check_place, decode, text};
use crate::custom::objects::CustomKey;
use crate::custom::resource::{CustomResource, Step};
use crate::failure::{Failure, Problem, json_answer, warn};
use crate::lag::mix;
use crate::object::{now, time};
use crate::patch;
use crate::platform::Shared;
use axum::response::Response;
use serde_json::{Value, json};

/// Metadata that the server sets and keeps at every write.
const KEPT: [&str; 6] = [
    "managedFields",
    "uid",
    "creationTimestamp",
    "generation",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];
/// The media type of server-side apply.
const APPLY: &str = "application/apply-patch+yaml";
/// The characters of the random part of a generated name.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// Serves a POST to a collection.
pub(super) fn create(
    platform: &Shared,
    resource: &'static CustomResource,
    namespace: &str,
    call: &Call,
) -> Result<Response, Failure> {
    check_json(call)?;
    let (body, dropped) = decode(resource, platform.release(), call, &call.json()?)?;
    check_place(&body, namespace, None)?;
    let body = add(platform, resource, namespace, body, call)?;
    Ok(answer(201, &body, &dropped))
}

fn check_json(call: &Call) -> Result<(), Failure> {
    match call.content_type() {
        "" | "application/json" => Ok(()),
        _ => Err(unknown_format("application/json, application/yaml")),
    }
}

/// Responds with an object, and a warning for each dropped field.
fn answer(code: u16, body: &Value, dropped: &[String]) -> Response {
    let mut response = json_answer(code, body);
    dropped.iter().for_each(|text| warn(&mut response, text));
    response
}

fn add(
    platform: &Shared,
    resource: &'static CustomResource,
    namespace: &str,
    mut body: Value,
    call: &Call,
) -> Result<Value, Failure> {
    let mut world = platform.world();
    if resource.namespaced && !world.namespaces.contains_key(namespace) {
        return Err(Failure::not_found("", "namespaces", namespace));
    }
    let generate = text(&body, "generateName").to_owned();
    if text(&body, "name").is_empty() {
        if generate.is_empty() {
            let problem = Problem::Required("name or generateName is required");
            let found = vec![("metadata.name".to_owned(), problem)];
            let (group, kind) = (resource.group, resource.kind);
            return Err(Failure::invalid_object(group, kind, "", found));
        }
        let mut seed = world.next_version();
        let letter = |_| LETTERS[mix(&mut seed) as usize % LETTERS.len()] as char;
        let random: String = (0..5).map(letter).collect();
        body["metadata"]["name"] = json!(format!("{generate}{random}"));
    }
    if resource.namespaced {
        body["metadata"]["namespace"] = json!(namespace);
    }
    check(resource, world.facts.release, &body)?;
    if !matches!(text(&body, "resourceVersion"), "" | "0") {
        let message = "resourceVersion should not be set on objects to be created";
        return Err(Failure::backend(message));
    }
    if let Some(metadata) = body["metadata"].as_object_mut() {
        metadata.remove("resourceVersion");
        KEPT.iter().for_each(|name| drop(metadata.remove(*name)));
    }
    let name = text(&body, "name").to_owned();
    let key = (resource.id(), namespace.to_owned(), name);
    if let Some(namesake) = world.custom.get(&key) {
        let mut failure = Failure::already_exists(resource.group, resource.plural, &key.2);
        if !text(namesake, "deletionTimestamp").is_empty() {
            failure.message = format!("object is being deleted: {}", failure.message);
        }
        return Err(failure);
    }
    let mut body = world.new_custom(resource, body);
    note_manager(&mut body, call);
    if is_dry(call) {
        return Ok(body);
    }
    let body = world.put_custom(&key, body, "ADDED");
    platform.written(&world);
    reconcile_later(platform, resource, key.clone());
    run_later(platform, resource, key);
    Ok(body)
}

/// Whether a write is a dry run.
pub(super) fn is_dry(call: &Call) -> bool {
    call.parameter("dryRun").is_some()
}

/// Serves a PUT to an object.
pub(super) fn replace(
    platform: &Shared,
    resource: &'static CustomResource,
    key: &CustomKey,
    call: &Call,
) -> Result<Response, Failure> {
    check_json(call)?;
    let (body, dropped) = decode(resource, platform.release(), call, &call.json()?)?;
    check_place(&body, &key.1, Some(&key.2))?;
    if text(&body, "resourceVersion").is_empty() {
        stored(platform, resource, key)?;
        let problem = Problem::Unquoted("0x0", "must be specified for an update");
        let found = vec![("metadata.resourceVersion".to_owned(), problem)];
        let (group, kind) = (resource.group, resource.kind);
        return Err(Failure::invalid_object(group, kind, &key.2, found));
    }
    let body = store(platform, resource, key, body, call)?;
    Ok(answer(200, &body, &dropped))
}

/// Serves a PATCH. Server-side apply creates a missing object.
pub(super) fn patch(
    platform: &Shared,
    resource: &'static CustomResource,
    key: &CustomKey,
    call: &Call,
) -> Result<Response, Failure> {
    let content_type = call.content_type();
    let applies = content_type == APPLY;
    if !applies
        && !matches!(
            content_type,
            "application/json-patch+json" | "application/merge-patch+json"
        )
    {
        return Err(unknown_format(
            "application/json-patch+json, application/merge-patch+json, \
             application/apply-patch+yaml",
        ));
    }
    if applies {
        patch::check_manager(call)?;
    }
    let given = call.json()?;
    let live = match stored(platform, resource, key) {
        Err(_) if applies => {
            let (body, dropped) = decode(resource, platform.release(), call, &given)?;
            check_place(&body, &key.1, Some(&key.2))?;
            let body = add(platform, resource, &key.1, body, call)?;
            return Ok(answer(201, &body, &dropped));
        }
        live => live?,
    };
    let mut patched = live;
    match content_type {
        "application/json-patch+json" => patch::edit(&mut patched, &given)?,
        "application/merge-patch+json" => patch::merge(&mut patched, &given),
        // Field owners are not stored: an apply takes ownership of its fields.
        _ => patch::apply_over(&mut patched, &given, true)?,
    }
    let (body, dropped) = decode(resource, platform.release(), call, &patched)?;
    check_place(&body, &key.1, Some(&key.2))?;
    let body = store(platform, resource, key, body, call)?;
    Ok(answer(200, &body, &dropped))
}

/// The stored object.
pub(super) fn stored(
    platform: &Shared,
    resource: &CustomResource,
    key: &CustomKey,
) -> Result<Value, Failure> {
    let world = platform.world();
    world
        .custom
        .get(key)
        .cloned()
        .ok_or_else(|| Failure::not_found(resource.group, resource.plural, &key.2))
}

/// Replaces the stored object with the one in the request, but keeps its status and identity.
fn store(
    platform: &Shared,
    resource: &'static CustomResource,
    key: &CustomKey,
    mut body: Value,
    call: &Call,
) -> Result<Value, Failure> {
    let live = stored(platform, resource, key)?;
    let conflict = |why: String| {
        Err(Failure::conflict(
            resource.group,
            resource.plural,
            &key.2,
            &why,
        ))
    };
    let (given, uid) = (text(&body, "uid"), text(&live, "uid"));
    if !given.is_empty() && given != uid {
        return conflict(format!(
            "Precondition failed: UID in precondition: {given}, UID in object meta: {uid}"
        ));
    }
    let (given, version) = (
        text(&body, "resourceVersion"),
        text(&live, "resourceVersion"),
    );
    if !matches!(given, "" | "0") && given != version {
        return conflict(
            "the object has been modified; please apply your changes to the latest version and \
             try again"
                .to_owned(),
        );
    }
    if resource.namespaced {
        body["metadata"]["namespace"] = json!(key.1);
    }
    body["metadata"]["resourceVersion"] = json!(version);
    for name in KEPT {
        match live["metadata"].get(name) {
            Some(kept) => body["metadata"][name] = kept.clone(),
            None => drop(body["metadata"].as_object_mut().map(|m| m.remove(name))),
        }
    }
    if let Some(status) = live.get("status") {
        body["status"] = status.clone();
    }
    check(resource, platform.release(), &body)?;
    let respecified = body.get("spec") != live.get("spec");
    if respecified {
        let generation = live["metadata"]["generation"].as_u64().unwrap_or(0);
        body["metadata"]["generation"] = json!(generation + 1);
    }
    // A write without changes does not create a new version.
    if body == live {
        return Ok(body);
    }
    note_manager(&mut body, call);
    if is_dry(call) {
        return Ok(body);
    }
    let mut world = platform.world();
    let body = world.put_custom(key, body, "MODIFIED");
    if !text(&body, "deletionTimestamp").is_empty() && !holds(&body) {
        world.end_custom(key);
    }
    platform.written(&world);
    if respecified {
        reconcile_later(platform, resource, key.clone());
    }
    Ok(body)
}

/// Records the last manager of an object. Ownership of single fields is not stored.
fn note_manager(body: &mut Value, call: &Call) {
    let applies = call.content_type() == APPLY;
    body["metadata"]["managedFields"] = json!([{
        "manager": call.manager(), "operation": if applies { "Apply" } else { "Update" },
        "apiVersion": body["apiVersion"], "time": time(now()),
        "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {}},
    }]);
}

/// Whether finalizers block the deletion of an object.
pub(super) fn holds(body: &Value) -> bool {
    let finalizers = body["metadata"]["finalizers"].as_array();
    finalizers.is_some_and(|finalizers| !finalizers.is_empty())
}

/// Schedules a reconciliation by the controller shortly after.
fn reconcile_later(platform: &Shared, resource: &'static CustomResource, key: CustomKey) {
    if resource.conditions.is_none() {
        return;
    }
    let platform = platform.clone();
    tokio::spawn(async move {
        tokio::time::sleep(platform.options.ready_after / 5).await;
        let mut world = platform.world();
        world.reconcile_custom(resource, &key);
        platform.written(&world);
    });
}

/// Schedules the work of the controller on a new object that runs once.
fn run_later(platform: &Shared, resource: &'static CustomResource, key: CustomKey) {
    let Some(run) = resource.run else {
        return;
    };
    let platform = platform.clone();
    tokio::spawn(async move {
        let whole = platform.options.ready_after;
        for (pause, step) in [(whole / 5, Step::Begin), (whole, Step::End)] {
            tokio::time::sleep(pause).await;
            let mut world = platform.world();
            run(&mut world, &key, step);
            platform.written(&world);
        }
    });
}
