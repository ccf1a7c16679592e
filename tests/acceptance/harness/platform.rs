//! The platform that is worked on: a stand-in in this process, or the cluster of
//! `HIKUBE_TEST_KUBECONFIG`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use hikube::kinds::KINDS;
use hikube_standin::{Options, Release, Running, Standin};

use super::Api;
use super::command::cluster;

/// A platform of a release.
pub(crate) struct Platform {
    pub(crate) release: Release,
    pub(crate) kubeconfig: String,
    pub(crate) api: Api,
    /// Where it is, with what to trust; none of a cluster.
    pub(crate) standin: Option<Running>,
    /// The names that its workspaces gave their objects.
    names: Mutex<BTreeSet<String>>,
}

impl Platform {
    /// A quick stand-in of the release, or the cluster where one is given; none where that is of another
    /// release.
    pub(crate) fn start(release: Release) -> Option<Platform> {
        let Some(path) = cluster() else {
            return Some(Platform::with(Options {
                platform: release,
                ..Platform::quick()
            }));
        };
        let kubeconfig = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("HIKUBE_TEST_KUBECONFIG: {path}: {error}"));
        let api = Api::new(&kubeconfig, Duration::from_secs(2));
        let found = api.release();
        if found != release {
            skipped(&format!(
                "the cluster is of release {found}, this is for {release}"
            ));
            return None;
        }
        Some(Platform {
            release,
            kubeconfig,
            api,
            standin: None,
            names: Mutex::default(),
        })
    }

    /// A stand-in as told.
    pub(crate) fn with(options: Options) -> Platform {
        let (release, lag) = (options.platform, options.lag);
        let standin = started(&options);
        let kubeconfig = standin.kubeconfig();
        let api = Api::new(&kubeconfig, lag + Duration::from_millis(20));
        Platform {
            release,
            kubeconfig,
            api,
            standin: Some(standin),
            names: Mutex::default(),
        }
    }

    /// Upgrades a stand-in under what it holds.
    pub(crate) fn upgrade(&mut self, name: &str, to: Release) {
        self.api.upgrade(name);
        self.release = to;
    }

    /// A stand-in of the same release with other settings; none where this is a cluster.
    pub(crate) fn altered(&self, change: impl FnOnce(&mut Options)) -> Option<Platform> {
        standin_only().then(|| {
            let mut options = Options {
                platform: self.release,
                ..Platform::quick()
            };
            change(&mut options);
            Platform::with(options)
        })
    }

    /// Ends the stand-in and starts another in its place after a while, on the same port. It has what its
    /// state file holds, and a certificate of its own.
    pub(crate) fn restart(&mut self, options: &Options, pause: Duration) {
        let running = self.standin.take().expect("a stand-in");
        let port = running
            .url
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        let port = port.expect("a port");
        drop(running);
        thread::sleep(pause);
        *self = Platform::with(Options {
            port,
            ..options.clone()
        });
    }

    /// The settings of a stand-in that keeps nobody waiting.
    pub(crate) fn quick() -> Options {
        Options {
            ready_after: Duration::from_millis(100),
            delete_after: Duration::from_millis(50),
            lag: Duration::from_millis(60),
            ..Options::default()
        }
    }

    /// The namespace of a tenant of this name. Only those in `tenant-root` are not named after it.
    pub(crate) fn namespace_of(&self, tenant: &str) -> String {
        match self.api.namespace.as_str() {
            "tenant-root" => format!("tenant-{tenant}"),
            parent => format!("{parent}-{tenant}"),
        }
    }

    /// Notes that the objects of a workspace have this name, or begin with it.
    pub(super) fn note(&self, name: &str) {
        let names = self.names.lock();
        let mut names = names.unwrap_or_else(PoisonError::into_inner);
        names.insert(name.to_owned());
    }

    /// What is left of its workspaces' objects, each by its kind and name.
    fn left(&self) -> Vec<(String, String)> {
        let names = self.names.lock();
        let names = names.unwrap_or_else(PoisonError::into_inner).clone();
        let kinds = KINDS.iter().map(|kind| (kind.api_resource)().plural);
        let of_kind = |plural: std::borrow::Cow<'static, str>| {
            let objects = names
                .iter()
                .flat_map(|name| self.api.names_of(&plural, name));
            objects
                .map(|name| (plural.clone().into_owned(), name))
                .collect::<Vec<_>>()
        };
        kinds.flat_map(of_kind).collect()
    }

    /// The API must still be up, with nothing left of these tests and nothing leaked. A cluster has objects of
    /// others as well.
    #[track_caller]
    pub(crate) fn assert_clean(&self) {
        let Some(standin) = &self.standin else {
            assert_eq!(self.left(), [], "left behind");
            return;
        };
        assert_eq!(standin.end(), None, "the stand-in died");
        let stats = self.api.stats();
        assert_eq!(stats["objects"], 0, "left behind: {stats}");
        assert_eq!(stats["leaks"].as_array().map_or(0, Vec::len), 0, "{stats}");
    }
}

/// A test that failed leaves nothing on a cluster either. What uses another goes first.
impl Drop for Platform {
    fn drop(&mut self) {
        if self.standin.is_some() {
            return;
        }
        let mut left = self.left();
        left.sort_by_key(|(plural, _)| (*plural == "tenants", *plural == "vmdisks"));
        for (plural, name) in left {
            let was_deleted = self.api.try_delete(&plural, &name);
            say(&format!(
                "left behind and deleted ({was_deleted}): {plural}/{name}"
            ));
        }
    }
}

/// On a port that another has just left, it may take a moment to be free.
fn started(options: &Options) -> Running {
    for _ in 0..50 {
        match Standin::start(options.clone()) {
            Ok(standin) => return standin,
            Err(_) if options.port != 0 => thread::sleep(Duration::from_millis(100)),
            Err(error) => panic!("the stand-in does not start: {error}"),
        }
    }
    panic!("the port {} does not become free", options.port);
}

/// True where the platform is a stand-in. Elsewhere says why a test that turns its switches is not run.
pub(crate) fn standin_only() -> bool {
    let is_standin = cluster().is_none();
    if !is_standin {
        skipped("it needs the switches of a stand-in, and HIKUBE_TEST_KUBECONFIG names a cluster");
    }
    is_standin
}

/// Says that the test of this thread was not run, or not all of it, why, and how many were not so far.
fn skipped(why: &str) {
    static SKIPPED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let test = thread::current().name().unwrap_or_default().to_owned();
    let mut all = SKIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if all.insert(test.clone()) {
        say(&format!("not run ({} so far): {test}: {why}", all.len()));
    }
}

/// Tells who runs the tests, of those that pass as well: only what the macros print is held back.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
