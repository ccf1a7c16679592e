//! The platform that is worked on: a stand-in in this process, or the cluster of
//! `HIKUBE_TEST_KUBECONFIG`.

use std::env;
use std::fs;
use std::thread;
use std::time::Duration;

use hikube_standin::{Options, Release, Running, Standin};

use super::Api;

/// A platform of a release.
pub(crate) struct Platform {
    pub(crate) release: Release,
    pub(crate) kubeconfig: String,
    pub(crate) api: Api,
    /// Where it is, with what to trust; none of a cluster.
    pub(crate) standin: Option<Running>,
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
            say(&format!(
                "not run: the cluster is of release {found}, this is for {release}"
            ));
            return None;
        }
        Some(Platform {
            release,
            kubeconfig,
            api,
            standin: None,
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
        }
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

    /// The API must still be up, with nothing left of these tests and nothing leaked.
    #[track_caller]
    pub(crate) fn assert_clean(&self) {
        let Some(standin) = &self.standin else { return };
        assert_eq!(standin.end(), None, "the stand-in died");
        let stats = self.api.stats();
        assert_eq!(stats["objects"], 0, "left behind: {stats}");
        assert_eq!(stats["leaks"].as_array().map_or(0, Vec::len), 0, "{stats}");
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
        say(
            "not run: it needs the switches of a stand-in, and HIKUBE_TEST_KUBECONFIG names a cluster",
        );
    }
    is_standin
}

fn cluster() -> Option<String> {
    env::var("HIKUBE_TEST_KUBECONFIG")
        .ok()
        .filter(|path| !path.is_empty())
}

#[expect(
    clippy::print_stderr,
    reason = "who runs the tests must learn what was not run"
)]
fn say(text: &str) {
    eprintln!("{text}");
}
