use super::rbac::{TenantRole, advice};
use crate::api::{Error, ErrorKind};
use crate::resource::entry_of::EntryOf;
use crate::resource::resource_type::ResourceType;
use crate::schema::Diagnostics;
use crate::value::Path;

/// Converts an error of the API to a diagnostic with the object, the server's message, and what to do. All errors are
/// converted here.
pub(crate) fn api_error(
    diagnostics: &mut Diagnostics,
    resource_type: &ResourceType,
    doing: &str,
    id: &str,
    error: &Error,
) {
    let role = TenantRole::to(doing, resource_type);
    api_error_as(diagnostics, &resource_type.title, role, doing, id, error);
}

/// The same for an object that is not of a kind, and requires another role.
pub(crate) fn api_error_as(
    diagnostics: &mut Diagnostics,
    title: &str,
    role: TenantRole,
    doing: &str,
    id: &str,
    error: &Error,
) {
    let is_denied = error.kind() == ErrorKind::Forbidden && !error.is_anonymous();
    let summary = if is_denied {
        format!("Permission denied: cannot {doing} {title} {id}")
    } else {
        format!("Could not {doing} {title} {id}")
    };
    if let Error::Settings(error) = error {
        return report_settings(diagnostics, error);
    }
    let next = match error.kind() {
        _ if error.is_anonymous() => {
            "The request was anonymous. Check that the kubeconfig or the provider block has credentials: `token`, \
             `client_certificate` or `exec`. If it has, the API may be starting: apply again."
        }
        ErrorKind::Unauthorized => {
            "The API rejected the credentials. Check `token`, or download the kubeconfig again: the token may have expired \
             or been revoked."
        }
        ErrorKind::Forbidden => &advice(role, id, error),
        ErrorKind::NotFound => {
            "Check the namespace and the name. The namespace of a tenant, such as `tenant-acme`, exists once the tenant is \
             ready."
        }
        ErrorKind::NotServed => {
            "This address does not serve this kind of object. The provider may be connected to another cluster, or to a \
             platform release without it. Check the kubeconfig, its context and `host`. The state was not changed."
        }
        ErrorKind::Invalid => "Correct what the message names, then apply again.",
        ErrorKind::Conflict => {
            "The object was changed by someone else at the same time. Plan and apply again."
        }
        _ if matches!(error, Error::Proxy { .. }) => {
            "Check `proxy_url`, `proxy-url` in the kubeconfig, or HTTPS_PROXY. To reach the API without a proxy, add \
             its host to NO_PROXY."
        }
        _ if matches!(error, Error::Tls { .. }) => {
            "Set `cluster_ca_certificate` to the certificate of the authority that signed the API's, as in \
             `certificate-authority-data` of the kubeconfig; set `tls_server_name` to a name in the certificate if the \
             address has another. Check that the address is the right one."
        }
        _ if matches!(error, Error::TooLarge { .. }) => {
            "The Hikube API gives no answers of this size. Check the address in the kubeconfig or `host`, and any \
             gateway in between."
        }
        ErrorKind::Busy if matches!(error, Error::NoAnswer { .. }) => {
            "Could not connect. Check the address in the kubeconfig or `host`, the network and the proxy."
        }
        _ if matches!(
            error,
            Error::InvalidResponse { .. } | Error::Unrelated { .. }
        ) =>
        {
            "This address does not serve the Hikube API. Check the address in the kubeconfig or `host`, and any \
             gateway in between; it may be restarting: run this again in a while."
        }
        _ if matches!(error, Error::NoAnswer { stopped: true, .. }) => {
            "Terraform was interrupted. Run it again to go on: what was created is found again."
        }
        _ if matches!(error, Error::NoAnswer { .. }) => {
            "The API, or something in between, does not answer in time: run this again in a while. For an API that is \
             slow, raise `request_timeout` of the provider. Nothing is lost; what was created is found again."
        }
        ErrorKind::Busy | ErrorKind::Uncertain => {
            "The API may be overloaded or restarting: run this again in a while. Nothing is lost; what was created is \
             found again."
        }
        ErrorKind::AlreadyExists | ErrorKind::Terminating | ErrorKind::Other => {
            "If it is not clear from the message what to change, run Terraform with TF_LOG=debug and report the output as an \
             issue."
        }
    };
    diagnostics.error(
        summary,
        format!("{}.\n\n{next}", capitalised(&error.to_string())),
    );
}

/// The error for objects that cannot be listed in a namespace, or on the platform.
pub(crate) fn list_error(
    diagnostics: &mut Diagnostics,
    title: &str,
    namespace: Option<&str>,
    error: &Error,
) {
    let (title, place) = match namespace {
        Some(namespace) => (format!("{title} in"), namespace),
        None => (format!("{title} of"), "this platform"),
    };
    api_error_as(diagnostics, &title, TenantRole::View, "list", place, error);
}

fn report_settings(diagnostics: &mut Diagnostics, error: &crate::api::SettingsError) {
    let detail = format!(
        "{}\n\nCheck the provider block and the environment variables that it can be set with.",
        error.detail
    );
    diagnostics.error("Invalid provider configuration", detail);
}

/// The object with this name is not the one in the state, and is not changed.
pub(crate) fn foreign_object_error(
    diagnostics: &mut Diagnostics,
    resource_type: &ResourceType,
    id: &str,
    uid: &str,
) {
    diagnostics.error(
        format!("{} {id} is not the object in the state", capitalised(&resource_type.title)),
        format!(
            "An object of that name exists, with another uid ({uid}). Either the provider is connected to another cluster, or \
             the object was deleted and created again outside of this configuration. It was not changed.\n\n\
             If it is another cluster, correct the kubeconfig, its context or `host`. To manage this object from now \
             on, remove the resource from the state with `terraform state rm ADDRESS` and import it:\n\n{}",
            import_block(resource_type, id)
        ),
    );
}

/// The names of some fields on this platform are not known. Under another name they would be stored and ignored, so
/// nothing was sent.
pub(crate) fn unnamed_fields_error(
    diagnostics: &mut Diagnostics,
    resource_type: &ResourceType,
    doing: &str,
    id: &str,
    unnamed: &[String],
) {
    let names: Vec<String> = unnamed.iter().map(|name| format!("`{name}`")).collect();
    diagnostics.error(
        format!("Could not {doing} {} {id}", resource_type.title),
        format!(
            "The name or the form of {} differs between platform releases, and the platform's schema could not be read. Nothing was \
             sent. Run `terraform apply` again when `/openapi/v3` of the API can be read.",
            names.join(", ")
        ),
    );
}

fn import_block(resource_type: &ResourceType, id: &str) -> String {
    let id = resource_type.import_id(id);
    format!(
        "import {{\n  to = {}.NAME\n  id = \"{id}\"\n}}",
        resource_type.type_name
    )
}

/// The owner of an object with the name of a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameOwner {
    /// An object that this run read from a state or created: of another block, or the object to replace.
    ThisConfiguration,
    /// An object that this provider created, from another configuration or in an interrupted apply.
    ThisProvider,
    /// An object created by another client.
    SomeoneElse,
}

/// The error for an existing object: its owner, and how to import it.
pub(crate) fn already_exists_error(
    diagnostics: &mut Diagnostics,
    resource_type: &ResourceType,
    id: &str,
    owner: NameOwner,
) {
    let (title, import) = (
        capitalised(&resource_type.title),
        import_block(resource_type, id),
    );
    let (summary, detail) = match owner {
        NameOwner::ThisConfiguration => (
            format!("{title} {id} is already in use"),
            "The name is in use by another block of this configuration, or by the object that is being replaced. \
             Give each block a `name` of its own. With `create_before_destroy` the new object exists beside the \
             old one, so it needs a different `name`; without it, the old object is destroyed first."
                .to_owned(),
        ),
        NameOwner::ThisProvider => (
            format!("{title} {id} already exists"),
            format!(
                "It is not in this resource's state: it was created by another configuration, by an interrupted \
                 apply, or it is being replaced with `create_before_destroy`, which needs a different `name`. \
                 Choose another name or, to manage it here, import it; `NAME` is the name of your resource \
                 block:\n\n{import}"
            ),
        ),
        NameOwner::SomeoneElse => (
            format!("{title} {id} already exists"),
            format!(
                "It is not in this resource's state, and it was not created by this provider. Choose another name \
                 or, to manage it here, import it; `NAME` is the name of your resource block:\n\n{import}"
            ),
        ),
    };
    diagnostics.error_at(&Path::of("name"), summary, detail);
}

/// The error for an existing entry: its owner, and how to import it.
pub(crate) fn entry_exists_error(
    diagnostics: &mut Diagnostics,
    resource_type: &ResourceType,
    entry: &EntryOf,
    id: &str,
    has_owner: bool,
) {
    let (object, attribute) = (entry.object_type, entry.attribute);
    let owner = if has_owner {
        format!(
            "It is managed by another `{}`, in this or another configuration, or it was created by an interrupted apply. If \
             its resource block was renamed, add a `moved` block.",
            resource_type.type_name
        )
    } else {
        format!("It is in `{attribute}` of the `{object}`, or was added by another client.")
    };
    diagnostics.error_at(
        &Path::of("name"),
        format!("{} {id} already exists", capitalised(&resource_type.title)),
        format!(
            "{owner} Choose another name or, to manage it here, import it, then remove it from where it was; `NAME` is the \
             name of your resource block:\n\n{}",
            import_block(resource_type, id)
        ),
    );
}

pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
