//! Whether an answer is about what was asked for.

use kube::api::DynamicObject;

use super::address::checked;
use super::error::Error;
use super::object::Object;
use super::resource::ApiResource;

/// An object that was asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) resource: &'a ApiResource,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

impl<'a> Asked<'a> {
    /// The object that is written.
    pub(super) fn of(resource: &'a ApiResource, object: &'a Object) -> Result<Asked<'a>, Error> {
        Ok(Asked {
            resource,
            namespace: checked(&object.namespace)?,
            name: checked(&object.name)?,
        })
    }

    /// The object in an answer.
    ///
    /// # Errors
    /// Where the answer is about another object, or about none: a phrase. Items of a list may come without their
    /// kind.
    pub(super) fn check(self, answer: DynamicObject) -> Result<Object, String> {
        let Asked {
            resource,
            namespace,
            name,
        } = self;
        if let Some(types) = &answer.types
            && (types.kind != resource.kind || types.api_version != resource.api_version())
        {
            return Err(format!(
                "it is a {:?} of {:?}, not a {} of {}",
                types.kind,
                types.api_version,
                resource.kind,
                resource.api_version()
            ));
        }
        let object = Object::from_dynamic(answer).ok_or("it has no name or no uid")?;
        if (object.namespace.as_str(), object.name.as_str()) != (namespace, name) {
            return Err(format!(
                "it is about \"{}/{}\", not about {namespace}/{name}",
                object.namespace, object.name
            ));
        }
        Ok(object)
    }
}

/// The same answer, where it is about this thing, which is not an object of one of the platform's kinds.
///
/// # Errors
/// Where it is about another: a phrase.
pub(super) fn check_part(
    answer: DynamicObject,
    kind: &str,
    namespace: Option<&str>,
    name: &str,
) -> Result<DynamicObject, String> {
    let metadata = &answer.metadata;
    // Items of a list may come without their kind.
    let is_kind = answer.types.as_ref().is_none_or(|types| types.kind == kind);
    let is_here = metadata.namespace.is_none() || metadata.namespace.as_deref() == namespace;
    if is_kind && is_here && metadata.name.as_deref() == Some(name) {
        return Ok(answer);
    }
    let shown = |part: &Option<String>| part.clone().unwrap_or_default();
    let types = answer.types.as_ref();
    Err(format!(
        "it is about the {:?} \"{}/{}\", not about the {kind} {}/{name}",
        types.map_or(kind, |types| &types.kind),
        shown(&metadata.namespace),
        shown(&metadata.name),
        namespace.unwrap_or_default()
    ))
}
