use super::conflict::{Conflict, interpret};
use super::machine::{TITLE, run_strategy};
use super::wait::Goal;
use crate::api::{Error, ErrorKind, Object, Pod};
use crate::lifecycle::Application;
use crate::resource::{Lifecycle as _, TenantRole, api_error_as, capitalised};
use crate::schema::Diagnostics;

/// The request was refused: why, and what to do.
pub(super) fn refused(
    diagnostics: &mut Diagnostics,
    (verb, goal): (&str, Goal),
    id: &str,
    application: Option<&Object>,
    error: &Error,
    pods: Option<&[Pod]>,
) {
    let summary = format!("Could not {verb} {TITLE} {id}");
    let strategy = application.map_or("Always", run_strategy);
    let detail = match error.kind() {
        ErrorKind::Forbidden if !error.is_anonymous() => return forbidden(diagnostics, (verb, goal), id, error),
        ErrorKind::NotFound => match application {
            None => format!("There is no virtual machine `{id}`. Check `vm_id`: it is the `id` of a `hikube_vm`."),
            Some(object) => {
                let status = Application.not_ready_reason(object);
                let status = status.unwrap_or_else(|| "Ready".to_owned());
                format!(
                    "The platform has not created the virtual machine yet. Status of the object: {status}. Invoke the \
                     action once it is ready."
                )
            }
        },
        ErrorKind::Conflict => match interpret(goal, &error.to_string(), pods) {
            Conflict::NotRunning => "It is not running, or is being stopped, so it cannot be restarted. Start it with `hikube_vm_start`, or set \
                                     `run_strategy` of the `hikube_vm` to `Always`."
                .to_owned(),
            Conflict::Strategy => format!(
                "Its `run_strategy` is `{strategy}`, which does not permit this. Set `run_strategy` of the `hikube_vm` \
                 to `Manual` or `Always` instead."
            ),
            Conflict::Expected | Conflict::Concurrent => {
                "It was changed by another client at the same time. Invoke the action again.".to_owned()
            }
        },
        // KubeVirt refuses a second change while one is in progress (read in its source).
        ErrorKind::Other if error.to_string().contains("already underway") => {
            "Another start, stop or restart of it is in progress. Invoke the action again once that has ended."
                .to_owned()
        }
        _ => return api_error_as(diagnostics, TITLE, TenantRole::Use, verb, id, error),
    };
    let cause = capitalised(&error.to_string());
    diagnostics.error(summary, format!("{cause}.\n\n{detail}"));
}

/// The permission is missing: in every role before release 1.5 (read in the platform's charts), otherwise in this one.
fn forbidden(diagnostics: &mut Diagnostics, (verb, goal): (&str, Goal), id: &str, error: &Error) {
    let declared = match goal {
        Goal::Running => "set `run_strategy` of the `hikube_vm` to `Always` and apply",
        Goal::Stopped => "set `run_strategy` of the `hikube_vm` to `Halted` and apply",
        Goal::Restarted => {
            "set `run_strategy` of the `hikube_vm` to `Halted` and apply, then set it to `Always` and apply again"
        }
    };
    diagnostics.error(
        format!("Permission denied: cannot {verb} {TITLE} {id}"),
        format!(
            "{}.\n\nTenants may {verb} virtual machines since platform 1.5. {}\n\nOn earlier platforms no role of a tenant \
             permits it: {declared}. On platform 0.41 this attribute sets `running`.",
            capitalised(&error.to_string()),
            TenantRole::Use.advice(id),
        ),
    );
}
