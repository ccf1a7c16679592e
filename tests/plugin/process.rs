//! The executable as a child process.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Outcome;

/// The magic cookie that Terraform sets.
pub(crate) const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// A timeout for any machine; a working plugin takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The executable, in an environment without its variables.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-hikube"));
    for (name, _) in std::env::vars() {
        if ["TF_", "PLUGIN_", "RUST_", "HIKUBE_", "KUBE"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// A plugin after its handshake line, with a directory of its own for the socket.
pub(crate) struct Plugin {
    child: Child,
    /// The handshake line without the line break.
    pub(crate) line: String,
    stdout: BufReader<ChildStdout>,
    stderr: Option<JoinHandle<String>>,
    folder: TempDir,
}

/// The output and files of a plugin after its end.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Standard output after the handshake line.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Files in the directory of the socket.
    pub(crate) files: Vec<PathBuf>,
}

impl Plugin {
    /// Starts the plugin like Terraform, with additional environment variables.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = command();
        command
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
        command.env("TMPDIR", folder.path());
        command.envs(variables.iter().copied());
        Self::spawn(command, folder)
    }

    /// Starts the plugin with `--debug`. The line is the one with the value for Terraform.
    pub(crate) fn start_debug() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = command();
        command.arg("--debug").env("TMPDIR", folder.path());
        let mut plugin = Self::spawn(command, folder)?;
        while !plugin.line.contains("TF_REATTACH_PROVIDERS=") {
            plugin.line = read_line(&mut plugin.stdout)?;
        }
        Ok(plugin)
    }

    fn spawn(mut command: Command, folder: TempDir) -> Outcome<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        let mut stderr = child.stderr.take().ok_or("no stderr")?;
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let line = read_line(&mut stdout)?;
        Ok(Self {
            child,
            line,
            stdout,
            stderr: Some(stderr),
            folder,
        })
    }

    /// The fields of the handshake line.
    pub(crate) fn fields(&self) -> Vec<&str> {
        self.line.split('|').collect()
    }

    /// The socket of the handshake line.
    pub(crate) fn socket(&self) -> Outcome<&Path> {
        Ok(Path::new(
            self.fields().get(3).copied().ok_or("no address")?,
        ))
    }

    /// The directory for temporary files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The process ID.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by name, for example `INT`.
    pub(crate) fn signal(&self, name: &str) -> Outcome {
        let pid = self.id().to_string();
        let sent = Command::new("kill")
            .args([format!("-{name}"), pid])
            .status()?;
        assert!(sent.success());
        Ok(())
    }

    /// Whether the process is running.
    pub(crate) fn lives(&mut self) -> Outcome<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Waits for the end of the process, and fails after a timeout.
    pub(crate) fn wait(mut self) -> Outcome<Ended> {
        let status = wait_for(|| Ok(self.child.try_wait()?))?;
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout)?;
        let stderr = self.stderr.take().ok_or("no stderr")?;
        let stderr = stderr.join().map_err(|_| "reading stderr")?;
        let files = std::fs::read_dir(self.folder.path())?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        Ok(Ended {
            status,
            stdout,
            stderr,
            files,
        })
    }

    /// Ends the plugin with SIGTERM.
    pub(crate) fn end(self) -> Outcome<Ended> {
        self.signal("TERM")?;
        self.wait()
    }
}

impl Drop for Plugin {
    /// A failed test stops its process.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_line(stdout: &mut BufReader<ChildStdout>) -> Outcome<String> {
    let mut line = String::new();
    if stdout.read_line(&mut line)? == 0 {
        return Err("the plugin ended".into());
    }
    Ok(line.trim_end().to_owned())
}

/// Repeats until there is a result.
pub(crate) fn wait_for<T>(mut ask: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err("nothing came in time".into())
}
