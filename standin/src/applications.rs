//! The paths of `apps.cozystack.io/v1alpha1` and their verbs.
use crate::call::Call;
use crate::create;
use crate::failure::{Failure, json_answer, no_such_resource, warn};
use crate::form::{Form, negotiate};
use crate::patch;
use crate::platform::Shared;
use crate::read;
use crate::remove;
use crate::replace;
use crate::sent::Sent;
use crate::watch;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use serde_json::Value;

/// A resource in all namespaces: read-only.
pub(crate) async fn everywhere(
    State(platform): State<Shared>,
    Path(plural): Path<String>,
    call: Call,
) -> Result<Response, Failure> {
    collection(&platform, None, &plural, call).await
}

/// A resource in one namespace.
pub(crate) async fn namespaced(
    State(platform): State<Shared>,
    Path((namespace, plural)): Path<(String, String)>,
    call: Call,
) -> Result<Response, Failure> {
    collection(&platform, Some(&namespace), &plural, call).await
}

async fn collection(
    platform: &Shared,
    namespace: Option<&str>,
    plural: &str,
    call: Call,
) -> Result<Response, Failure> {
    let kind = platform.kind_at(plural).ok_or_else(no_such_resource)?;
    let form = negotiate(&call.headers)?;
    match (&call.method, namespace) {
        (&Method::GET, _) if call.flag("watch") => {
            watch::watch(platform, kind, namespace, &call, form)
        }
        (&Method::GET, _) => {
            let list = read::list(platform, kind, namespace, &call, form)?;
            Ok(json_answer(200, &list))
        }
        (&Method::POST, Some(namespace)) => {
            let (body, sent) = create::create(platform, kind, namespace, &call).await?;
            Ok(written(201, form, body, &sent))
        }
        // DELETE of a collection is not supported (measured: 405).
        _ => Err(Failure::no_method()),
    }
}

/// One object.
pub(crate) async fn object(
    State(platform): State<Shared>,
    Path((namespace, plural, name)): Path<(String, String, String)>,
    call: Call,
) -> Result<Response, Failure> {
    let kind = platform.kind_at(&plural).ok_or_else(no_such_resource)?;
    let key = (namespace, kind.release_name(&name));
    let form = match negotiate(&call.headers) {
        Ok(form) => form,
        // A 404 does not depend on the `Accept` header (measured on 1.6).
        Err(failure) => {
            read::get(&platform, kind, &key, &name)?;
            return Err(failure);
        }
    };
    match call.method {
        Method::GET => {
            let body = read::get(&platform, kind, &key, &name)?;
            Ok(json_answer(200, &form.single(body)))
        }
        Method::PUT => {
            let (body, sent) = replace::replace(&platform, kind, &key, &name, &call).await?;
            Ok(written(200, form, body, &sent))
        }
        Method::PATCH => {
            let (code, body) = patch::patch(&platform, kind, &key, &name, &call).await?;
            Ok(json_answer(code, &form.single(body)))
        }
        Method::DELETE => {
            let body = remove::remove(&platform, kind, &key, &name)?;
            Ok(json_answer(200, &body))
        }
        _ => Err(Failure::no_method()),
    }
}

/// The response to a write, with a warning for each dropped field.
fn written(code: u16, form: Form, body: Value, sent: &Sent) -> Response {
    let mut response = json_answer(code, &form.single(body));
    for unknown in &sent.unknown {
        warn(&mut response, unknown);
    }
    response
}
