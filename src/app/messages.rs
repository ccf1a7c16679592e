use super::declaration::of_unseen_kind;
use super::served::{NoKind, alternatives};
use super::typed::{Cause, Problem};
use crate::api::NoSchema;
use crate::kinds::type_for;
use crate::resource::api_error;
use crate::schema::Diagnostics;
use crate::value::{Path, Step, Value};

/// The object with these values, such as `Valkey tenant-acme/cache`.
fn object_of(values: &Value) -> String {
    let kind = values.attribute("kind").as_str().unwrap_or("application");
    format!("{kind} {}", place_of(values))
}

fn place_of(values: &Value) -> String {
    let [namespace, name] =
        ["namespace", "name"].map(|name| values.attribute(name).as_str().unwrap_or("unknown"));
    format!("{namespace}/{name}")
}

/// The platform has no resource for the kind of an object, which is therefore not read or written.
pub(super) fn no_kind(doing: &str, values: &Value, why: NoKind, diagnostics: &mut Diagnostics) {
    let kind = values.attribute("kind").as_str().unwrap_or_default();
    match why {
        NoKind::NotServed(kinds) => diagnostics.error_at(
            &Path::of("kind"),
            format!("Could not {doing} {}", object_of(values)),
            format!(
                "The platform does not serve the kind `{kind}`.{} The provider may be connected to another cluster: check \
                 the kubeconfig, its context and `host`. If the platform no longer has this kind, remove the resource from the \
                 state with `terraform state rm`. The state was not changed.",
                alternatives(kind, &kinds)
            ),
        ),
        NoKind::Unlisted(NoSchema::Unconnected(error)) => {
            api_error(diagnostics, &of_unseen_kind(kind), doing, &place_of(values), &error);
        }
        NoKind::Unlisted(why) => diagnostics.error(
            format!("Could not {doing} {}", object_of(values)),
            format!("The kinds that the platform serves could not be listed: {why}. The state was not changed."),
        ),
    }
}

/// The same at plan: if the kinds cannot be listed, the plan is made without them.
pub(super) fn no_kind_at_plan(
    kind: &str,
    planned: &Value,
    why: NoKind,
    diagnostics: &mut Diagnostics,
) {
    match why {
        NoKind::NotServed(kinds) => diagnostics.error_at(
            &Path::of("kind"),
            format!("Unknown kind: {kind}"),
            format!("The platform does not serve the kind `{kind}`.{}", alternatives(kind, &kinds)),
        ),
        why @ NoKind::Unlisted(NoSchema::Unconnected(_)) => {
            no_kind("plan", planned, why, diagnostics);
        }
        NoKind::Unlisted(why) => diagnostics.warn(
            format!("Plan not checked against the platform: {}", object_of(planned)),
            format!(
                "The kinds that the platform serves could not be listed: {why}. Neither `kind` nor `spec` was checked; the \
                 platform may still refuse them."
            ),
        ),
    }
}

/// An object whose fields are not known cannot be imported.
pub(super) fn no_schema_for_import(state: &Value, why: &NoSchema, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        format!("Could not import {}", object_of(state)),
        format!(
            "The platform's schema shows which values are defaults, and could not be read: {why}. Import the object when \
             `/openapi/v3` of the API can be read."
        ),
    );
}

/// An update without the schema would store every default of the platform in the object.
pub(super) fn no_schema_for_update(values: &Value, why: &NoSchema, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        format!("Could not update {}", object_of(values)),
        format!(
            "The platform's schema shows which values are defaults, and could not be read: {why}. Nothing was sent. Run \
             `terraform apply` again when `/openapi/v3` of the API can be read."
        ),
    );
}

/// Reports what the kind does not have. A field that the state has as well was supported before an upgrade of the
/// platform: as long as it does not change, it is a warning.
pub(super) fn report_problems(
    problems: &[Problem<'_>],
    known: &[Problem<'_>],
    diagnostics: &mut Diagnostics,
) {
    for problem in problems {
        let path = &problem.path;
        match &problem.cause {
            Cause::Unsupported { .. } if known.contains(problem) => diagnostics.warn_at(
                path,
                format!("Unsupported attribute: {path}"),
                format!(
                    "This platform does not support `{path}` and ignores it. Remove it; changing it to another value is an \
                     error."
                ),
            ),
            Cause::Unsupported { fields } => diagnostics.error_at(
                path,
                format!("Unsupported attribute: {path}"),
                format!(
                    "This platform does not support `{path}` and would ignore it.{}",
                    alternatives(last_name(path), fields)
                ),
            ),
            Cause::Type(expected) => diagnostics.error_at(
                path,
                "Incorrect attribute value type",
                format!("`{path}` must be {expected}."),
            ),
            Cause::Amount => diagnostics.error_at(
                path,
                "Invalid Attribute Value",
                format!("`{path}` must be an amount such as `500m`, `2`, `512Mi` or `10Gi`."),
            ),
        }
    }
}

fn last_name(path: &Path) -> &str {
    match path.steps().last() {
        Some(Step::Attribute(name)) => name,
        _ => "",
    }
}

/// A new object of a kind that has a resource of its own.
pub(super) fn warn_of_typed_resource(planned: &Value, diagnostics: &mut Diagnostics) {
    let Some(typed) = planned.attribute("kind").as_str().and_then(type_for) else {
        return;
    };
    diagnostics.warn_at(
        &Path::of("kind"),
        format!("`{typed}` is available: {}", object_of(planned)),
        format!(
            "`{typed}` is the resource for this kind. It has outputs such as credentials, checks more at plan, and accepts \
             passwords without storing them. Use it unless this version of the provider lacks a field that you need."
        ),
    );
}
