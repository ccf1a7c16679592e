//! The objects of the API: read one, create, replace, delete.

use std::time::Duration;

use http::Method;
use kube::api::DynamicObject;
use serde::Deserialize;

use super::address::checked;
use super::asked::Asked;
use super::bounds::Bounds;
use super::client::Client;
use super::error::{Error, ErrorKind};
use super::exchange;
use super::object::{OPERATION, Object};
use super::reads::{Answer, FRESH};
use super::resource::ApiResource;
use super::retry::retrying;

/// What every answer of the API has.
#[derive(Deserialize)]
struct Answered {
    #[serde(rename = "kind")]
    _kind: String,
}

impl Client {
    /// An object, or an error where there is none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] where it is missing, and all others.
    pub async fn get(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Object, Error> {
        let path = resource.list(namespace)?.item(name)?;
        let asked = Asked {
            resource,
            namespace,
            name,
        };
        let answer = retrying(self.pauses(), async || {
            let answer = self.answer(self.sent(Method::GET, &path, None)).await;
            answer.and_then(|answer| self.whole(answer))
        });
        // Of another object it speaks the next time as well.
        self.about(asked, answer.await?)
    }

    /// An object, or none where the API says that this very object does not exist.
    ///
    /// # Errors
    /// All others.
    pub async fn get_opt(
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

    /// An object, or none, as of some seconds ago at most: reads that come together are answered from one
    /// list. What this process wrote itself is never read from a list made before.
    ///
    /// # Errors
    /// As of [`Client::get_opt`].
    pub async fn read_opt(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Object>, Error> {
        let list = resource.list(namespace)?;
        let asked = Asked {
            resource,
            namespace,
            name: checked(name)?,
        };
        let found = match self.shared(&list, name, FRESH).await {
            Answer::Listed(None) => return Ok(None),
            Answer::Listed(Some(found)) => asked.check(*found).ok(),
            Answer::Alone => None,
        };
        match found {
            Some(object) => Ok(Some(object)),
            // Asked for alone, it says what is wrong with it.
            None => self.get_opt(resource, namespace, name).await,
        }
    }

    /// Those objects of a kind in a namespace that are wanted, as of `age` ago at most; none where they may not or
    /// cannot be listed. Who asks at the same time shares one list.
    pub async fn list(
        &self,
        resource: &ApiResource,
        namespace: &str,
        age: Duration,
        is_wanted: impl Fn(&Object) -> bool,
    ) -> Option<Vec<Object>> {
        let list = resource.list(namespace).ok()?;
        let shelf = self.shelf(&list);
        let wanted = |found: DynamicObject| {
            let name = found.metadata.name.clone()?;
            let asked = Asked {
                resource,
                namespace,
                name: &name,
            };
            asked.check(found).ok().filter(&is_wanted)
        };
        let all = shelf
            .reads
            .all(age, async || self.listed(&list).await, wanted);
        self.limits.bound(self.patience(), all).await.ok().flatten()
    }

    /// Makes an object, once. Where it is uncertain whether an attempt made it, the object is looked up
    /// and known by the operation written in its [`OPERATION`] annotation; only when it is certainly not
    /// there is the request sent again.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] and [`ErrorKind::Terminating`] for a namesake, and all others.
    pub async fn create(&self, resource: &ApiResource, object: &Object) -> Result<Object, Error> {
        let list = resource.list(&object.namespace)?;
        let asked = Asked::of(resource, object)?;
        let body = object.to_dynamic(resource);
        self.forget(resource, &object.namespace)?;
        let mut pauses = self.pauses();
        let mut is_first = true;
        loop {
            let patience = self.limits.before_last_look(self.patience_of_writes());
            let sent = self.sent(Method::POST, list.path(), Some(&body));
            let sent = self.answer_within(patience, sent);
            let error = match self.written(asked, sent).await {
                Ok(made) => return Ok(made),
                Err(error) => error,
            };
            // A gateway's 503 may come after the object was made, so that the next attempt finds it.
            let ours = match error.fault() {
                ErrorKind::Uncertain => true,
                ErrorKind::AlreadyExists => !is_first,
                _ => false,
            };
            is_first = false;
            if ours {
                match self.made_by(resource, object).await {
                    Ok(Some(made)) => return Ok(made),
                    Ok(None) => {}
                    // Whether it was made is not known for that.
                    Err(_) if error.fault() == ErrorKind::Uncertain => {
                        return Err(pauses.told(error));
                    }
                    Err(unseen) => return Err(unseen),
                }
            }
            if !pauses.after(&error).await {
                return Err(pauses.told(error));
            }
        }
    }

    /// The object that this very operation made, if it did. A read can lag behind a write, so a missing
    /// one is asked for a few times before it counts as missing. Where there is no time for that, it is an
    /// error: what is not certainly missing must not be made again.
    async fn made_by(
        &self,
        resource: &ApiResource,
        wanted: &Object,
    ) -> Result<Option<Object>, Error> {
        for pause in [100, 200, 400, 800, 0] {
            if let Some(found) = self
                .get_opt(resource, &wanted.namespace, &wanted.name)
                .await?
            {
                let ours = found.annotations.get(OPERATION) == wanted.annotations.get(OPERATION);
                return Ok(ours.then_some(found));
            }
            let pause = Duration::from_millis(pause);
            let paused = self.limits.pause(pause).await;
            paused.map_err(|end| self.unanswered(end, self.patience()))?;
        }
        Ok(None)
    }

    /// Writes an object in place of the one read, whose version it carries. Sent once, unless nobody took it
    /// up: after any other fault the caller reads afresh and sees whether it is still needed.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] on platforms that look at the version (0.41 and 1.3), and all others.
    pub async fn replace(&self, resource: &ApiResource, object: &Object) -> Result<Object, Error> {
        let path = resource.list(&object.namespace)?.item(&object.name)?;
        let asked = Asked::of(resource, object)?;
        let body = object.to_dynamic(resource);
        self.forget(resource, &object.namespace)?;
        let mut pauses = self.pauses();
        loop {
            let sent = self.sent(Method::PUT, &path, Some(&body));
            let sent = self.answer_within(self.patience_of_writes(), sent);
            let error = match self.written(asked, sent).await {
                Ok(written) => return Ok(written),
                Err(error) => error,
            };
            if !error.is_untouched() || !pauses.after(&error).await {
                return Err(pauses.told(error));
            }
        }
    }

    /// Asks for an object to be deleted. It stays visible until the platform is done with it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] where it is missing, or where its label was damaged; and all others.
    pub async fn delete(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<(), Error> {
        let path = resource.list(namespace)?.item(name)?;
        self.forget(resource, namespace)?;
        retrying(self.pauses(), async || {
            let deleted = async {
                let nothing = Vec::new();
                let sent =
                    exchange::send(&self.kube, Method::DELETE, &path, nothing, Bounds::OBJECT);
                // A `Status` or the object; any address may answer with a page.
                let answer: Answered = sent.await?.json().map_err(kube::Error::SerdeError)?;
                Ok(answer)
            };
            match self.answer_within(self.patience_of_writes(), deleted).await {
                // It was taken, whatever was said of it: reads tell the rest.
                Ok(_) | Err(Error::TooLarge { .. }) => Ok(()),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// What is written from now on must not be read from a list of before.
    fn forget(&self, resource: &ApiResource, namespace: &str) -> Result<(), Error> {
        let list = resource.list(namespace)?;
        self.shelf(&list).reads.forget();
        Ok(())
    }

    /// The answer to a request about an object.
    async fn sent(
        &self,
        method: Method,
        path: &str,
        body: Option<&DynamicObject>,
    ) -> kube::Result<DynamicObject> {
        let body = body.map(serde_json::to_vec).transpose();
        let body = body.map_err(kube::Error::SerdeError)?.unwrap_or_default();
        let text = exchange::send(&self.kube, method, path, body, Bounds::OBJECT).await?;
        text.json().map_err(kube::Error::SerdeError)
    }

    /// The answer to a write, which is about the object that was written.
    async fn written(
        &self,
        asked: Asked<'_>,
        answer: impl Future<Output = Result<DynamicObject, Error>>,
    ) -> Result<Object, Error> {
        let answer = answer.await.and_then(|answer| self.whole(answer));
        let object = answer.and_then(|answer| self.about(asked, answer));
        object.map_err(Error::of_write)
    }

    /// What is an object of the API, with a name and a uid.
    fn whole(&self, answer: DynamicObject) -> Result<DynamicObject, Error> {
        let metadata = &answer.metadata;
        if metadata.name.is_none() || metadata.uid.is_none() {
            return Err(self.garbage(&"it has no name or no uid"));
        }
        Ok(answer)
    }

    fn about(&self, asked: Asked<'_>, answer: DynamicObject) -> Result<Object, Error> {
        asked.check(answer).map_err(|why| self.unrelated(why))
    }
}
