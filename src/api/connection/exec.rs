//! Credential programs: `client.authentication.k8s.io`.
//!
//! The library runs them three times for one client (read in kube-client 5.0.0: once for the token, twice for a
//! certificate), does not renew certificates, waits forever, and quotes what a failing program printed.

use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use kube::config::ExecConfig;
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout, timeout_at};

use super::process_group::ProcessGroup;
use super::settings_error::SettingsError;
use crate::redaction::{keep_secret, redacted_beginning, redacted_end};

/// The most that a program may print.
const LARGEST: usize = 1 << 20;

/// How much of the end of its standard error is shown, and how much is kept for that.
const TAIL: usize = 2 << 10;
const KEPT: usize = 16 << 10;

/// The number and the length of the lines that are logged.
const LINES: usize = 200;
const LINE: usize = 1 << 10;

/// How long to read the output after the program has ended: a process that it started may hold it open.
const OUTPUT_GRACE: Duration = Duration::from_millis(500);

/// Parts of the names of variables with secrets.
const SECRET: [&str; 5] = ["token", "secret", "passw", "key", "credential"];

/// The output of a program.
#[derive(Deserialize)]
struct Credential {
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<Timestamp>,
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// The credentials that a program printed.
#[derive(Debug)]
pub(super) struct Printed {
    pub(super) token: Option<String>,
    /// A certificate and its key, in PEM.
    pub(super) certificate: Option<(String, String)>,
    pub(super) until: Option<Timestamp>,
    pub(super) output: Option<ProgramOutput>,
}

/// What a credential program wrote to its standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramOutput {
    /// The program.
    pub program: String,
    /// The end of the text.
    pub text: String,
}

/// Runs a program and parses its output. The program and all that it started end when the future is dropped.
///
/// # Errors
/// Where it cannot be run, fails, runs until `deadline`, or prints no credential. The error has the end of its standard
/// error, and never its output.
pub(super) async fn run(
    exec: &ExecConfig,
    from: &str,
    deadline: Instant,
) -> Result<Printed, SettingsError> {
    let program = exec.command.clone().unwrap_or_default();
    let hint = exec.install_hint.as_deref().unwrap_or_default().trim();
    let failed = |how: String, stderr: &Stderr| {
        let stderr = match stderr.text() {
            text if text.is_empty() => String::new(),
            text => format!("\n\nIt wrote:\n\n{text}"),
        };
        let hint = if hint.is_empty() {
            String::new()
        } else {
            format!("\n\n{hint}")
        };
        let detail =
            format!("The credential program `{program}` (from {from}) {how}{stderr}{hint}");
        SettingsError::new("exec", detail)
    };
    let stderr = Stderr::default();
    let begun = Instant::now();
    let mut child = command(exec, &program).spawn().map_err(|error| {
        failed(
            format!("could not be started: {error}. Check that it is installed and on the PATH."),
            &stderr,
        )
    })?;
    let mut group = ProcessGroup::of(&child);
    let printed = Mutex::new(Vec::new());
    let ended = timeout_at(deadline, ended(&mut child, &printed, &stderr, &program)).await;
    let status = match ended {
        Ok(Ok(status)) => status,
        Ok(Err(End::TooMuch)) => {
            return Err(failed(
                format!("printed more than {} KiB.", LARGEST >> 10),
                &stderr,
            ));
        }
        Ok(Err(End::Lost(error))) => {
            return Err(failed(
                format!("could not be waited for: {error}."),
                &stderr,
            ));
        }
        Err(_) => {
            let seconds = begun.elapsed().as_secs_f32().round();
            return Err(failed(
                format!(
                    "did not end within {seconds} s and was stopped. Log in by running it by hand first, or give \
                     it longer with `request_timeout`."
                ),
                &stderr,
            ));
        }
    };
    group.release();
    if !status.success() {
        return Err(failed(
            format!("failed: {status}. Run it by hand to see why."),
            &stderr,
        ));
    }
    // Some print YAML, which client-go accepts too.
    let printed = std::mem::take(&mut *lock(&printed));
    let credential: Result<Credential, _> = serde_saphyr::from_slice(&printed);
    let Ok(Credential { status }) = credential else {
        return Err(failed("printed no ExecCredential.".to_owned(), &stderr));
    };
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let certificate = given(status.client_certificate_data).zip(given(status.client_key_data));
    let token = given(status.token).map(|token| token.trim().to_owned());
    if token.is_none() && certificate.is_none() {
        return Err(failed(
            "printed an empty ExecCredential: it has neither a token nor a certificate.".to_owned(),
            &stderr,
        ));
    }
    for secret in [&token, &certificate.as_ref().map(|(_, key)| key.clone())] {
        keep_secret(secret.as_deref().unwrap_or_default());
    }
    let text = stderr.text();
    Ok(Printed {
        token,
        certificate,
        until: status.expiration_timestamp,
        output: (!text.is_empty()).then_some(ProgramOutput { program, text }),
    })
}

/// The command of a program. It is not interactive: the terminal belongs to Terraform.
fn command(exec: &ExecConfig, program: &str) -> Command {
    let spec = json!({
        "kind": "ExecCredential",
        "apiVersion": exec.api_version,
        "spec": {
            "interactive": false,
            "cluster": exec.cluster.as_ref().filter(|_| exec.provide_cluster_info),
        },
    });
    let variables = exec.env.iter().flatten();
    let variables = variables.filter_map(|set| Some((set.get("name")?, set.get("value")?)));
    let variables: Vec<(&String, &String)> = variables.collect();
    for (name, value) in &variables {
        let name = name.to_lowercase();
        if SECRET.iter().any(|word| name.contains(word)) {
            keep_secret(value);
        }
    }
    let mut command = Command::new(program);
    command
        .args(exec.args.iter().flatten())
        .envs(variables)
        .env("KUBERNETES_EXEC_INFO", spec.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // On Unix the process group is ended, with time to clean up.
    #[cfg(not(unix))]
    command.kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command
}

enum End {
    TooMuch,
    Lost(std::io::Error),
}

/// Reads the output and the standard error of a program until it has ended.
async fn ended(
    child: &mut Child,
    printed: &Mutex<Vec<u8>>,
    stderr: &Stderr,
    program: &str,
) -> Result<ExitStatus, End> {
    let (stdout_pipe, stderr_pipe) = (child.stdout.take(), child.stderr.take());
    let reading = async {
        tokio::try_join!(
            collect(stdout_pipe, printed),
            stderr.listen(stderr_pipe, program)
        )
        .map(|_| ())
    };
    tokio::pin!(reading);
    tokio::select! {
        read = &mut reading => {
            read?;
            child.wait().await.map_err(End::Lost)
        }
        status = child.wait() => {
            let status = status.map_err(End::Lost)?;
            if let Ok(read) = timeout(OUTPUT_GRACE, reading).await {
                read?;
            }
            Ok(status)
        }
    }
}

async fn collect(
    output: Option<impl AsyncRead + Unpin>,
    printed: &Mutex<Vec<u8>>,
) -> Result<(), End> {
    let Some(mut output) = output else {
        return Ok(());
    };
    let mut piece = [0; 8 << 10];
    loop {
        let length = output.read(&mut piece).await.map_err(End::Lost)?;
        let mut printed = lock(printed);
        if length == 0 {
            return Ok(());
        }
        printed.extend_from_slice(&piece[..length]);
        if printed.len() > LARGEST {
            return Err(End::TooMuch);
        }
    }
}

/// The end of a program's standard error, and whether it is truncated.
#[derive(Default)]
struct Stderr(Mutex<(Vec<u8>, bool)>);

impl Stderr {
    fn text(&self) -> String {
        let stderr = lock(&self.0);
        redacted_end(String::from_utf8_lossy(&stderr.0).trim(), TAIL, stderr.1)
    }

    /// Keeps the end, and logs each line as it arrives: it may ask the user to log in.
    async fn listen(
        &self,
        output: Option<impl AsyncRead + Unpin>,
        program: &str,
    ) -> Result<(), End> {
        let Some(mut output) = output else {
            return Ok(());
        };
        let (mut piece, mut line, mut lines) = ([0; 4 << 10], Vec::new(), 0);
        loop {
            let length = output.read(&mut piece).await.map_err(End::Lost)?;
            for byte in &piece[..length] {
                if *byte == b'\n' {
                    log(program, &mut line, &mut lines);
                } else if line.len() < KEPT {
                    line.push(*byte);
                }
            }
            if length == 0 {
                log(program, &mut line, &mut lines);
                return Ok(());
            }
            let mut stderr = lock(&self.0);
            stderr.0.extend_from_slice(&piece[..length]);
            let surplus = stderr.0.len().saturating_sub(KEPT);
            stderr.0.drain(..surplus);
            stderr.1 |= surplus > 0;
        }
    }
}

fn log(program: &str, line: &mut Vec<u8>, lines: &mut usize) {
    let text = redacted_beginning(String::from_utf8_lossy(line).trim(), LINE);
    line.clear();
    if !text.is_empty() && *lines < LINES {
        *lines += 1;
        tracing::warn!(program, "{text}");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::process_group::TERMINATION_GRACE;
    use super::*;

    fn program(script: &str) -> ExecConfig {
        ExecConfig {
            api_version: Some("client.authentication.k8s.io/v1".to_owned()),
            command: Some("sh".to_owned()),
            args: Some(vec!["-c".to_owned(), script.to_owned()]),
            install_hint: Some("Ask the help desk.".to_owned()),
            ..ExecConfig::default()
        }
    }

    async fn printed(script: &str) -> Result<Printed, SettingsError> {
        let deadline = Instant::now() + Duration::from_secs(20);
        run(&program(script), "a test", deadline).await
    }

    #[tokio::test]
    async fn a_token_or_a_certificate_is_read() {
        let token = printed(
            r#"echo '{"status": {"token": "t\n", "expirationTimestamp": "2030-01-02T03:04:05Z"}}'"#,
        );
        let token = token.await.unwrap();
        assert_eq!(token.token.as_deref(), Some("t"));
        assert_eq!(token.until.unwrap().to_string(), "2030-01-02T03:04:05Z");
        let script = r#"printf 'status:\n  token: ""\n  clientCertificateData: "a"\n  clientKeyData: "b"\n'"#;
        let certificate = printed(script).await.unwrap();
        assert_eq!(
            certificate.certificate,
            Some(("a".to_owned(), "b".to_owned()))
        );
        assert!(certificate.token.is_none() && certificate.until.is_none());
    }

    #[tokio::test]
    async fn the_program_gets_the_kubernetes_exec_info() {
        let script = r#"case "$KUBERNETES_EXEC_INFO" in *'"apiVersion":"client.authentication.k8s.io/v1"'*)
            echo '{"status": {"token": "t"}}';; esac"#;
        assert!(printed(script).await.unwrap().token.is_some());
    }

    #[tokio::test]
    async fn standard_error_is_passed_on_and_output_is_not() {
        for (script, how) in [
            ("echo s3cret; echo note >&2", "printed no ExecCredential"),
            (
                r#"echo '{"kind": "s3cret"}'; echo note >&2"#,
                "printed no ExecCredential",
            ),
            (
                r#"echo '{"status": {"token": "", "clientKeyData": "s3cret"}}'; echo note >&2"#,
                "printed an empty ExecCredential",
            ),
            (
                "echo s3cret; echo note >&2; exit 3",
                "failed: exit status: 3",
            ),
        ] {
            let error = printed(script).await.unwrap_err();
            assert_eq!(error.attribute, "exec");
            for phrase in ["`sh` (from a test)", how, "note", "Ask the help desk."] {
                assert!(
                    error.detail.contains(phrase),
                    "{} lacks {phrase}",
                    error.detail
                );
            }
            assert!(!error.detail.contains("s3cret"), "{}", error.detail);
        }
        let good = printed(r#"echo note >&2; echo '{"status": {"token": "t"}}'"#).await;
        let output = good.unwrap().output.unwrap();
        assert_eq!(
            (output.program.as_str(), output.text.as_str()),
            ("sh", "note")
        );
    }

    #[tokio::test]
    async fn the_error_of_a_missing_program_has_its_install_hint() {
        let missing = ExecConfig {
            command: Some("/nowhere/kubelogin".to_owned()),
            ..program("")
        };
        let deadline = Instant::now() + Duration::from_secs(20);
        let error = run(&missing, "a test", deadline).await.unwrap_err().detail;
        assert!(
            error.contains("/nowhere/kubelogin") && error.contains("Ask the help desk."),
            "{error}"
        );
    }

    #[tokio::test]
    async fn endless_output_is_bounded() {
        let error = printed("exec yes").await.unwrap_err();
        assert!(
            error.detail.contains("printed more than 1024 KiB"),
            "{}",
            error.detail
        );
        let error = printed("yes >&2 & sleep 0.5; kill $!; exit 1")
            .await
            .unwrap_err();
        assert!(error.detail.len() < 2 * TAIL, "{}", error.detail.len());
    }

    #[tokio::test]
    async fn a_process_left_running_does_not_delay_the_result() {
        let begun = Instant::now();
        let good = printed(r#"sleep 10 & echo '{"status": {"token": "t"}}'"#).await;
        assert!(good.unwrap().token.is_some());
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_program_has_time_to_clean_up() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cleaned");
        let script = format!(
            "exec 2> /dev/null; trap 'echo x > {}; exit 1' TERM; while :; do sleep 0.02; done",
            file.display()
        );
        let deadline = Instant::now() + Duration::from_secs(2);
        run(&program(&script), "a test", deadline)
            .await
            .unwrap_err();
        tokio::time::sleep(TERMINATION_GRACE * 2).await;
        assert!(file.exists());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_program_and_all_that_it_started_end_at_the_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let pids = folder.path().join("pids");
        let script = format!(
            "echo open the page >&2; trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >> {0}; sleep 60; sleep 60' & \
             echo $$ >> {0}; sleep 60; sleep 60",
            pids.display()
        );
        let deadline = Instant::now() + Duration::from_secs(1);
        let error = run(&program(&script), "a test", deadline)
            .await
            .unwrap_err()
            .detail;
        assert!(
            error.contains("did not end within 1 s") && error.contains("open the page"),
            "{error}"
        );
        tokio::time::sleep(TERMINATION_GRACE * 3).await;
        let pids = std::fs::read_to_string(pids).unwrap();
        assert_eq!(pids.lines().count(), 2);
        for pid in pids.lines() {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
        }
    }
}
