//! Runs a program with a timeout and captures its output.

use std::env;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A timeout that no run reaches.
const LIMIT: Duration = Duration::from_secs(120);

/// The same on a cluster, where installations take longer than in a stand-in.
const CLUSTER_LIMIT: Duration = Duration::from_secs(900);

/// The kubeconfig of the cluster to test; none to use stand-ins.
pub(super) fn cluster() -> Option<String> {
    env::var("HIKUBE_TEST_KUBECONFIG")
        .ok()
        .filter(|path| !path.is_empty())
}

fn limit() -> Duration {
    if cluster().is_some() {
        CLUSTER_LIMIT
    } else {
        LIMIT
    }
}

/// The binary under test: `TF_ACC_TERRAFORM_PATH`, otherwise `terraform`, otherwise `tofu` on the `PATH`.
pub(crate) fn terraform() -> PathBuf {
    if let Some(given) = env::var_os("TF_ACC_TERRAFORM_PATH").filter(|given| !given.is_empty()) {
        return PathBuf::from(given);
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&folders).collect();
    ["terraform", "tofu"]
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
        .expect(
            "neither `terraform` nor `tofu` is on the PATH: install Terraform or OpenTofu 1.11 or \
             later, or name the binary in TF_ACC_TERRAFORM_PATH",
        )
}

/// The minor version of the binary under test: 11 for Terraform 1.11 and OpenTofu 1.11.
pub(crate) fn minor_version() -> u32 {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut command = clean(&terraform(), home.path());
    let ran = Running::start(command.args(["version", "-json"]))
        .wait()
        .ok();
    let said: serde_json::Value = serde_json::from_str(&ran.text).expect("a version in JSON");
    let version = said["terraform_version"].as_str().expect("a version");
    let minor = version
        .split('.')
        .nth(1)
        .and_then(|minor| minor.parse().ok());
    minor.expect("a minor version")
}

/// Whether the binary under test is OpenTofu. Unlike Terraform, it writes the state only every twenty seconds (read in
/// the source of 1.12), so more is lost if it is killed.
pub(crate) fn is_opentofu() -> bool {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut command = clean(&terraform(), home.path());
    let ran = Running::start(command.arg("version")).wait().ok();
    ran.text.starts_with("OpenTofu")
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    /// The output.
    pub(crate) text: String,
    /// The output in one line, without the frames of diagnostics.
    pub(crate) flat: String,
    pub(crate) took: Duration,
}

impl Ran {
    /// Asserts success.
    #[track_caller]
    pub(crate) fn ok(self) -> Ran {
        assert_eq!(self.code, Some(0), "it failed:\n{}", self.text);
        self
    }

    /// Asserts a failure with an error message, without a crash.
    #[track_caller]
    pub(crate) fn fails(self) -> Ran {
        assert_eq!(self.code, Some(1), "it should have failed:\n{}", self.text);
        for word in [
            "panic",
            "crashed",
            "Plugin did not respond",
            "This is a bug",
        ] {
            assert!(!self.text.contains(word), "{word}:\n{}", self.text);
        }
        self
    }

    /// Asserts that the output contains a text, regardless of line breaks.
    #[track_caller]
    pub(crate) fn says(self, phrase: &str) -> Ran {
        assert!(
            self.flat.contains(phrase),
            "no {phrase:?} in:\n{}",
            self.text
        );
        self
    }

    /// Asserts that the output does not contain a text.
    #[track_caller]
    pub(crate) fn omits(self, phrase: &str) -> Ran {
        assert!(
            !self.flat.contains(phrase),
            "{phrase:?} is in:\n{}",
            self.text
        );
        self
    }
}

/// A running program.
pub(crate) struct Running {
    child: Child,
    started: Instant,
    printed: Vec<JoinHandle<String>>,
}

/// A failed test stops its run, which would otherwise create further objects.
impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            signal("KILL", &format!("-{}", self.child.id()));
            let _ = self.child.wait();
        }
    }
}

impl Running {
    /// Starts it in a process group of its own, so that its children can be killed with it.
    pub(crate) fn start(command: &mut Command) -> Running {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let printed = vec![
            reader(child.stdout.take().expect("stdout")),
            reader(child.stderr.take().expect("stderr")),
        ];
        Running {
            child,
            started: Instant::now(),
            printed,
        }
    }

    /// Sends SIGINT, like Control-C.
    pub(crate) fn interrupt(&self) {
        signal("INT", &self.child.id().to_string());
    }

    /// Stops the process, and continues it later.
    pub(crate) fn hold(&self, is_held: bool) {
        let name = if is_held { "STOP" } else { "CONT" };
        signal(name, &self.child.id().to_string());
    }

    /// Kills it with SIGKILL, like the kernel when memory is exhausted.
    pub(crate) fn kill(&self) {
        signal("KILL", &self.child.id().to_string());
    }

    /// Kills its plugins in the same way. Returns false if there are none.
    pub(crate) fn kill_plugins(&self) -> bool {
        let plugins = children(self.child.id());
        plugins.iter().for_each(|plugin| signal("KILL", plugin));
        !plugins.is_empty()
    }

    /// Waits until a condition is true, which must happen before the run ends and within a minute.
    #[track_caller]
    pub(crate) fn until(mut self, is_time: impl Fn() -> bool) -> Running {
        let began = Instant::now();
        while !is_time() {
            let is_over = self.child.try_wait().expect("a child").is_some();
            assert!(!is_over, "it was over too soon:\n{}", self.wait().text);
            assert!(began.elapsed() < Duration::from_secs(60), "it never was");
            thread::sleep(Duration::from_millis(10));
        }
        self
    }

    /// Waits for the end, and kills it after the timeout.
    pub(crate) fn wait(mut self) -> Ran {
        let code = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status.code();
            }
            let limit = limit();
            if self.started.elapsed() > limit {
                signal("KILL", &format!("-{}", self.child.id()));
                self.child.wait().expect("a child");
                let text = self.text();
                panic!("no end within {limit:?}; it said:\n{text}");
            }
            thread::sleep(Duration::from_millis(10));
        };
        let took = self.started.elapsed();
        let text = self.text();
        let flat = flat(&text);
        Ran {
            code,
            text,
            flat,
            took,
        }
    }

    fn text(&mut self) -> String {
        let printed = self.printed.drain(..);
        printed
            .map(|reader| reader.join().expect("a reader"))
            .collect()
    }
}

fn reader(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn signal(name: &str, process: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, "--", process])
        .status();
    assert!(
        sent.is_ok_and(|status| status.success()),
        "cannot signal {process}"
    );
}

/// The running child processes of a process.
fn children(of: u32) -> Vec<String> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let listed = String::from_utf8_lossy(&listed.expect("`ps` runs").stdout).into_owned();
    let of = of.to_string();
    let pairs = listed.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    pairs
        .filter(|(_, parent)| *parent == of)
        .map(|(process, _)| process)
        .collect()
}

fn flat(text: &str) -> String {
    let words = text
        .split_whitespace()
        .filter(|word| !matches!(*word, "│" | "╷" | "╵"));
    words.collect::<Vec<_>>().join(" ")
}

/// A command without the environment variables of Terraform, the provider and Kubernetes, whose home directory is
/// `home`.
pub(crate) fn clean(program: &Path, home: &Path) -> Command {
    const FOREIGN: [&str; 4] = ["HIKUBE_", "TF_", "KUBE", "TOFU_"];
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_ascii_uppercase();
        if FOREIGN.iter().any(|start| text.starts_with(start)) || text.ends_with("_PROXY") {
            command.env_remove(&name);
        }
    }
    command
        .env("HOME", home)
        .env("XDG_CACHE_HOME", home.join(".cache"))
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("CHECKPOINT_DISABLE", "1");
    command
}
