use crate::resource::place_of;
use crate::schema::{Scope, duration};

/// `vm_id` must be an ID, because it is part of a URL.
pub(super) fn vm_id_is_an_id(scope: &mut Scope<'_>) {
    let is_wrong = scope
        .get("vm_id")
        .as_str()
        .is_some_and(|id| place_of(id).is_none());
    if is_wrong {
        scope.error(
            "vm_id",
            "Invalid Attribute Value",
            "`vm_id` must be `namespace/name`, such as `tenant-acme/web`: the `id` of a `hikube_vm`.",
        );
    }
}

/// KubeVirt takes whole seconds. A longer grace period than the timeout would always be a timeout.
pub(super) fn grace_period_fits(scope: &mut Scope<'_>) {
    let of = |name: &str| scope.get(name).as_str().and_then(duration);
    let Some(grace_period) = of("grace_period") else {
        return;
    };
    if scope.get("timeout").is_unknown() {
        return;
    }
    let timeout = of("timeout").unwrap_or(jiff::SignedDuration::from_mins(5));
    let must = if grace_period.subsec_nanos() != 0 {
        "must be a whole number of seconds"
    } else if grace_period >= timeout {
        "must be shorter than `timeout`, which defaults to `5m`"
    } else {
        return;
    };
    scope.error(
        "grace_period",
        "Invalid Attribute Value",
        format!("`grace_period` {must}."),
    );
}
