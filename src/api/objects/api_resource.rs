use std::borrow::Cow;

use crate::api::error::Error;
use crate::api::request::ListAddress;

/// The group of the platform's applications.
pub(in crate::api) const APPLICATIONS: &str = "apps.cozystack.io";

/// A resource of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiResource {
    /// The API group, such as `apps.cozystack.io`. Empty for the core group.
    pub group: Cow<'static, str>,
    /// The version of the group, such as `v1alpha1`.
    pub version: Cow<'static, str>,
    /// The kind, such as `Postgres`.
    pub kind: Cow<'static, str>,
    /// The plural in addresses, such as `postgreses`.
    pub plural: Cow<'static, str>,
}

impl ApiResource {
    /// A resource that is known at compile time.
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

    /// An application of the platform.
    pub const fn application(kind: &'static str, plural: &'static str) -> ApiResource {
        ApiResource::new(APPLICATIONS, "v1alpha1", kind, plural)
    }

    /// Whether this is an application, whose API differs from that of ordinary Kubernetes resources: it has neither
    /// preconditions nor finalizers of its own.
    pub fn is_application(&self) -> bool {
        self.group == APPLICATIONS
    }

    /// Group and version as in objects, such as `apps.cozystack.io/v1alpha1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            return self.version.clone().into_owned();
        }
        format!("{}/{}", self.group, self.version)
    }

    /// The path of the group's version, such as `apis/apps.cozystack.io/v1alpha1`.
    pub(crate) fn group_path(&self) -> String {
        let root = if self.group.is_empty() { "api" } else { "apis" };
        format!("{root}/{}", self.api_version())
    }

    /// The address of the objects in a namespace.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] if the namespace has an invalid name.
    pub(crate) fn list(&self, namespace: &str) -> Result<ListAddress, Error> {
        let group = format!("/{}", self.group_path());
        ListAddress::namespaced(&group, namespace, &self.plural, &self.kind)
    }

    /// The address of the cluster-wide objects.
    pub(crate) fn cluster_list(&self) -> ListAddress {
        ListAddress::global(&format!("/{}", self.group_path()), &self.plural, &self.kind)
    }

    pub(crate) fn to_kube(&self) -> kube::api::ApiResource {
        kube::api::ApiResource {
            group: self.group.clone().into_owned(),
            version: self.version.clone().into_owned(),
            api_version: self.api_version(),
            kind: self.kind.clone().into_owned(),
            plural: self.plural.clone().into_owned(),
        }
    }
}
