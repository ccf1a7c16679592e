use std::collections::BTreeMap;

use super::manifest::{Manifest, Origin};
use super::replaced::refusal;
use super::request::{MoveRequest, Refusal};
use super::sources::{APP, instead, manifest, provider_type};
use crate::resource::read::import::Imported;
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::decode::{Mode, decode};
use crate::resource::state::private::Private;
use crate::resource::state::reported::{id, shown_labels};
use crate::resource::state::upgrade::upgrade;
use crate::schema::Diagnostics;
use crate::value::Value;

const SUMMARY: &str = "Could not move the resource";

/// Converts the state of another provider's resource to ours, without a request.
///
/// The state contains what the manifest configures: an equal configuration has an empty plan, and the read that usually
/// follows shows later changes. A state of ours from another registry is returned unchanged.
pub fn move_state(resource_type: &ResourceType, request: &MoveRequest<'_>) -> Imported {
    let mut moved = Imported::default();
    if is_own_state(resource_type, request) {
        moved.state = upgrade(resource_type, request.state, &mut moved.diagnostics);
        moved.private = request.private.to_vec();
        return moved;
    }
    if resource_type.entry.is_some() {
        let detail = format!(
            "A `{}` is an entry of another object, which no other resource type can be moved to. Import it instead.",
            resource_type.type_name
        );
        moved.diagnostics.error(SUMMARY, detail);
        return moved;
    }
    let manifest = manifest(request, resource_type).and_then(|manifest| {
        is_manifest_of(resource_type, &manifest, request)?;
        Ok(manifest)
    });
    match manifest {
        Ok(manifest) => take_over_state(resource_type, &manifest, &mut moved),
        Err(why) => moved.diagnostics.error(SUMMARY, why),
    }
    moved
}

/// Whether it is a state of this resource type from another registry.
fn is_own_state(resource_type: &ResourceType, request: &MoveRequest<'_>) -> bool {
    provider_type(request.provider) == "hikube" && request.type_name == resource_type.type_name
}

/// Checks that the manifest is of this kind.
fn is_manifest_of(
    resource_type: &ResourceType,
    manifest: &Manifest,
    request: &MoveRequest<'_>,
) -> Result<(), Refusal> {
    let (ours, theirs) = (&*resource_type.type_name, request.type_name);
    let kind = &resource_type.api_resource.kind;
    let what = format!(
        "This manifest is a `{}` `{}`",
        manifest.api_version, manifest.kind
    );
    let api_version = resource_type.api_resource.api_version();
    if group(&manifest.api_version) != resource_type.api_resource.group {
        return Err(format!(
            "{what}; `{ours}` is for a `{api_version}` `{kind}`. Leave it a `{theirs}`."
        ));
    }
    if resource_type.names_kind {
        return has_place(resource_type, manifest, theirs);
    }
    if let Some(why) = refusal(manifest, request) {
        return Err(why);
    }
    let former = resource_type.former.as_deref();
    let former = former.map(|former| &*former.api_resource.kind);
    if manifest.kind != *kind && Some(&*manifest.kind) != former {
        let instead = match (request.type_for)(&manifest.kind) {
            Some(instead) => format!("Move it to a `{instead}`."),
            None => format!("The provider has no resource for it: move it to a `{APP}`."),
        };
        return Err(format!("{what}; `{ours}` is for a `{kind}`. {instead}"));
    }
    if manifest.api_version != api_version {
        let without = instead(theirs, ours);
        return Err(format!(
            "{what}; this version of the provider knows `{api_version}` only. {without}"
        ));
    }
    has_place(resource_type, manifest, theirs)
}

/// Checks that the manifest has a name and a namespace.
fn has_place(
    resource_type: &ResourceType,
    manifest: &Manifest,
    theirs: &str,
) -> Result<(), Refusal> {
    let without = instead(theirs, &resource_type.type_name);
    let place = [("name", &manifest.name), ("namespace", &manifest.namespace)];
    match place.iter().find(|(_, value)| value.is_empty()) {
        None => Ok(()),
        Some((missing, _)) => Err(format!(
            "The state of this `{theirs}` has no {missing}, so there is no telling which {} it is. {without}",
            resource_type.title
        )),
    }
}

/// Creates the state for a manifest.
fn take_over_state(resource_type: &ResourceType, manifest: &Manifest, moved: &mut Imported) {
    // Configured labels are managed, and explicit defaults are kept. For values from the platform or with a provider's
    // defaults, it is not known whether they are configured, as after an import.
    let mode = match manifest.origin {
        Origin::Configured => Mode::Configured,
        Origin::Shown => Mode::Drift,
        Origin::Recorded => Mode::Recorded,
    };
    let mut state = resource_type.schema.null();
    put_spec(resource_type, manifest, mode, &mut state);
    let (namespace, name) = (manifest.namespace.as_str(), manifest.name.as_str());
    state.set_attribute("name", name.into());
    state.set_attribute("namespace", namespace.into());
    let shown = |stored: &BTreeMap<String, String>| shown_labels(stored, None);
    state.set_attribute("labels", shown(&manifest.labels));
    state.set_attribute("annotations", shown(&manifest.annotations));
    moved.state = state;
    moved.private = Private {
        imported: manifest.origin == Origin::Shown,
        moved: true,
        ..Private::default()
    }
    .to_bytes();
}

/// Sets the ID and the attributes of the spec.
fn put_spec(resource_type: &ResourceType, manifest: &Manifest, mode: Mode, state: &mut Value) {
    if resource_type.names_kind {
        let (namespace, kind, name) = (&manifest.namespace, &manifest.kind, &manifest.name);
        state.set_attribute("id", format!("{namespace}/{kind}/{name}").into());
        state.set_attribute("kind", kind.as_str().into());
        if mode == Mode::Configured {
            let spec = Value::of_json(&manifest.spec.clone().into());
            state.set_attribute("spec", spec.into_dynamic());
        }
        return;
    }
    let id = id(&manifest.namespace, &manifest.name);
    state.set_attribute("id", id.into());
    // An invalid value is null here. The read that follows reports it.
    let messages = &mut Diagnostics::new();
    let spec = decode(
        &resource_type.spec,
        &manifest.spec,
        &resource_type.spec.null(),
        None,
        mode,
        messages,
    );
    for attribute in &resource_type.spec.attributes {
        let value = spec.value.attribute(&attribute.name);
        state.set_attribute(&attribute.name, value.clone());
    }
}

/// The group of an `apiVersion`.
fn group(api_version: &str) -> &str {
    api_version.split('/').next().unwrap_or_default()
}
