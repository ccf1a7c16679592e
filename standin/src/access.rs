//! Authentication and authorization: 401 for an unknown token, 403 for missing permissions or an unauthenticated
//! caller.
use crate::attributes::Attributes;
use crate::custom;
use crate::failure::Failure;
use crate::platform::Platform;
use crate::release::Release;
use crate::roles;
use crate::store::World;
use crate::subject::{Role, Subject};
use axum::http::{HeaderMap, header};

/// The name of unauthenticated callers in messages.
const ANONYMOUS: &str = "system:anonymous";

/// Suffixes of the Secrets that an application's own role permits.
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

/// Authenticates a request. The token of a service account is valid while its namespace exists; other tokens are always
/// valid. A request without a bearer token is anonymous. Only unknown tokens are rejected here (measured on 1.6).
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

/// Authorizes an anonymous request: by the default roles of a cluster, only the version is permitted.
pub(crate) fn check_anonymous(wanted: &Attributes, path: &str) -> Result<(), Failure> {
    if wanted.objects {
        return Err(Failure::forbidden(ANONYMOUS, wanted));
    }
    if path == "/version" && wanted.verb == "get" {
        return Ok(());
    }
    Err(Failure::forbidden_path(ANONYMOUS, wanted.verb, path))
}

/// Authorizes a request.
pub(crate) fn check(
    platform: &Platform,
    caller: &Subject,
    wanted: &Attributes,
) -> Result<(), Failure> {
    let is_open = !wanted.objects
        || caller.role == Role::Platform
        // Permitted for all callers; the response is filtered by their roles.
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
        // Role bindings are in the namespace, so there are none if it does not exist.
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

/// Whether the request reads cluster-scoped custom resources, which every authenticated caller can read.
fn reads_cluster_wide(release: Release, wanted: &Attributes) -> bool {
    let resource = custom::find(release, wanted.group, wanted.resource);
    wanted.reads() && resource.is_some_and(|resource| !resource.namespaced)
}

/// Each installed application has a role that lists the names of its Secrets, whether or not they exist. For other
/// Secrets, the response does not reveal whether they exist.
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
