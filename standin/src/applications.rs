//! The paths of `apps.cozystack.io/v1alpha1`, each with the verbs it has.
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
use axum::extract::{Path, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// All namespaces of a resource: only reading.
pub(crate) async fn everywhere(
    State(platform): State<Shared>,
    Path(plural): Path<String>,
    request: Request,
) -> Response {
    collection(&platform, None, &plural, request).await
}

/// One namespace of a resource.
pub(crate) async fn namespaced(
    State(platform): State<Shared>,
    Path((namespace, plural)): Path<(String, String)>,
    request: Request,
) -> Response {
    collection(&platform, Some(&namespace), &plural, request).await
}

async fn collection(
    platform: &Shared,
    namespace: Option<&str>,
    plural: &str,
    request: Request,
) -> Response {
    let Some(kind) = platform.kind_at(plural) else {
        return no_such_resource();
    };
    let answer = async {
        let form = negotiate(request.headers())?;
        let call = Call::read(request).await?;
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
            // There is no DELETE of a collection (measured: 405).
            _ => Err(Failure::no_method()),
        }
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failure.into_response())
}

/// One object.
pub(crate) async fn object(
    State(platform): State<Shared>,
    Path((namespace, plural, name)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let Some(kind) = platform.kind_at(&plural) else {
        return no_such_resource();
    };
    let key = (namespace, kind.release_name(&name));
    let answer = async {
        let form = match negotiate(request.headers()) {
            Ok(form) => form,
            // What is missing is missing in any form (measured on 1.6).
            Err(failure) => {
                read::get(&platform, kind, &key, &name)?;
                return Err(failure);
            }
        };
        let call = Call::read(request).await?;
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
            Method::DELETE => Ok(json_answer(
                200,
                &remove::remove(&platform, kind, &key, &name)?,
            )),
            _ => Err(Failure::no_method()),
        }
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failure.into_response())
}

/// The answer to a write, with a warning for each field that was dropped.
fn written(code: u16, form: Form, body: Value, sent: &Sent) -> Response {
    let mut response = json_answer(code, &form.single(body));
    for unknown in &sent.unknown {
        warn(&mut response, unknown);
    }
    response
}
