use std::time::Duration;

use http::Method;
use kube::api::DynamicObject;
use serde::Deserialize;
use serde_json::Value as Json;

use super::api_resource::ApiResource;
use super::expected::Expected;
use super::object::{OPERATION, Object};
use super::preconditions::Preconditions;
use super::reader::{ObjectReader, checked_object, complete};
use crate::api::error::{Error, ErrorKind};
use crate::api::lists::SharedLists;
use crate::api::request::{Requester, checked};
use crate::api::response::Bounds;

/// The pauses between the lookups of an object that may have been created: a read can lag behind a write.
const LOOKUP_PAUSES: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::ZERO,
];

/// What every response of the API has.
#[derive(Deserialize)]
struct Response {
    #[serde(rename = "kind")]
    _kind: String,
}

/// Creates, replaces and deletes objects. What it writes is never read from an earlier list.
pub(crate) struct ObjectWriter<'a> {
    pub(crate) requester: &'a Requester,
    pub(crate) lists: &'a SharedLists,
}

impl ObjectWriter<'_> {
    /// Creates an object once. Where an attempt may have created it, the object is looked up and identified by its
    /// [`OPERATION`] annotation. The request is sent again only if the object certainly does not exist.
    pub(crate) async fn create(
        &self,
        resource: &ApiResource,
        object: &Object,
    ) -> Result<Object, Error> {
        let list = resource.list(&object.namespace)?;
        let expected = expected(resource, object)?;
        let body = object.to_dynamic(resource);
        self.lists.forget(&list);
        let mut backoff = self.requester.backoff();
        let mut is_first = true;
        loop {
            let timeout = self.requester.create_timeout();
            let sent = self.send(Method::POST, list.path(), &body);
            let sent = self.requester.attempt_within(timeout, sent);
            let error = match self.written(expected, sent).await {
                Ok(created) => return Ok(created),
                Err(error) => error,
            };
            // A 503 of a gateway may come after the object was created, so that the next attempt finds it.
            let may_be_created = match error.kind() {
                ErrorKind::Uncertain => true,
                ErrorKind::AlreadyExists => !is_first,
                _ => false,
            };
            is_first = false;
            if may_be_created {
                match self.lookup_created(resource, object).await {
                    Ok(Some(created)) => return Ok(created),
                    Ok(None) => {}
                    // Whether it was created is still unknown.
                    Err(_) if error.kind() == ErrorKind::Uncertain => {
                        return Err(backoff.with_attempts(error));
                    }
                    Err(failed_lookup) => return Err(failed_lookup),
                }
            }
            if !backoff.wait_after(&error).await {
                return Err(backoff.with_attempts(error));
            }
        }
    }

    /// The object that this operation created, if it did. Where the time does not suffice to be certain, it is an
    /// error: an object must not be created twice.
    async fn lookup_created(
        &self,
        resource: &ApiResource,
        wanted: &Object,
    ) -> Result<Option<Object>, Error> {
        let reader = ObjectReader {
            requester: self.requester,
            lists: self.lists,
        };
        for pause in LOOKUP_PAUSES {
            let found = reader
                .get_opt(resource, &wanted.namespace, &wanted.name)
                .await?;
            if let Some(found) = found {
                let is_ours = found.annotations.get(OPERATION) == wanted.annotations.get(OPERATION);
                return Ok(is_ours.then_some(found));
            }
            self.requester.sleep(pause).await?;
        }
        Ok(None)
    }

    /// Replaces an object by one with the resource version that was read. Sent once, unless the API did not process
    /// it: after any other error the caller reads the object again.
    pub(crate) async fn replace(
        &self,
        resource: &ApiResource,
        object: &Object,
    ) -> Result<Object, Error> {
        let list = resource.list(&object.namespace)?;
        let path = list.item(&object.name)?;
        let expected = expected(resource, object)?;
        let body = object.to_dynamic(resource);
        self.lists.forget(&list);
        let mut backoff = self.requester.backoff();
        loop {
            let timeout = self.requester.write_timeout();
            let sent = self.send(Method::PUT, &path, &body);
            let sent = self.requester.attempt_within(timeout, sent);
            let error = match self.written(expected, sent).await {
                Ok(written) => return Ok(written),
                Err(error) => error,
            };
            if !error.is_unprocessed() || !backoff.wait_after(&error).await {
                return Err(backoff.with_attempts(error));
            }
        }
    }

    /// Requests the deletion of an object, which exists until the platform has finished it.
    pub(crate) async fn delete(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
        preconditions: &Preconditions,
    ) -> Result<(), Error> {
        let list = resource.list(namespace)?;
        let path = list.item(name)?;
        let body = match preconditions {
            none if none.is_empty() => Vec::new(),
            _ if resource.is_application() => {
                let cause = "applications cannot be deleted with preconditions".to_owned();
                return Err(Error::InvalidRequest { cause });
            }
            some => some.to_delete_options().to_string().into_bytes(),
        };
        self.lists.forget(&list);
        self.requester
            .retrying(async || {
                let deleted = async {
                    let sent =
                        self.requester
                            .send(Method::DELETE, &path, body.clone(), Bounds::OBJECT);
                    // A `Status` or the object. Any address may respond with a page.
                    let response: Response = sent.await?.json().map_err(kube::Error::SerdeError)?;
                    Ok(response)
                };
                let timeout = self.requester.write_timeout();
                match self.requester.attempt_within(timeout, deleted).await {
                    // It was accepted, and the caller reads the object anyway.
                    Ok(_) | Err(Error::TooLarge { .. }) => Ok(()),
                    Err(error) => Err(error),
                }
            })
            .await
    }

    /// Writes a subresource. Sent once: what it does may not be safe to repeat. A response without a body is a
    /// success.
    pub(crate) async fn put_subresource(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
        subresource: &str,
        body: &Json,
    ) -> Result<(), Error> {
        let list = resource.list(namespace)?;
        let path = format!("{}/{}", list.item(name)?, checked(subresource)?);
        let body = match body {
            Json::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        };
        self.lists.forget(&list);
        let sent = async {
            let sent = self
                .requester
                .send(Method::PUT, &path, body, Bounds::OBJECT);
            let text = sent.await?;
            if text.trim().is_empty() {
                return Ok(());
            }
            let response: serde_json::Result<Json> = text.json();
            response.map(|_| ()).map_err(kube::Error::SerdeError)
        };
        let timeout = self.requester.write_timeout();
        match self.requester.attempt_within(timeout, sent).await {
            Ok(()) | Err(Error::TooLarge { .. }) => Ok(()),
            Err(error) => {
                let what = format!("{subresource} of {} {namespace}/{name}", resource.kind);
                Err(error.with_context(&what))
            }
        }
    }

    /// Sends an object.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: &DynamicObject,
    ) -> kube::Result<DynamicObject> {
        let body = serde_json::to_vec(body).map_err(kube::Error::SerdeError)?;
        let text = self.requester.send(method, path, body, Bounds::OBJECT);
        text.await?.json().map_err(kube::Error::SerdeError)
    }

    /// The written object in the response.
    async fn written(
        &self,
        expected: Expected<'_>,
        response: impl Future<Output = Result<DynamicObject, Error>>,
    ) -> Result<Object, Error> {
        let response = response.await;
        let response = response.and_then(|response| complete(self.requester, response));
        let object =
            response.and_then(|response| checked_object(self.requester, expected, response));
        object.map_err(Error::of_write)
    }
}

/// The object of a write.
fn expected<'a>(resource: &'a ApiResource, object: &'a Object) -> Result<Expected<'a>, Error> {
    Ok(Expected {
        resource,
        namespace: Some(checked(&object.namespace)?),
        name: checked(&object.name)?,
    })
}
