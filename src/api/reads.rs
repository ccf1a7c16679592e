use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::error::{Error, ErrorKind};
use super::listed::Listed;
use kube::api::DynamicObject;

/// How long a read waits for others of its kind before it goes alone.
const WINDOW: Duration = Duration::from_millis(4);

/// How long a list answers reads. A plan is a view of one moment anyway; what this process writes is
/// never read from a list (see [`Reads::forget`]).
pub(super) const FRESH: Duration = Duration::from_secs(10);

/// The reads of one kind in one namespace: several at once become one list.
#[derive(Default)]
pub(super) struct Reads {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Reads within the present window.
    waiting: usize,
    list: Option<Arc<List>>,
    /// Lists are not allowed, or failed: each read goes alone.
    is_denied: bool,
}

struct List {
    since: Instant,
    objects: OnceCell<Option<Listed>>,
}

/// How to answer a read.
pub(super) enum Answer {
    /// From a list: the object, or none of that name.
    Listed(Option<Box<DynamicObject>>),
    /// By asking for it alone.
    Alone,
}

impl Reads {
    /// Answers a read from a list, where several reads come at once or a list of this age is there.
    pub(super) async fn read(
        &self,
        name: &str,
        age: Duration,
        list: impl AsyncFnOnce() -> Result<Listed, Error>,
    ) -> Answer {
        if self.state().is_denied {
            return Answer::Alone;
        }
        let since = Since {
            called: Instant::now(),
            age,
        };
        if self.state().fresh(since).is_none() {
            let company = Waiting::of(self).company().await;
            let mut state = self.state();
            if company < 2 && state.fresh(since).is_none() {
                // Who needs a newer one will see more than it shows: nobody is to be told less after that.
                state.list = None;
                return Answer::Alone;
            }
        }
        let shared = self.state().fresh_or_new(since);
        let listed = self.fill(&shared, list).await;
        match listed.map(|objects| objects.get(name)) {
            Some(Ok(found)) => Answer::Listed(found.map(Box::new)),
            // Asked for alone, it says what is wrong with it.
            Some(Err(_)) | None => Answer::Alone,
        }
    }

    /// The objects of a list, asked for by the first who needs them.
    async fn fill<'a>(
        &self,
        shared: &'a List,
        list: impl AsyncFnOnce() -> Result<Listed, Error>,
    ) -> Option<&'a Listed> {
        let listed = shared.objects.get_or_init(|| async {
            let listed = list().await;
            if let Err(error) = &listed {
                // A fault that passes says nothing of whether lists are allowed.
                let passes = error.fault() == ErrorKind::Busy;
                let mut state = self.state();
                state.is_denied |=
                    !passes && matches!(error, Error::Refused { code: 400..500, .. });
                state.list = None;
            }
            listed.ok()
        });
        listed.await.as_ref()
    }

    /// Those objects of a list of this age of which `wanted` makes something; none where they may not or cannot be
    /// listed.
    pub(super) async fn all<T>(
        &self,
        age: Duration,
        list: impl AsyncFnOnce() -> Result<Listed, Error>,
        wanted: impl Fn(DynamicObject) -> Option<T>,
    ) -> Option<Vec<T>> {
        if self.state().is_denied {
            return None;
        }
        let since = Since {
            called: Instant::now(),
            age,
        };
        let shared = self.state().fresh_or_new(since);
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

    /// What is written from now on must not be read from a list of before.
    pub(super) fn forget(&self) {
        self.state().list = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read within the window, which it leaves even where it is given up: the next one would else take itself
/// for two.
struct Waiting<'a>(&'a Reads);

impl Waiting<'_> {
    fn of(reads: &Reads) -> Waiting<'_> {
        reads.state().waiting += 1;
        Waiting(reads)
    }

    /// How many there are at the window's end, this one among them.
    async fn company(self) -> usize {
        tokio::time::sleep(WINDOW).await;
        self.0.state().waiting
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// How old a list may be: asked for this long before the read began, or later.
#[derive(Clone, Copy)]
struct Since {
    called: Instant,
    age: Duration,
}

impl State {
    fn fresh(&self, since: Since) -> Option<&Arc<List>> {
        let list = self.list.as_ref();
        list.filter(|list| list.since + since.age >= since.called)
    }

    fn fresh_or_new(&mut self, since: Since) -> Arc<List> {
        if self.fresh(since).is_none() {
            self.list = None;
        }
        let list = self.list.get_or_insert_with(|| {
            Arc::new(List {
                since: Instant::now(),
                objects: OnceCell::new(),
            })
        });
        Arc::clone(list)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::exchange::Text;
    use super::super::kept::Kept;
    use super::*;

    #[derive(Default)]
    struct Api {
        lists: AtomicU32,
        refusal: Option<(u16, &'static str)>,
    }

    impl Api {
        async fn list(&self) -> Result<Listed, Error> {
            self.lists.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            if let Some((code, message)) = self.refusal {
                return Err(Error::Refused {
                    code,
                    reason: String::new(),
                    about: String::new(),
                    message: message.to_owned(),
                    rest: None,
                });
            }
            let items =
                (0..300).map(|n| format!(r#"{{"metadata":{{"name":"object-{n}","uid":"{n}"}}}}"#));
            let items: Vec<String> = items.collect();
            let text = format!(r#"{{"kind":"BucketList","items":[{}]}}"#, items.join(","));
            Ok(Listed::read(Text::of(text), "Bucket", Kept::default()).unwrap())
        }

        async fn read(&self, reads: &Reads, name: &str) -> Answer {
            reads.read(name, FRESH, async || self.list().await).await
        }
    }

    fn name_of(answer: &Answer) -> Option<&str> {
        match answer {
            Answer::Listed(Some(object)) => object.metadata.name.as_deref(),
            _ => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_reads_are_one_list() {
        let (api, reads) = (Arc::new(Api::default()), Arc::new(Reads::default()));
        let all = (0..300).map(|n| {
            let (api, reads) = (Arc::clone(&api), Arc::clone(&reads));
            tokio::spawn(async move {
                let name = format!("object-{n}");
                let answer = api.read(&reads, &name).await;
                assert_eq!(name_of(&answer), Some(name.as_str()));
            })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert!(matches!(
            api.read(&reads, "missing").await,
            Answer::Listed(None)
        ));
        assert_eq!(api.lists.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lone_read_goes_alone_and_so_does_one_after_the_list_is_old() {
        let (api, reads) = (Api::default(), Reads::default());
        assert!(matches!(api.read(&reads, "object-1").await, Answer::Alone));
        assert_eq!(api.lists.load(Ordering::SeqCst), 0);
        tokio::join!(api.read(&reads, "object-1"), api.read(&reads, "object-2"));
        assert_eq!(api.lists.load(Ordering::SeqCst), 1);
        tokio::time::sleep(FRESH * 2).await;
        assert!(matches!(api.read(&reads, "object-1").await, Answer::Alone));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_write_no_read_is_answered_from_before() {
        let (api, reads) = (Api::default(), Reads::default());
        tokio::join!(api.read(&reads, "object-1"), api.read(&reads, "object-2"));
        reads.forget();
        assert!(matches!(api.read(&reads, "object-1").await, Answer::Alone));
    }

    /// How many lists two pairs of reads ask for, one pair after the other, where each list is refused so.
    async fn lists_where(refusal: (u16, &'static str)) -> u32 {
        let api = Api {
            refusal: Some(refusal),
            ..Api::default()
        };
        let reads = Reads::default();
        for _ in 0..2 {
            let (one, other) =
                tokio::join!(api.read(&reads, "object-1"), api.read(&reads, "object-2"));
            assert!(matches!((one, other), (Answer::Alone, Answer::Alone)));
        }
        api.lists.load(Ordering::SeqCst)
    }

    #[tokio::test(start_paused = true)]
    async fn where_lists_are_denied_each_read_goes_alone() {
        assert_eq!(lists_where((403, "")).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_that_passes_does_not_end_lists_for_good() {
        let anonymous = r#"User "system:anonymous" cannot list"#;
        for refusal in [(429, "slow down"), (403, anonymous), (503, "")] {
            assert_eq!(lists_where(refusal).await, 2, "{refusal:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_seen_newer_is_not_told_older() {
        let (api, reads) = (Api::default(), Reads::default());
        tokio::join!(api.read(&reads, "object-1"), api.read(&reads, "object-2"));
        tokio::time::sleep(FRESH / 2).await;
        let list = async || api.list().await;
        let newer = reads.read("object-1", FRESH / 4, list).await;
        assert!(matches!(newer, Answer::Alone));
        assert!(matches!(api.read(&reads, "object-1").await, Answer::Alone));
    }

    #[tokio::test(start_paused = true)]
    async fn all_objects_come_from_one_list_of_their_age() {
        let (api, reads) = (Api::default(), Reads::default());
        let all = async |age| {
            let all = reads.all(age, async || api.list().await, Some).await;
            all.map_or(0, |all| all.len())
        };
        let found = tokio::join!(all(FRESH), all(FRESH), all(FRESH));
        assert_eq!(found, (300, 300, 300));
        assert_eq!(api.lists.load(Ordering::SeqCst), 1);
        tokio::time::sleep(FRESH / 2).await;
        assert_eq!(all(FRESH / 4).await, 300);
        assert_eq!(api.lists.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_is_given_up_is_no_company() {
        let (api, reads) = (Api::default(), Reads::default());
        let given_up = tokio::time::timeout(WINDOW / 2, api.read(&reads, "object-1")).await;
        assert!(given_up.is_err());
        assert!(matches!(api.read(&reads, "object-1").await, Answer::Alone));
        assert_eq!(api.lists.load(Ordering::SeqCst), 0);
    }
}
