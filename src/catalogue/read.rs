use super::data_source::{CatalogueDataSource, requirement};
use super::declaration::{Catalogue, Request, Scope};
use crate::api::{Error, ErrorKind, NoSchema};
use crate::resource::{
    Namespace, Session, check_namespace, list_error, unsupported_release_detail,
};
use crate::schema::{Diagnostics, check};
use crate::value::{Path, Value};

/// Validates a configuration, offline.
pub fn validate(data_source: &CatalogueDataSource, config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    check(&data_source.schema, config, &mut diagnostics);
    check_namespace(config.attribute("namespace"), &mut diagnostics);
    diagnostics
}

/// Reads the items. Null if they cannot be read, with diagnostics.
pub async fn read(
    data_source: &CatalogueDataSource,
    session: &Session,
    config: &Value,
    namespace: &Namespace,
    diagnostics: &mut Diagnostics,
) -> Value {
    let declaration = data_source.declaration;
    let own = config.attribute("namespace").as_str();
    let namespace = match (declaration.scope, own, namespace) {
        (Scope::Platform, ..) => None,
        (Scope::Namespace, Some(own), _) => Some(own),
        (Scope::Namespace, None, Namespace::Known(namespace)) => Some(namespace.as_str()),
        (Scope::Namespace, None, _) => {
            diagnostics.error_at(
                &Path::of("namespace"),
                "Missing namespace",
                "Neither this data source nor the provider has a namespace. Set `namespace`, for example to `tenant-acme`.",
            );
            return Value::Null;
        }
    };
    let request = Request {
        session,
        namespace,
        config,
    };
    match (declaration.read)(request).await {
        Ok(items) => {
            let mut state = config.clone();
            if let Some(namespace) = namespace {
                state.set_attribute("namespace", namespace.into());
            }
            state.set_attribute(declaration.items.0, Value::List(items));
            state
        }
        Err(error) => {
            report(declaration, request, &error, diagnostics).await;
            Value::Null
        }
    }
}

/// Reports why the items cannot be read: the platform does not have them, or the error of the API.
async fn report(
    declaration: &Catalogue,
    request: Request<'_>,
    error: &Error,
    diagnostics: &mut Diagnostics,
) {
    if let Some(requirement) = requirement(declaration)
        && is_missing(declaration, request, error).await
    {
        diagnostics.error(
            format!("No {} on this platform", declaration.title),
            unsupported_release_detail(declaration.type_name, &requirement, declaration.instead),
        );
        return;
    }
    list_error(diagnostics, declaration.title, request.namespace, error);
}

/// Whether the platform does not serve the kind. Kubernetes checks permissions before it checks whether a group exists
/// (seen on 0.41).
async fn is_missing(declaration: &Catalogue, request: Request<'_>, error: &Error) -> bool {
    if !matches!(error.kind(), ErrorKind::NotServed | ErrorKind::Forbidden) {
        return false;
    }
    let resource = (declaration.api_resource)();
    let schema = request.session.client.schema(&resource).await;
    matches!(schema, Err(NoSchema::NotListed))
}
