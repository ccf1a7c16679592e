use crate::api::Error;
use crate::resource::declaration::kind::NameRule;
use crate::resource::resource_type::ResourceType;

/// The roles of a tenant, each with the permissions of those before it (read in the platform's charts). They are bound
/// in the tenant's namespace and in those of its child tenants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TenantRole {
    /// Reads applications.
    View,
    /// Reads credentials as well.
    Use,
    /// Writes applications, except tenants.
    Admin,
    /// Writes tenants as well.
    SuperAdmin,
}

impl TenantRole {
    /// The role with the fewest permissions that is sufficient for an operation on objects of a kind.
    pub(crate) fn to(doing: &str, resource_type: &ResourceType) -> TenantRole {
        match doing {
            "read" => TenantRole::View,
            _ if resource_type.name_rule == NameRule::Tenant => TenantRole::SuperAdmin,
            _ => TenantRole::Admin,
        }
    }

    fn name(self) -> &'static str {
        match self {
            TenantRole::View => "view",
            TenantRole::Use => "use",
            TenantRole::Admin => "admin",
            TenantRole::SuperAdmin => "super-admin",
        }
    }

    /// The role to request, and from whom.
    pub(crate) fn advice(self, id: &str) -> String {
        let (name, tenant) = (self.name(), id.split('/').next().unwrap_or(id));
        format!(
            "This requires the `{name}` role in `{tenant}` or a parent tenant. Ask an administrator to add you to the group \
             `{tenant}-{name}`, or use the service account of the tenant."
        )
    }
}

/// What to do about a missing permission.
pub(crate) fn advice(role: TenantRole, id: &str, error: &Error) -> String {
    if is_policy(error) {
        return "A policy of the platform refuses this for every role. Remove what the message names, or ask the support of the \
                platform."
            .to_owned();
    }
    let tenant = id.split('/').next().unwrap_or(id);
    format!(
        "{} Check the namespace as well: the answer is the same if `{tenant}` does not exist.",
        role.advice(id)
    )
}

/// Whether a policy rejected the request instead of a missing role: the message names the kind of policy.
fn is_policy(error: &Error) -> bool {
    let text = error.to_string();
    ["ValidatingAdmissionPolicy", "admission webhook"]
        .iter()
        .any(|rule| text.contains(rule))
}
