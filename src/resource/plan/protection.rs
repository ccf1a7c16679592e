//! Data loss in a plan: a warning, or an error with `deletion_protection`.

use super::losses::{keep, losses, renaming, summary, texts};
use super::request::{PlanRequest, Subject};
use super::transitions::Transition;
use crate::resource::state::private::Private;
use crate::schema::Diagnostics;
use crate::value::{Path, Value};

/// The attribute that protects an object.
const NAME: &str = "deletion_protection";

/// Whether an object is protected, and by which setting.
enum Protection {
    Off,
    /// The value is unknown until the apply.
    Unknown,
    ByResource,
    ByProvider,
}

impl Protection {
    fn of(values: &Value, request: &PlanRequest<'_>) -> Protection {
        match values.attribute(NAME) {
            Value::Bool(true) => Protection::ByResource,
            Value::Unknown => Protection::Unknown,
            Value::Null if request.protects_from_deletion => Protection::ByProvider,
            _ => Protection::Off,
        }
    }

    /// The setting that enables the protection, for messages; none if it is not in effect.
    fn in_effect(&self) -> Option<&'static str> {
        match self {
            Protection::Off => None,
            Protection::Unknown => Some(
                "`deletion_protection` is known only after apply, which counts as `true` until then",
            ),
            Protection::ByResource => Some("`deletion_protection` is `true`"),
            Protection::ByProvider => {
                Some("`deletion_protection` is `true` in the provider configuration")
            }
        }
    }
}

/// Rejects the replacement of a protected object because of changes at these paths.
pub(crate) fn protect_from_replacement(
    subject: &Subject<'_>,
    request: &PlanRequest<'_>,
    planned: &Value,
    requires_replace: &[Path],
    diagnostics: &mut Diagnostics,
) {
    let Some(why) = Protection::of(planned, request).in_effect() else {
        return;
    };
    let causes: Vec<String> = requires_replace
        .iter()
        .map(|path| format!("`{path}`"))
        .collect();
    diagnostics.error(
        format!("Deletion protection: cannot replace {} {}", subject.title, subject.place),
        format!(
            "Changing {} forces replacement, which deletes the object with its data, and {why}. To keep the object, \
             undo the change. To replace it, set `deletion_protection = false` on this resource; this can be done in \
             the same change.",
            causes.join(", ")
        ),
    );
}

/// Warns of data that an update deletes. If the planned object is protected, this is an error.
pub(crate) fn protect_from_loss(
    subject: &Subject<'_>,
    request: &PlanRequest<'_>,
    planned: &Value,
    transitions: &[Transition<'_>],
    diagnostics: &mut Diagnostics,
) {
    let losses = losses(transitions);
    if losses.is_empty() {
        return;
    }
    let (keep, renaming) = (keep(&losses), renaming(&losses));
    if let Some(why) = Protection::of(planned, request).in_effect() {
        return diagnostics.error(
            format!("Deletion protection: cannot change {} {}", subject.title, subject.place),
            format!(
                "Applying this plan would delete {}, and {why}. {keep}. To delete it, set \
                 `deletion_protection = false` on this resource; this can be done in the same change.{renaming}",
                texts(&losses)
            ),
        );
    }
    diagnostics.warn(
        summary(&losses, &subject.place),
        format!(
            "Applying this plan deletes {}. {keep}; to prevent this, set `deletion_protection = true`.{renaming}",
            texts(&losses)
        ),
    );
}

/// Rejects the replacement of a protected object that the user requested: with `-replace` or `replace_triggered_by`,
/// Terraform plans a create with the private data of the old object.
pub(crate) fn protect_from_forced_replacement(
    subject: &Subject<'_>,
    request: &PlanRequest<'_>,
    planned: &Value,
    diagnostics: &mut Diagnostics,
) {
    let is_replacement = !Private::read(request.private).uid.is_empty();
    let protection = Protection::of(planned, request);
    let Some(why) = protection
        .in_effect()
        .filter(|_| is_replacement && !request.is_applying)
    else {
        return;
    };
    diagnostics.error(
        format!("Deletion protection: cannot replace {} {}", subject.title, subject.place),
        format!(
            "The object is to be replaced, which deletes it with its data, and {why}. To keep it, leave out \
             `-replace` or the change that `replace_triggered_by` names. To replace it, set \
             `deletion_protection = false` on this resource; this can be done in the same change."
        ),
    );
}

/// Rejects the destruction of a protected object. The value in the state decides, as there is no configuration.
pub(crate) fn protect_from_destroy(
    subject: &Subject<'_>,
    request: &PlanRequest<'_>,
    diagnostics: &mut Diagnostics,
) {
    // During an apply, Terraform plans the destruction of an object that `create_before_destroy` replaced. The
    // replacement was approved with the new value, but the state of the old object still has the old one.
    if request.prior.is_null() || request.is_applying {
        return;
    }
    let Some(why) = Protection::of(request.prior, request).in_effect() else {
        return;
    };
    diagnostics.error(
        format!("Deletion protection: cannot destroy {} {}", subject.title, subject.place),
        format!(
            "Destroying it deletes its data, and {why}. To destroy it, set `deletion_protection = false` on this \
             resource, apply, then destroy it. If its block was removed from the configuration, restore the block \
             first."
        ),
    );
}
