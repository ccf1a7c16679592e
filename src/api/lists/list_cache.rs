use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kube::api::DynamicObject;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::object_list::ObjectList;
use crate::api::error::{Error, ErrorKind};

/// How long a read waits for others of the same list.
const WINDOW: Duration = Duration::from_millis(4);

/// How long a read that needs a list of its own time or later waits for others: objects become ready one after the other.
const GATHERING: Duration = Duration::from_millis(25);

/// The usual age of a list that a read may use. What this process writes is never read from an earlier list (see
/// [`ListCache::forget`]).
pub(crate) const MAX_AGE: Duration = Duration::from_secs(10);

/// The list of a kind in a namespace. Concurrent reads share it.
#[derive(Default)]
pub(super) struct ListCache {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The number of reads within the current window.
    waiting: usize,
    list: Option<Arc<CachedList>>,
    /// Lists are not allowed.
    is_denied: bool,
}

struct CachedList {
    /// The time of the request.
    since: Instant,
    objects: OnceCell<Option<ObjectList>>,
}

/// The result of a lookup in a list.
pub(crate) enum Lookup {
    /// The object, or none of that name.
    Listed(Option<Box<DynamicObject>>),
    /// There is no list: the object has to be read by itself.
    Unlisted,
}

impl ListCache {
    /// Looks up an object, if there are concurrent reads or there is a list of this age.
    pub(super) async fn lookup(
        &self,
        name: &str,
        age: Duration,
        list: impl AsyncFnOnce() -> Result<ObjectList, Error>,
    ) -> Lookup {
        if self.state().is_denied {
            return Lookup::Unlisted;
        }
        let freshness = Freshness {
            now: Instant::now(),
            age,
        };
        if self.state().fresh(freshness).is_none() {
            let waiting = WaitingRead::of(self).count_after_window().await;
            let mut state = self.state();
            if waiting < 2 && state.fresh(freshness).is_none() {
                // The caller will see a newer object, so no later read may see this list.
                state.list = None;
                return Lookup::Unlisted;
            }
        }
        let shared = self.state().fresh_or_new(freshness, Duration::ZERO);
        let listed = self.fill(&shared, list).await;
        match listed.map(|objects| objects.get(name)) {
            Some(Ok(found)) => Lookup::Listed(found.map(Box::new)),
            // A read of the object alone explains what is wrong with it.
            Some(Err(_)) | None => Lookup::Unlisted,
        }
    }

    /// The objects of a list, which the first reader requests.
    async fn fill<'a>(
        &self,
        shared: &'a CachedList,
        list: impl AsyncFnOnce() -> Result<ObjectList, Error>,
    ) -> Option<&'a ObjectList> {
        let listed = shared.objects.get_or_init(|| async {
            let listed = list().await;
            if let Err(error) = &listed {
                // A transient error does not tell whether lists are allowed.
                let is_transient = error.kind() == ErrorKind::Busy;
                let mut state = self.state();
                state.is_denied |=
                    !is_transient && matches!(error, Error::Refused { code: 400..500, .. });
                state.list = None;
            }
            listed.ok()
        });
        listed.await.as_ref()
    }

    /// What `wanted` returns for the objects of a list of this age. None where they cannot be listed.
    pub(super) async fn all<T>(
        &self,
        age: Duration,
        list: impl AsyncFnOnce() -> Result<ObjectList, Error>,
        wanted: impl Fn(DynamicObject) -> Option<T>,
    ) -> Option<Vec<T>> {
        if self.state().is_denied {
            return None;
        }
        let freshness = Freshness {
            now: Instant::now(),
            age,
        };
        let pause = if age.is_zero() {
            GATHERING
        } else {
            Duration::ZERO
        };
        let shared = self.state().fresh_or_new(freshness, pause);
        tokio::time::sleep_until(shared.since).await;
        let listed = self.fill(&shared, list).await;
        listed.map(|listed| listed.all().filter_map(wanted).collect())
    }

    /// Drops a list that is older than that.
    pub(super) fn forget_older_than(&self, age: Duration) {
        let list = &mut self.state().list;
        if list.as_ref().is_some_and(|list| list.since.elapsed() > age) {
            *list = None;
        }
    }

    /// Drops the list: what is written from now on must not be read from it.
    pub(super) fn forget(&self) {
        self.state().list = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read in its window. It leaves the window even if it is cancelled; otherwise the next read would count it as well.
struct WaitingRead<'a>(&'a ListCache);

impl WaitingRead<'_> {
    fn of(cache: &ListCache) -> WaitingRead<'_> {
        cache.state().waiting += 1;
        WaitingRead(cache)
    }

    /// The number of waiting reads at the end of the window, including this one.
    async fn count_after_window(self) -> usize {
        tokio::time::sleep(WINDOW).await;
        self.0.state().waiting
    }
}

impl Drop for WaitingRead<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// How old a list may be when a read starts.
#[derive(Clone, Copy)]
struct Freshness {
    now: Instant,
    age: Duration,
}

impl State {
    fn fresh(&self, freshness: Freshness) -> Option<&Arc<CachedList>> {
        let list = self.list.as_ref();
        list.filter(|list| list.since + freshness.age >= freshness.now)
    }

    fn fresh_or_new(&mut self, freshness: Freshness, pause: Duration) -> Arc<CachedList> {
        if self.fresh(freshness).is_none() {
            self.list = None;
        }
        let list = self.list.get_or_insert_with(|| {
            Arc::new(CachedList {
                since: Instant::now() + pause,
                objects: OnceCell::new(),
            })
        });
        Arc::clone(list)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::memory_share::MemoryShare;
    use super::*;
    use crate::api::request::ResponseText;

    #[derive(Default)]
    struct Api {
        lists: AtomicU32,
        refusal: Option<(u16, &'static str)>,
    }

    impl Api {
        async fn list(&self) -> Result<ObjectList, Error> {
            self.lists.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            if let Some((code, message)) = self.refusal {
                return Err(Error::Refused {
                    code,
                    reason: String::new(),
                    object_name: String::new(),
                    message: message.to_owned(),
                    retry_after: None,
                });
            }
            let items =
                (0..300).map(|n| format!(r#"{{"metadata":{{"name":"object-{n}","uid":"{n}"}}}}"#));
            let items: Vec<String> = items.collect();
            let text = format!(r#"{{"kind":"BucketList","items":[{}]}}"#, items.join(","));
            Ok(ObjectList::read(ResponseText::of(text), "Bucket", MemoryShare::default()).unwrap())
        }

        async fn read(&self, cache: &ListCache, name: &str) -> Lookup {
            cache
                .lookup(name, MAX_AGE, async || self.list().await)
                .await
        }
    }

    fn name_of(lookup: &Lookup) -> Option<&str> {
        match lookup {
            Lookup::Listed(Some(object)) => object.metadata.name.as_deref(),
            _ => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_reads_are_one_list() {
        let (api, cache) = (Arc::new(Api::default()), Arc::new(ListCache::default()));
        let all = (0..300).map(|n| {
            let (api, cache) = (Arc::clone(&api), Arc::clone(&cache));
            tokio::spawn(async move {
                let name = format!("object-{n}");
                let lookup = api.read(&cache, &name).await;
                assert_eq!(name_of(&lookup), Some(name.as_str()));
            })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert!(matches!(
            api.read(&cache, "missing").await,
            Lookup::Listed(None)
        ));
        assert_eq!(api.lists.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lone_read_uses_no_list_and_neither_does_one_after_the_list_is_old() {
        let (api, cache) = (Api::default(), ListCache::default());
        assert!(matches!(
            api.read(&cache, "object-1").await,
            Lookup::Unlisted
        ));
        assert_eq!(api.lists.load(Ordering::SeqCst), 0);
        tokio::join!(api.read(&cache, "object-1"), api.read(&cache, "object-2"));
        assert_eq!(api.lists.load(Ordering::SeqCst), 1);
        tokio::time::sleep(MAX_AGE * 2).await;
        assert!(matches!(
            api.read(&cache, "object-1").await,
            Lookup::Unlisted
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_write_no_read_uses_an_earlier_list() {
        let (api, cache) = (Api::default(), ListCache::default());
        tokio::join!(api.read(&cache, "object-1"), api.read(&cache, "object-2"));
        cache.forget();
        assert!(matches!(
            api.read(&cache, "object-1").await,
            Lookup::Unlisted
        ));
    }

    /// The number of lists for two pairs of reads, one pair after the other, where each list fails in this way.
    async fn lists_where(refusal: (u16, &'static str)) -> u32 {
        let api = Api {
            refusal: Some(refusal),
            ..Api::default()
        };
        let cache = ListCache::default();
        for _ in 0..2 {
            let (one, other) =
                tokio::join!(api.read(&cache, "object-1"), api.read(&cache, "object-2"));
            assert!(matches!((one, other), (Lookup::Unlisted, Lookup::Unlisted)));
        }
        api.lists.load(Ordering::SeqCst)
    }

    #[tokio::test(start_paused = true)]
    async fn where_lists_are_denied_no_read_uses_one() {
        assert_eq!(lists_where((403, "")).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_transient_error_does_not_end_lists_for_good() {
        let anonymous = r#"User "system:anonymous" cannot list"#;
        for refusal in [(429, "slow down"), (403, anonymous), (503, "")] {
            assert_eq!(lists_where(refusal).await, 2, "{refusal:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_read_sees_an_older_object_than_the_one_before() {
        let (api, cache) = (Api::default(), ListCache::default());
        tokio::join!(api.read(&cache, "object-1"), api.read(&cache, "object-2"));
        tokio::time::sleep(MAX_AGE / 2).await;
        let list = async || api.list().await;
        let newer = cache.lookup("object-1", MAX_AGE / 4, list).await;
        assert!(matches!(newer, Lookup::Unlisted));
        assert!(matches!(
            api.read(&cache, "object-1").await,
            Lookup::Unlisted
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn all_objects_come_from_one_list_of_their_age() {
        let (api, cache) = (Api::default(), ListCache::default());
        let all = async |age| {
            let all = cache.all(age, async || api.list().await, Some).await;
            all.map_or(0, |all| all.len())
        };
        let found = tokio::join!(all(MAX_AGE), all(MAX_AGE), all(MAX_AGE));
        assert_eq!(found, (300, 300, 300));
        assert_eq!(api.lists.load(Ordering::SeqCst), 1);
        tokio::time::sleep(MAX_AGE / 2).await;
        assert_eq!(all(MAX_AGE / 4).await, 300);
        assert_eq!(api.lists.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn reads_that_need_current_objects_share_a_list_that_no_one_saw_before() {
        let (api, cache) = (Api::default(), ListCache::default());
        let all = async |after| {
            tokio::time::sleep(after).await;
            cache
                .all(Duration::ZERO, async || api.list().await, Some)
                .await
        };
        tokio::join!(all(Duration::ZERO), all(GATHERING / 2));
        assert_eq!(api.lists.load(Ordering::SeqCst), 1);
        tokio::join!(all(Duration::ZERO), all(GATHERING * 2));
        assert_eq!(api.lists.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_read_does_not_count() {
        let (api, cache) = (Api::default(), ListCache::default());
        let given_up = tokio::time::timeout(WINDOW / 2, api.read(&cache, "object-1")).await;
        assert!(given_up.is_err());
        assert!(matches!(
            api.read(&cache, "object-1").await,
            Lookup::Unlisted
        ));
        assert_eq!(api.lists.load(Ordering::SeqCst), 0);
    }
}
