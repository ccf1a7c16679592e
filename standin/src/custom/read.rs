//! GET, LIST and WATCH of custom resources.
use crate::call::Call;
use crate::custom::metadata::{labels, text};
use crate::custom::objects::CustomEvent;
use crate::custom::resource::CustomResource;
use crate::failure::Failure;
use crate::form::Form;
use crate::platform::Shared;
use crate::selector::Selector;
use crate::watch::{bookmark, stream};
use axum::response::Response;
use serde_json::{Value, json};

/// The selection of a list or watch.
struct Scope {
    resource: &'static CustomResource,
    namespace: Option<String>,
    selector: Selector,
}

impl Scope {
    fn of(
        resource: &'static CustomResource,
        namespace: Option<&str>,
        call: &Call,
    ) -> Result<Scope, Failure> {
        Ok(Scope {
            resource,
            namespace: namespace.map(str::to_owned),
            selector: Selector::of_custom(call, resource.selectable)?,
        })
    }

    fn takes(&self, body: &Value) -> bool {
        let namespace = text(body, "namespace");
        let field = |path: &str| {
            path.split('.')
                .fold(body, |value, name| &value[name])
                .as_str()
        };
        self.namespace.as_deref().is_none_or(|own| own == namespace)
            && self.selector.takes_fields(field, &labels(body))
    }

    fn line(&self, event: &CustomEvent, form: Form) -> Option<Value> {
        let taken = event.key.0 == self.resource.id() && self.takes(&event.body);
        taken.then(|| json!({"type": event.change, "object": form.single(event.body.clone())}))
    }
}

/// All objects, in one namespace or in all.
pub(super) fn list(
    platform: &Shared,
    resource: &'static CustomResource,
    namespace: Option<&str>,
    call: &Call,
    form: Form,
) -> Result<Value, Failure> {
    let scope = Scope::of(resource, namespace, call)?;
    let world = platform.world();
    let bodies = world.custom.of(resource, namespace);
    let items = bodies.filter(|body| scope.takes(body)).cloned().collect();
    let version = world.version.to_string();
    Ok(form.list(&resource.api_version(), resource.kind, items, &version))
}

/// Opens a watch from the client's version, or from the current objects if it has none.
pub(super) fn watch(
    platform: &Shared,
    resource: &'static CustomResource,
    namespace: Option<&str>,
    call: &Call,
    form: Form,
) -> Result<Response, Failure> {
    let scope = Scope::of(resource, namespace, call)?;
    let since = call.since();
    let initial = since == 0 || call.flag("sendInitialEvents");
    let (first, events) = {
        let world = platform.world();
        let mut first: Vec<Value> = if initial {
            let there = world.custom.of(resource, namespace);
            let added =
                |body: &Value| json!({"type": "ADDED", "object": form.single(body.clone())});
            there.filter(|body| scope.takes(body)).map(added).collect()
        } else {
            let Some(later) = world.custom.since(since) else {
                let message = format!("too old resource version: {since} ({})", world.version);
                return Err(Failure::new(410, "Expired", message));
            };
            later.filter_map(|event| scope.line(event, form)).collect()
        };
        if initial && call.flag("allowWatchBookmarks") {
            let api_version = resource.api_version();
            first.push(bookmark(&api_version, resource.kind, world.version));
        }
        (first, world.custom.subscribe())
    };
    let line = move |event: &CustomEvent| scope.line(event, form);
    Ok(stream(platform, call, first, events, line))
}
