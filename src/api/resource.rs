use std::borrow::Cow;

use super::address::List;
use super::error::Error;

/// How the API names a kind of objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiResource {
    /// The API group: `apps.cozystack.io`.
    pub group: Cow<'static, str>,
    /// The version of the group: `v1alpha1`.
    pub version: Cow<'static, str>,
    /// The kind: `Postgres`.
    pub kind: Cow<'static, str>,
    /// The plural, as in addresses: `postgreses`.
    pub plural: Cow<'static, str>,
}

impl ApiResource {
    /// A kind that is known when the provider is built.
    pub const fn new(
        group: &'static str,
        version: &'static str,
        kind: &'static str,
        plural: &'static str,
    ) -> ApiResource {
        ApiResource {
            group: Cow::Borrowed(group),
            version: Cow::Borrowed(version),
            kind: Cow::Borrowed(kind),
            plural: Cow::Borrowed(plural),
        }
    }

    /// A kind of application.
    pub const fn application(kind: &'static str, plural: &'static str) -> ApiResource {
        ApiResource::new("apps.cozystack.io", "v1alpha1", kind, plural)
    }

    /// Group and version, as an object has them: `apps.cozystack.io/v1alpha1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            return self.version.clone().into_owned();
        }
        format!("{}/{}", self.group, self.version)
    }

    /// Where the API describes the group's version, and serves it: `apis/apps.cozystack.io/v1alpha1`.
    pub(super) fn group_path(&self) -> String {
        let root = if self.group.is_empty() { "api" } else { "apis" };
        format!("{root}/{}", self.api_version())
    }

    /// The address of the objects in a namespace.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] where this cannot be the name of a namespace.
    pub(super) fn list(&self, namespace: &str) -> Result<List, Error> {
        let group = format!("/{}", self.group_path());
        List::namespaced(&group, namespace, &self.plural, &self.kind)
    }

    pub(super) fn to_kube(&self) -> kube::api::ApiResource {
        kube::api::ApiResource {
            group: self.group.clone().into_owned(),
            version: self.version.clone().into_owned(),
            api_version: self.api_version(),
            kind: self.kind.clone().into_owned(),
            plural: self.plural.clone().into_owned(),
        }
    }
}
