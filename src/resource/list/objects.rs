use super::events::{Full, Listed, Listing};
use super::settings::{Filter, Searched, searched, validate_list};
use crate::api::{Error, ErrorKind, Object};
use crate::resource::diagnostics::error::{api_error, capitalised};
use crate::resource::observe::observed::Observed;
use crate::resource::observe::served::served;
use crate::resource::plan::request::Namespace;
use crate::resource::read::import::import;
use crate::resource::read::refresh::state_after_read;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::schema::{AttributeRole, Diagnostics, nullify, secret_paths};
use crate::value::{Path, Value};

/// Lists the existing objects of a resource type: one request for each namespace. A namespace that cannot be read is a
/// warning, unless it is the only one.
pub async fn list(
    resource_type: &ResourceType,
    session: &Session,
    config: &Value,
    namespace: &Namespace,
    listing: &mut Listing,
) {
    let mut diagnostics = validate_list(resource_type, config);
    let searched = match diagnostics.has_errors() {
        true => None,
        false => searched(config, namespace, &mut diagnostics),
    };
    let Some(searched) = searched else {
        return listing.tell(diagnostics).await;
    };
    listing.tell(diagnostics).await;
    let namespaces = match &searched {
        Searched::One(namespace) => Ok(vec![namespace.clone()]),
        Searched::All => session.client.tenant_namespaces().await,
    };
    let namespaces = match namespaces {
        Ok(namespaces) => namespaces,
        Err(error) => {
            let mut diagnostics = Diagnostics::new();
            diagnostics.error_at(
                &Path::of("namespace"),
                "Tenants cannot be listed",
                format!("{error}. Set `namespace` to one tenant."),
            );
            return listing.tell(diagnostics).await;
        }
    };
    let filter = Filter::of(config);
    let count = namespaces.len();
    for (index, namespace) in namespaces.iter().enumerate() {
        let place = [namespace.as_str(), "unknown"];
        let resource_type = served(resource_type, session, place).await;
        let is_last = index + 1 == count;
        match list_namespace(resource_type, session, namespace, &filter, listing, is_last).await {
            Ok(Ok(())) => {}
            Ok(Err(Full)) => return,
            Err(error) => {
                let mut diagnostics = Diagnostics::new();
                let is_final = !matches!(searched, Searched::All)
                    || !matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotServed);
                not_listed(resource_type, namespace, &error, is_final, &mut diagnostics);
                let failure = Some(error.kind());
                listing.tell_failure(diagnostics, failure).await;
                if is_final {
                    return;
                }
            }
        }
    }
}

async fn list_namespace(
    resource_type: &ResourceType,
    session: &Session,
    namespace: &str,
    filter: &Filter,
    listing: &mut Listing,
    is_last: bool,
) -> Result<Result<(), Full>, Error> {
    if listing.is_full() {
        return Ok(Err(Full));
    }
    let target = resource_type.object(namespace, "");
    let selector = filter.selector.as_deref();
    let found = resource_type.lifecycle.search(session, target, selector);
    let found = found.await?.into_iter();
    let mut found = found
        .filter(|object| filter.includes(resource_type, object))
        .peekable();
    while let Some(object) = found.next() {
        let listed = listed(resource_type, session, object).await;
        let has_more = found.peek().is_some() || !is_last;
        if listing.put(listed, has_more).await.is_err() {
            return Ok(Err(Full));
        }
    }
    Ok(Ok(()))
}

/// The state of an object in a list, as after an import. Terraform shows it as it is, so it has no secrets.
async fn listed(resource_type: &ResourceType, session: &Session, object: Object) -> Listed {
    let mut diagnostics = Diagnostics::new();
    let display_name = display_name(resource_type, &object);
    let namespace = Namespace::Known(object.namespace.clone());
    let imported = import(
        resource_type,
        &id(&object.namespace, &object.name),
        &namespace,
    );
    let seen = Observed::alone(object);
    let mut state = state_after_read(
        resource_type,
        session,
        &imported.state,
        &seen,
        &Private::read(&imported.private),
        &mut diagnostics,
    )
    .await;
    let secrets = secret_paths(&resource_type.schema, &state);
    nullify(&resource_type.schema, &mut state, &|attribute| {
        attribute.sensitive || attribute.role == AttributeRole::WriteOnly
    });
    Listed {
        state,
        secrets,
        failure: None,
        display_name,
        diagnostics,
    }
}

fn display_name(resource_type: &ResourceType, object: &Object) -> String {
    match resource_type.lifecycle.not_ready_reason(object) {
        None => object.name.clone(),
        Some(_) => format!("{} (not ready)", object.name),
    }
}

fn not_listed(
    resource_type: &ResourceType,
    namespace: &str,
    error: &Error,
    is_final: bool,
    diagnostics: &mut Diagnostics,
) {
    if is_final {
        return api_error(diagnostics, resource_type, "list", namespace, error);
    }
    diagnostics.warn(
        format!(
            "{} of {namespace} not listed",
            capitalised(&resource_type.title)
        ),
        format!("{error}. The list is without those of this namespace."),
    );
}
