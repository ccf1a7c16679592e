//! Callers: the subjects of the platform's role bindings.
use crate::names;
use crate::namespaces::ROOT;
use std::fmt;
use std::str::FromStr;

/// The namespace of the initial tenant.
pub const DEMO_TENANT: &str = "tenant-demo";

/// The suffix of the token of a subject whose role is bound in a single namespace.
const ALONE: &str = ":alone";

/// The roles of a subject, from least to most permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The group `<tenant>-view`: reads applications, but not Secrets.
    View,
    /// The group `<tenant>-use`: reads the Secrets of applications as well.
    Use,
    /// The group `<tenant>-admin`: writes most kinds of applications.
    Admin,
    /// The group `<tenant>-super-admin`: writes all kinds of applications.
    SuperAdmin,
    /// The tenant's service account: the permissions of a super-admin. Most automation uses it.
    ServiceAccount,
    /// The operator of the platform, with all permissions in all namespaces.
    Platform,
}

impl Role {
    /// All roles, in ascending order.
    pub const ALL: [Role; 6] = [
        Role::View,
        Role::Use,
        Role::Admin,
        Role::SuperAdmin,
        Role::ServiceAccount,
        Role::Platform,
    ];

    /// The name of the role in `--as` and in tokens.
    pub fn name(self) -> &'static str {
        match self {
            Role::View => "view",
            Role::Use => "use",
            Role::Admin => "admin",
            Role::SuperAdmin => "super-admin",
            Role::ServiceAccount => "sa",
            Role::Platform => "platform",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Role::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| {
                format!(
                    "unknown role {text:?}: one of {}",
                    Role::ALL.map(Role::name).join(", ")
                )
            })
    }
}

/// A role in a tenant: in its namespace and those of its child tenants, or only in its own namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The role.
    pub role: Role,
    /// The tenant's namespace; ignored for [`Role::Platform`].
    pub tenant: String,
    /// Whether the role was bound manually, only in the tenant's namespace. The platform also binds roles in the
    /// namespaces of child tenants.
    pub alone: bool,
}

impl Subject {
    /// A role in the tenant of a namespace.
    pub fn new(role: Role, tenant: impl Into<String>) -> Subject {
        Subject {
            role,
            tenant: tenant.into(),
            alone: false,
        }
    }

    /// A role in the namespace of a tenant, without its child tenants.
    pub fn only_in(role: Role, tenant: impl Into<String>) -> Subject {
        Subject {
            alone: true,
            ..Subject::new(role, tenant)
        }
    }

    /// The operator of the platform.
    pub fn platform() -> Subject {
        Subject::new(Role::Platform, DEMO_TENANT)
    }

    /// The bearer token, such as `view:tenant-demo`. The operator's token is [`crate::Options::token`].
    pub fn token(&self) -> String {
        self.to_string()
    }

    /// The name in the platform's messages.
    pub fn user(&self) -> String {
        let tenant = &self.tenant;
        match self.role {
            Role::ServiceAccount => format!("system:serviceaccount:{tenant}:{tenant}"),
            Role::Platform => "kubernetes-admin".to_owned(),
            role => format!("{tenant}-{}-user", role.name()),
        }
    }

    /// Whether the role is bound in a namespace. The names of namespaces contain the hierarchy of tenants.
    pub(crate) fn is_bound_in(&self, namespace: &str) -> bool {
        if self.alone {
            return self.tenant == namespace;
        }
        let below = |rest: &str| rest.is_empty() || rest.starts_with('-');
        self.role == Role::Platform
            || (names::is_tenant(namespace)
                && (self.tenant == ROOT
                    || namespace
                        .strip_prefix(self.tenant.as_str())
                        .is_some_and(below)))
    }
}

impl Default for Subject {
    fn default() -> Self {
        Subject::new(Role::ServiceAccount, DEMO_TENANT)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alone = if self.alone { ALONE } else { "" };
        write!(f, "{}:{}{alone}", self.role.name(), self.tenant)
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (role, tenant) = text
            .split_once(':')
            .ok_or_else(|| format!("{text:?} is not ROLE:NAMESPACE"))?;
        let (tenant, alone) = match tenant.strip_suffix(ALONE) {
            Some(tenant) => (tenant, true),
            None => (tenant, false),
        };
        let role = role.parse()?;
        if role == Role::Platform || !names::is_tenant(tenant) {
            return Err(format!(
                "{text:?} is not a role in the namespace of a tenant"
            ));
        }
        Ok(Subject {
            alone,
            ..Subject::new(role, tenant)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, Subject};

    #[test]
    fn a_subject_is_bound_in_its_tenant_and_below() {
        let demo = Subject::new(Role::View, "tenant-demo");
        for (namespace, bound) in [
            ("tenant-demo", true),
            ("tenant-demo-sub", true),
            ("tenant-demo2", false),
            ("tenant-root", false),
            ("default", false),
        ] {
            assert_eq!(demo.is_bound_in(namespace), bound, "{namespace}");
        }
        assert!(Subject::new(Role::View, "tenant-root").is_bound_in("tenant-demo"));
        let alone = Subject::only_in(Role::View, "tenant-demo");
        assert!(alone.is_bound_in("tenant-demo"));
        assert!(!alone.is_bound_in("tenant-demo-sub"));
    }

    #[test]
    fn tokens_are_read_back() {
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Platform) {
            for subject in [
                Subject::new(role, "tenant-a-b"),
                Subject::only_in(role, "tenant-a-b"),
            ] {
                assert_eq!(subject.token().parse(), Ok(subject));
            }
        }
        for text in ["view", "boss:tenant-a", "view:default", "platform:tenant-a"] {
            assert!(text.parse::<Subject>().is_err(), "{text}");
        }
    }
}
