use super::kind::{Kind, NameRule};
use crate::api::Error;

/// The roles a tenant gives people, each with the rights of those before it (read in the platform's
/// charts). They are bound in its namespace and in those of the tenants below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Reads applications.
    View,
    /// Reads credentials as well.
    Use,
    /// Writes applications, but no tenants.
    Admin,
    /// Writes tenants as well.
    SuperAdmin,
}

impl Role {
    /// The least that may do this to objects of a kind.
    pub(super) fn to(doing: &str, kind: &Kind) -> Role {
        match doing {
            "read" => Role::View,
            _ if kind.name_rule == NameRule::Tenant => Role::SuperAdmin,
            _ => Role::Admin,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Role::View => "view",
            Role::Use => "use",
            Role::Admin => "admin",
            Role::SuperAdmin => "super-admin",
        }
    }

    /// Whom to ask for what, where this role was missing for an object.
    pub(super) fn advice(self, id: &str) -> String {
        let (name, tenant) = (self.name(), id.split('/').next().unwrap_or(id));
        format!(
            "It takes the role `{name}` in `{tenant}` or in a tenant above. Ask who manages `{tenant}` for the \
             group `{tenant}-{name}`, or use its service account."
        )
    }
}

/// What to do about a right that is missing.
pub(super) fn advice(role: Role, id: &str, error: &Error) -> String {
    if is_policy(error) {
        return "A rule of the platform refuses it, whatever role you have in the tenant. Leave out what the \
                message names, or ask who runs the platform to do it."
            .to_owned();
    }
    let tenant = id.split('/').next().unwrap_or(id);
    format!(
        "{} Check the namespace as well: where there is no `{tenant}`, the answer is the same.",
        role.advice(id)
    )
}

/// Whether it was not a role that was missing: the API says the name of the rule.
fn is_policy(error: &Error) -> bool {
    let text = error.to_string();
    ["ValidatingAdmissionPolicy", "admission webhook"]
        .iter()
        .any(|rule| text.contains(rule))
}
