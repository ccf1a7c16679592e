use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kube::api::DynamicObject;

use super::list_cache::{ListCache, Lookup, MAX_AGE};
use super::memory_share::MemoryShare;
use super::object_list::ObjectList;
use crate::api::error::Error;
use crate::api::request::{ListAddress, Requester, ResponseText};
use crate::api::response::Bounds;

/// The lists of all kinds and namespaces. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct SharedLists {
    caches: Arc<Mutex<HashMap<String, Arc<ListCache>>>>,
    is_disabled: bool,
}

impl SharedLists {
    /// No lists: each object is read by itself.
    pub(crate) fn disabled() -> SharedLists {
        SharedLists {
            is_disabled: true,
            ..SharedLists::default()
        }
    }

    /// Looks up an object of a list that is not older than `age`, if several reads come together. The operation that
    /// started a list keeps it going for as long as that may last; the others wait for it within their own time.
    pub(crate) async fn lookup(
        &self,
        requester: &Requester,
        list: &ListAddress,
        name: &str,
        age: Duration,
    ) -> Lookup {
        if self.is_disabled {
            return Lookup::Unlisted;
        }
        let cache = self.cache(list);
        let lookup = cache.lookup(name, age, async || self.fetch(requester, list).await);
        // Without a list, a read of the object alone explains why there is no response.
        requester.wait_for(lookup).await.unwrap_or(Lookup::Unlisted)
    }

    /// What `wanted` returns for the objects of a list that is not older than `age`. None where they cannot be listed.
    pub(crate) async fn all<T>(
        &self,
        requester: &Requester,
        list: &ListAddress,
        age: Duration,
        wanted: impl Fn(DynamicObject) -> Option<T>,
    ) -> Option<Vec<T>> {
        let cache = self.cache(list);
        let all = cache.all(age, async || self.fetch(requester, list).await, wanted);
        requester.wait_for(all).await.flatten()
    }

    /// The same, or why the objects cannot be listed.
    pub(crate) async fn all_or_error<T>(
        &self,
        requester: &Requester,
        list: &ListAddress,
        age: Duration,
        wanted: impl Fn(DynamicObject) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        if let Some(all) = self.all(requester, list, age, &wanted).await {
            return Ok(all);
        }
        let listed = self.fetch(requester, list).await?;
        Ok(listed.all().filter_map(wanted).collect())
    }

    /// Drops a list: what is written from now on must not be read from it.
    pub(crate) fn forget(&self, list: &ListAddress) {
        self.cache(list).forget();
    }

    /// A list of now, which is not kept.
    ///
    /// # Errors
    /// If the request fails, or the response is not a list of this kind.
    pub(crate) async fn fetch(
        &self,
        requester: &Requester,
        list: &ListAddress,
    ) -> Result<ObjectList, Error> {
        let parse = |text: ResponseText| {
            let share = MemoryShare::of(text.len()).or_else(|_| {
                self.forget_old_lists();
                MemoryShare::of(text.len())
            });
            let share = share.map_err(|error| kube::Error::Service(Box::new(error)))?;
            ObjectList::read(text, list.kind(), share).map_err(kube::Error::SerdeError)
        };
        requester
            .get(&list.path_and_query(), Bounds::LIST, parse)
            .await
    }

    /// Makes room: an old list stays in memory until the next one replaces it.
    fn forget_old_lists(&self) {
        for cache in self.caches().values() {
            cache.forget_older_than(MAX_AGE);
        }
    }

    fn cache(&self, list: &ListAddress) -> Arc<ListCache> {
        Arc::clone(self.caches().entry(list.path_and_query()).or_default())
    }

    fn caches(&self) -> MutexGuard<'_, HashMap<String, Arc<ListCache>>> {
        self.caches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
