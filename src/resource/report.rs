use super::kind::Kind;
use super::rights::{Role, advice};
use crate::api::{Error, Fault};
use crate::schema::Diagnostics;
use crate::value::Path;

/// What an error of the API means to the person at the terminal: which object, what the server said, what
/// to do next. The only place where one becomes the other.
pub(super) fn report(
    diagnostics: &mut Diagnostics,
    kind: &Kind,
    doing: &str,
    id: &str,
    error: &Error,
) {
    let role = Role::to(doing, kind);
    report_as(diagnostics, kind.title, role, doing, id, error);
}

/// The same of something that is no object of a kind, and takes a role of its own.
pub(super) fn report_as(
    diagnostics: &mut Diagnostics,
    title: &str,
    role: Role,
    doing: &str,
    id: &str,
    error: &Error,
) {
    let summary = format!("Cannot {doing} {title}");
    if let Error::Settings(error) = error {
        return report_settings(diagnostics, error);
    }
    let next = match error.fault() {
        _ if error.is_anonymous() => {
            "The API does not know who asks. Check that the kubeconfig or the provider block has credentials: \
             `token`, `client_certificate` or `exec`. Where it has, the API may be starting: apply again."
        }
        Fault::Unauthorized => {
            "The credentials are not accepted. Check `token`, or download the kubeconfig again: a token may \
             have expired or been revoked."
        }
        Fault::Forbidden => &advice(role, id, error),
        Fault::NotFound => {
            "Check the namespace and the name: the namespace belongs to a tenant, such as `tenant-acme`, and \
             is there once the tenant is ready."
        }
        Fault::Invalid => "Correct what the message names and apply again.",
        Fault::Conflict => "Someone else changed it at the same time. Plan and apply again.",
        Fault::Busy if matches!(error, Error::NoAnswer { .. }) => {
            "No connection came about. Check the address in the kubeconfig or `host`, the network and the proxy."
        }
        _ if matches!(error, Error::Garbage { .. }) => {
            "Something else than the API answers there. Check the address in the kubeconfig or `host`, and what \
             lies on the way; a gateway may be restarting: apply again in a while."
        }
        Fault::Busy | Fault::Uncertain => {
            "It was tried several times. The API may be restarting: apply again in a while. Nothing is lost; \
             what was made is found again."
        }
        Fault::AlreadyExists | Fault::Terminating | Fault::Other => {
            "If the message does not tell what to change, apply again with TF_LOG=debug and report it."
        }
    };
    diagnostics.error(
        summary,
        format!("Tried to {doing} {title} `{id}`; {error}.\n\n{next}"),
    );
}

fn report_settings(diagnostics: &mut Diagnostics, error: &crate::api::SettingsError) {
    let detail = format!(
        "{}\n\nThis is about the provider block, or the variables it is left to.",
        error.detail
    );
    diagnostics.error("Invalid Provider Configuration", detail);
}

/// Something of that name is there already, made by someone else: how to take it over.
pub(super) fn report_existing(diagnostics: &mut Diagnostics, kind: &Kind, id: &str, is_ours: bool) {
    let by = if is_ours {
        " It was made by this provider: in another configuration, or by an apply that was cut off."
    } else {
        ""
    };
    diagnostics.error_at(
        &Path::of("name"),
        format!("{} Already Exists", capitalised(kind.title)),
        format!(
            "There is a {} `{id}` already, and this configuration does not manage it.{by} Choose another name, or \
             take it over with this block, `NAME` being the name of your resource block:\n\n\
             import {{\n  to = {}.NAME\n  id = \"{id}\"\n}}",
            kind.title, kind.type_name
        ),
    );
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
