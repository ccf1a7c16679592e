//! The platform's admission policies for applications, since 1.6 (read in the source).
use crate::facts::{GROUP, Kind};
use crate::failure::Failure;
use crate::release::Release;
use crate::subject::{Role, Subject};
use serde_json::Value;

/// Checks a write: only the platform's operator may set or change a tenant's host.
pub(crate) fn check_write(
    release: Release,
    caller: &Subject,
    kind: &Kind,
    name: &str,
    before: Option<&Value>,
    spec: &Value,
) -> Result<(), Failure> {
    let is_trusted = caller.role == Role::Platform || !release.has_policies();
    if is_trusted || kind.kind != "Tenant" {
        return Ok(());
    }
    let host = |spec: &Value| spec["host"].as_str().unwrap_or("").to_owned();
    if before.map(host).unwrap_or_default() == host(spec) {
        return Ok(());
    }
    let why = format!(
        "spec.host of a tenant may be set or changed only by administrators of the platform, and \
         {} is none; without it the tenant has a host below its parent's",
        caller.user()
    );
    Err(denied(kind, name, "cozystack-tenant-host-policy", &why))
}

fn denied(kind: &Kind, name: &str, policy: &str, why: &str) -> Failure {
    let why = format!(
        "ValidatingAdmissionPolicy '{policy}' with binding '{policy}' denied request: {why}"
    );
    Failure::denied(GROUP, &kind.plural, name, &why)
}
