//! The platform under test: a stand-in in this process, or the cluster of `HIKUBE_TEST_KUBECONFIG`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use hikube::kinds::KINDS;
use hikube_standin::{Options, Release, Running, Standin};

use super::Api;
use super::command::{cluster, is_opentofu, minor_version};

/// A platform of a release.
pub(crate) struct Platform {
    pub(crate) release: Release,
    pub(crate) kubeconfig: String,
    pub(crate) api: Api,
    /// Its address and certificate authority; none for a cluster.
    pub(crate) standin: Option<Running>,
    /// The names of the objects in its workspaces.
    names: Mutex<BTreeSet<String>>,
}

impl Platform {
    /// A fast stand-in of the release, or the cluster if one is configured. None if the cluster has another release.
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

    /// A stand-in with these options.
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

    /// Upgrades a stand-in with its objects.
    pub(crate) fn upgrade(&mut self, name: &str, to: Release) {
        self.api.upgrade(name);
        self.release = to;
    }

    /// A stand-in of the same release with other options; none for a cluster.
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

    /// Stops the stand-in, and starts another one on the same port after a while. It has the objects in the state file,
    /// and a new certificate.
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

    /// The options of a fast stand-in.
    pub(crate) fn quick() -> Options {
        Options {
            ready_after: Duration::from_millis(100),
            delete_after: Duration::from_millis(50),
            lag: Duration::from_millis(60),
            ..Options::default()
        }
    }

    /// The namespace of a tenant with this name, which contains the parent's name unless that is `tenant-root`.
    pub(crate) fn namespace_of(&self, tenant: &str) -> String {
        match self.api.namespace.as_str() {
            "tenant-root" => format!("tenant-{tenant}"),
            parent => format!("{parent}-{tenant}"),
        }
    }

    /// Records that the objects of a workspace have this name, or begin with it.
    pub(super) fn note(&self, name: &str) {
        let names = self.names.lock();
        let mut names = names.unwrap_or_else(PoisonError::into_inner);
        names.insert(name.to_owned());
    }

    /// The remaining objects of its workspaces, by kind and name.
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

    /// Asserts that the API is available, no objects of these tests remain, and no workloads are orphaned. A cluster
    /// can have other objects.
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

/// A failed test deletes its objects on a cluster. Objects that use others are deleted first.
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

/// A port that was just released may not be available immediately.
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

/// Whether the platform is a stand-in. Otherwise prints why a test that controls it is skipped.
pub(crate) fn standin_only() -> bool {
    let is_standin = cluster().is_none();
    if !is_standin {
        skipped("it needs the switches of a stand-in, and HIKUBE_TEST_KUBECONFIG names a cluster");
    }
    is_standin
}

/// Whether the binary under test has actions: Terraform 1.14 or later. Otherwise prints why the test is skipped.
pub(crate) fn with_actions() -> bool {
    let has_actions = !is_opentofu() && minor_version() >= 14;
    if !has_actions {
        skipped("actions need Terraform 1.14 or later in TF_ACC_TERRAFORM_PATH");
    }
    has_actions
}

/// Prints that the test of this thread was skipped, at least in part, the reason, and the number of skipped tests.
fn skipped(why: &str) {
    static SKIPPED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let test = thread::current().name().unwrap_or_default().to_owned();
    let mut all = SKIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if all.insert(test.clone()) {
        say(&format!("not run ({} so far): {test}: {why}", all.len()));
    }
}

/// Prints for successful tests as well: the test runner captures only the output of the macros.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
