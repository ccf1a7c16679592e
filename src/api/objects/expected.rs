use kube::api::DynamicObject;

use super::api_resource::ApiResource;

/// The object that a response must be about.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) resource: &'a ApiResource,
    /// None for a cluster-wide object.
    pub(crate) namespace: Option<&'a str>,
    pub(crate) name: &'a str,
}

impl Expected<'_> {
    /// The same object, if it is the expected one. Items of a list may lack their kind.
    ///
    /// # Errors
    /// A phrase that names both.
    pub(crate) fn check(self, object: DynamicObject) -> Result<DynamicObject, String> {
        let Expected {
            resource,
            namespace,
            name,
        } = self;
        let metadata = &object.metadata;
        let api_version = resource.api_version();
        let is_resource = object
            .types
            .as_ref()
            .is_none_or(|types| types.kind == resource.kind && types.api_version == api_version);
        let is_object =
            metadata.namespace.as_deref() == namespace && metadata.name.as_deref() == Some(name);
        if is_resource && is_object {
            return Ok(object);
        }
        let kind = &resource.kind;
        let (found_version, found_kind) = match object.types {
            Some(types) => (types.api_version, types.kind),
            None => (api_version.clone(), kind.clone().into_owned()),
        };
        let text = |text: Option<String>| text.unwrap_or_default();
        Err(format!(
            "expected {kind} \"{}/{name}\" of {api_version}, got {found_kind:?} \"{}/{}\" of {found_version:?}",
            namespace.unwrap_or_default(),
            text(object.metadata.namespace),
            text(object.metadata.name),
        ))
    }
}
