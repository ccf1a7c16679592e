use std::time::Duration;

use http::Method;
use kube::api::DynamicObject;

use super::api_resource::ApiResource;
use super::expected::Expected;
use super::object::Object;
use crate::api::error::Error;
use crate::api::lists::{Lookup, MAX_AGE, SharedLists};
use crate::api::request::{Requester, checked};
use crate::api::response::Bounds;

/// Reads objects.
pub(crate) struct ObjectReader<'a> {
    pub(crate) requester: &'a Requester,
    pub(crate) lists: &'a SharedLists,
}

impl ObjectReader<'_> {
    /// An object, or an error if it does not exist.
    pub(crate) async fn get(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Object, Error> {
        let path = resource.list(namespace)?.item(name)?;
        let found = self
            .requester
            .retrying(async || {
                let read = async {
                    let (get, nothing) = (Method::GET, Vec::new());
                    let text = self.requester.send(get, &path, nothing, Bounds::OBJECT);
                    text.await?.json().map_err(kube::Error::SerdeError)
                };
                complete(self.requester, self.requester.attempt(read).await?)
            })
            .await?;
        // Not retried: another object is not going to become this one.
        checked_object(self.requester, expected(resource, namespace, name), found)
    }

    /// An object, or none if the API states that it does not exist.
    pub(crate) async fn get_opt(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Object>, Error> {
        match self.get(resource, namespace, name).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_gone(name) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An object, or none, as of some seconds ago at most: reads that come together share one list.
    pub(crate) async fn read_opt(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Object>, Error> {
        let list = resource.list(namespace)?;
        let expected = expected(resource, namespace, checked(name)?);
        let lookup = self.lists.lookup(self.requester, &list, name, MAX_AGE);
        let found = match lookup.await {
            Lookup::Listed(None) => return Ok(None),
            Lookup::Listed(Some(found)) => listed(expected, *found),
            Lookup::Unlisted => None,
        };
        match found {
            Some(object) => Ok(Some(object)),
            // A read of the object alone explains what is wrong with it.
            None => self.get_opt(resource, namespace, name).await,
        }
    }

    /// The wanted objects of a namespace, as of `age` ago at most. None where they cannot be listed.
    pub(crate) async fn list(
        &self,
        resource: &ApiResource,
        namespace: &str,
        age: Duration,
        is_wanted: impl Fn(&Object) -> bool,
    ) -> Option<Vec<Object>> {
        let list = resource.list(namespace).ok()?;
        let wanted = |found: DynamicObject| {
            let name = found.metadata.name.clone()?;
            listed(expected(resource, namespace, &name), found).filter(&is_wanted)
        };
        self.lists.all(self.requester, &list, age, wanted).await
    }

    /// The objects of a namespace, with labels that a selector selects, sorted by name.
    pub(crate) async fn search(
        &self,
        resource: &ApiResource,
        namespace: &str,
        selector: Option<&str>,
    ) -> Result<Vec<Object>, Error> {
        let list = resource.list(namespace)?;
        let list = match selector {
            Some(selector) => list.with_selector(selector),
            None => list,
        };
        let found = self.lists.fetch(self.requester, &list).await?;
        let read = |name: &str| {
            let object = found.get(name).ok().flatten();
            let object =
                object.and_then(|object| listed(expected(resource, namespace, name), object));
            // A list without it would say that it does not exist.
            let unreadable = || format!("the {} {namespace}/{name} cannot be read", resource.kind);
            object.ok_or_else(|| self.requester.invalid_response(unreadable()))
        };
        found.names().into_iter().map(read).collect()
    }
}

impl ObjectReader<'_> {
    /// All objects of a namespace, or all cluster-wide ones, as of `age` ago at most, or why they cannot be listed.
    pub(crate) async fn list_all(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        age: Duration,
    ) -> Result<Vec<Object>, Error> {
        let list = match namespace {
            Some(namespace) => resource.list(namespace)?,
            None => resource.cluster_list(),
        };
        let read = |found: DynamicObject| {
            let name = found.metadata.name.clone()?;
            let expected = Expected {
                resource,
                namespace,
                name: &name,
            };
            listed(expected, found)
        };
        let all = self.lists.all_or_error(self.requester, &list, age, read);
        all.await
    }
}

fn expected<'a>(resource: &'a ApiResource, namespace: &'a str, name: &'a str) -> Expected<'a> {
    Expected {
        resource,
        namespace: Some(namespace),
        name,
    }
}

fn listed(expected: Expected<'_>, found: DynamicObject) -> Option<Object> {
    Object::from_dynamic(&expected.resource.kind, expected.check(found).ok()?)
}

/// A response that has a name and a uid, as every object of the API.
pub(super) fn complete(
    requester: &Requester,
    response: DynamicObject,
) -> Result<DynamicObject, Error> {
    let metadata = &response.metadata;
    if metadata.name.is_none() || metadata.uid.is_none() {
        return Err(requester.invalid_response(NO_IDENTITY));
    }
    Ok(response)
}

/// The expected object in a response.
pub(super) fn checked_object(
    requester: &Requester,
    expected: Expected<'_>,
    response: DynamicObject,
) -> Result<Object, Error> {
    let kind = &expected.resource.kind;
    let response = expected.check(response);
    let response = response.map_err(|cause| requester.unrelated(cause))?;
    Object::from_dynamic(kind, response).ok_or_else(|| requester.invalid_response(NO_IDENTITY))
}

const NO_IDENTITY: &str = "it has no name or no uid";
