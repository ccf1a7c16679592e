mod manifest;
mod replaced;
mod sources;
mod typed;

use std::collections::BTreeMap;

use self::manifest::{Manifest, Origin};
use super::import::Imported;
use super::model::Model;
use super::outputs::{id, shown_labels};
use super::private::Private;
use super::spec::{Mode, decode};
use crate::api::API_VERSION;
use crate::schema::Diagnostics;

const SUMMARY: &str = "Unable to Move Resource State";

/// A resource that a `moved` block makes one of ours.
pub struct MoveRequest<'a> {
    /// The provider it belonged to, such as `registry.terraform.io/hashicorp/kubernetes`.
    pub provider: &'a str,
    /// Its type there.
    pub type_name: &'a str,
    /// Its state, in the JSON of its own schema.
    pub state: &'a [u8],
    /// What its provider remembered of it.
    pub private: &'a [u8],
    /// Our resource for a kind of the platform, in capitals or not, where there is one.
    pub type_for: &'a dyn Fn(&str) -> Option<&'static str>,
}

/// Why a resource cannot be moved: a sentence or a few.
type Refusal = String;

impl Model {
    /// Makes a resource of another provider one of ours, without asking the API.
    ///
    /// What its manifest gives is what the state gives: a configuration that says the same plans nothing,
    /// and the read that usually follows shows what others changed. A state of ours that came from another
    /// registry stays as it is.
    pub fn moved(&self, request: &MoveRequest<'_>) -> Imported {
        let mut moved = Imported::default();
        if self.is_own(request) {
            moved.state = self.upgrade(request.state, &mut moved.diagnostics);
            moved.private = request.private.to_vec();
            return moved;
        }
        let manifest = sources::manifest(request, self).and_then(|manifest| {
            self.fits(&manifest, request)?;
            Ok(manifest)
        });
        match manifest {
            Ok(manifest) => self.take_over(&manifest, &mut moved),
            Err(why) => moved.diagnostics.error(SUMMARY, why),
        }
        moved
    }

    /// Whether it is of this very type, from another registry.
    fn is_own(&self, request: &MoveRequest<'_>) -> bool {
        sources::provider_type(request.provider) == "hikube"
            && request.type_name == self.kind.type_name
    }

    /// Whether the manifest is one of this kind, and says which.
    fn fits(&self, manifest: &Manifest, request: &MoveRequest<'_>) -> Result<(), Refusal> {
        let (ours, theirs) = (self.kind.type_name, request.type_name);
        let kind = self.kind.resource.kind;
        let what = format!(
            "This manifest is a `{}` `{}`",
            manifest.api_version, manifest.kind
        );
        if group(&manifest.api_version) != group(API_VERSION) {
            return Err(format!(
                "{what}; `{ours}` is for a `{API_VERSION}` `{kind}`. Leave it a `{theirs}`."
            ));
        }
        if let Some(why) = replaced::refusal(manifest, request) {
            return Err(why);
        }
        if manifest.kind != kind {
            let instead = match (request.type_for)(&manifest.kind) {
                Some(instead) => format!("Move it to a `{instead}`."),
                None => format!("The provider has no resource for it: leave it a `{theirs}`."),
            };
            return Err(format!("{what}; `{ours}` is for a `{kind}`. {instead}"));
        }
        let without = sources::instead(theirs, ours);
        if manifest.api_version != API_VERSION {
            return Err(format!(
                "{what}; this version of the provider knows `{API_VERSION}` only. {without}"
            ));
        }
        let place = [("name", &manifest.name), ("namespace", &manifest.namespace)];
        match place.iter().find(|(_, value)| value.is_empty()) {
            None => Ok(()),
            Some((missing, _)) => Err(format!(
                "The state of this `{theirs}` has no {missing}, so there is no telling which {} it is. {without}",
                self.kind.title
            )),
        }
    }

    /// Makes the state of what the manifest says.
    fn take_over(&self, manifest: &Manifest, moved: &mut Imported) {
        // What is configured is owned, explicit defaults too. Of what the platform shows or a provider fills
        // in nobody knows who wants it, as after an import.
        let mode = match manifest.origin {
            Origin::Configured => Mode::Configured,
            Origin::Shown => Mode::Drift,
            Origin::Recorded => Mode::Recorded,
        };
        // What cannot be read is null here and differs in the read that follows, which tells it.
        let messages = &mut Diagnostics::new();
        let spec = decode(
            &self.spec,
            &manifest.spec,
            &self.spec.null(),
            None,
            mode,
            messages,
        );
        let (namespace, name) = (manifest.namespace.as_str(), manifest.name.as_str());
        let mut state = self.resource.null();
        for attribute in &self.spec.attributes {
            state.set_attribute(attribute.name, spec.value.attribute(attribute.name).clone());
        }
        state.set_attribute("id", id(namespace, name).into());
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
}

/// The group of an `apiVersion`.
fn group(api_version: &str) -> &str {
    api_version.split('/').next().unwrap_or_default()
}
