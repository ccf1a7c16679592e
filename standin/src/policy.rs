//! The platform's admission policies for applications, which came with 1.6 (read in the source).
use crate::facts::{GROUP, Kind};
use crate::failure::Failure;
use crate::object::Object;
use crate::release::Release;
use crate::subject::{Role, Subject};
use serde_json::Value;

/// The label that keeps an object from being deleted.
const NO_DELETE: &str = "platform.cozystack.io/no-delete";

/// Checks a write: only who runs the platform may set or change a tenant's host.
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

/// Checks a deletion: nobody may delete what is labelled against it. The policy names no reason, so
/// Kubernetes answers with that of an invalid object.
pub(crate) fn check_delete(release: Release, kind: &Kind, object: &Object) -> Result<(), Failure> {
    let is_kept = object
        .labels
        .get(NO_DELETE)
        .is_some_and(|value| value == "true");
    if !is_kept || !release.has_policies() {
        return Ok(());
    }
    let why = format!("an object with the label {NO_DELETE}=true is not deleted; remove it first");
    let policy = "cozystack-no-delete-guardrail";
    let mut failure = denied(kind, &object.name, policy, &why);
    (failure.code, failure.reason) = (422, "Invalid");
    Err(failure)
}

fn denied(kind: &Kind, name: &str, policy: &str, why: &str) -> Failure {
    let why = format!(
        "ValidatingAdmissionPolicy '{policy}' with binding '{policy}' denied request: {why}"
    );
    Failure::denied(GROUP, &kind.plural, name, &why)
}
