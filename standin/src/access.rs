//! Who may do what: 401 for a token that is not known, 403 for what no role contains, or for who has
//! none.
use crate::attributes::Attributes;
use crate::custom;
use crate::failure::Failure;
use crate::platform::Platform;
use crate::release::Release;
use crate::roles;
use crate::store::World;
use crate::subject::{Role, Subject};
use axum::http::{HeaderMap, header};

/// Who sends no credentials, as messages name it.
const ANONYMOUS: &str = "system:anonymous";

/// How the names of Secrets end that an application's own role names.
const NAMED_ENDINGS: [&str; 9] = [
    "-credentials",
    "-auth",
    "-urls",
    "-apikey",
    "-admin-kubeconfig",
    "-default-user",
    "-cluster-ca-cert",
    "-clients-ca-cert",
    "-admin-password",
];

/// Who sends a request. The token of a service account is good for as long as its namespace is
/// there; who comes from outside is known in any case. None without a bearer token: that is
/// anonymous, and only a token that is not known is refused here (measured on 1.6).
pub(crate) fn caller(platform: &Platform, headers: &HeaderMap) -> Result<Option<Subject>, Failure> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|given| given.strip_prefix("Bearer "))
        .map_or("", str::trim);
    if token.is_empty() {
        return Ok(None);
    }
    if token == platform.options.token {
        return Ok(Some(Subject::platform()));
    }
    let is_there = |subject: &Subject| {
        subject.role != Role::ServiceAccount
            || platform.world().namespaces.contains_key(&subject.tenant)
    };
    token
        .parse()
        .ok()
        .filter(is_there)
        .map(Some)
        .ok_or_else(|| Failure::new(401, "Unauthorized", "Unauthorized"))
}

/// Checks what may be asked without credentials: nothing but the version, as the roles are that
/// every cluster starts with.
pub(crate) fn check_anonymous(wanted: &Attributes, path: &str) -> Result<(), Failure> {
    if wanted.objects {
        return Err(Failure::forbidden(ANONYMOUS, wanted));
    }
    if path == "/version" && wanted.verb == "get" {
        return Ok(());
    }
    Err(Failure::forbidden_path(ANONYMOUS, wanted.verb, path))
}

/// Checks that a caller may do what it asks for.
pub(crate) fn check(
    platform: &Platform,
    caller: &Subject,
    wanted: &Attributes,
) -> Result<(), Failure> {
    let is_open = !wanted.objects
        || caller.role == Role::Platform
        // Everybody may ask; the answer is about what the caller has a role in.
        || (wanted.resource == "tenantnamespaces" && wanted.reads())
        || reads_cluster_wide(platform.release(), wanted);
    if is_open {
        return Ok(());
    }
    let allowed = wanted.namespace.is_some_and(|namespace| {
        if !caller.is_bound_in(namespace) {
            return false;
        }
        let world = platform.world();
        // Bindings lie in the namespace, and are not there without it.
        world.namespaces.contains_key(namespace)
            && match (wanted.group, wanted.resource, wanted.name) {
                ("", "secrets", Some(name)) => {
                    wanted.verb == "get" && reads_secret(&world, caller.role, namespace, name)
                }
                _ => roles::contain(platform.release(), caller.role, wanted),
            }
    });
    if allowed {
        Ok(())
    } else {
        Err(Failure::forbidden(&caller.user(), wanted))
    }
}

/// Whether it is about custom resources outside of namespaces, which every authenticated caller reads.
fn reads_cluster_wide(release: Release, wanted: &Attributes) -> bool {
    let resource = custom::find(release, wanted.group, wanted.resource);
    wanted.reads() && resource.is_some_and(|resource| !resource.namespaced)
}

/// Each installed application brings a role that names its Secrets, whether they are there or not.
/// Of other Secrets a tenant does not even learn that they exist.
fn reads_secret(world: &World, role: Role, namespace: &str, name: &str) -> bool {
    if let Some(part) = world.secret(namespace, name) {
        let least = match part.owner.0.as_str() {
            _ if !part.visible => Role::Platform,
            "Harbor" => Role::SuperAdmin,
            "Info" if name == namespace => Role::Platform,
            "Info" => Role::View,
            _ => Role::Use,
        };
        return role >= least;
    }
    role >= Role::Use
        && world.objects_in(namespace).any(|(key, object)| {
            let rest = name.strip_prefix(key.1.as_str());
            !object.conditions.is_empty()
                && rest.is_some_and(|rest| {
                    rest.starts_with('-') && NAMED_ENDINGS.iter().any(|end| rest.ends_with(end))
                })
        })
}
