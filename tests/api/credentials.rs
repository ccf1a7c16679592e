//! Credentials that change while the provider runs.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hikube::api::{Client, ErrorKind, Exec, Observation, Settings};
use tempfile::TempDir;

use crate::bucket;
use crate::platform::{BUCKET, Platform};

/// Longer than the interval at which files are checked.
const A_WHILE: Duration = Duration::from_millis(3300);

/// A credential program that records its runs, and prints an invalid token the first `wrong` times.
struct Program {
    folder: TempDir,
}

impl Program {
    fn new(platform: &Platform, wrong: u32, expires: &str) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            "cd \"$(dirname \"$0\")\"\necho run >> runs\ntoken={}\n\
             [ \"$(wc -l < runs)\" -le {wrong} ] && token=wrong\n\
             echo '{{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \
             \"status\": {{\"token\": \"'$token'\"{expires}}}}}'\n",
            platform.token()
        );
        fs::write(folder.path().join("script"), script).unwrap();
        Program { folder }
    }

    fn settings(&self, platform: &Platform) -> Settings {
        Settings {
            host: Some(platform.address()),
            exec: Some(Exec {
                api_version: "client.authentication.k8s.io/v1".to_owned(),
                command: "sh".to_owned(),
                args: vec![self.folder.path().join("script").display().to_string()],
                ..Exec::default()
            }),
            ..Settings::default()
        }
    }

    fn runs(&self) -> usize {
        let runs = fs::read_to_string(self.folder.path().join("runs")).unwrap();
        runs.lines().count()
    }
}

/// A kubeconfig file with this user.
struct File {
    _folder: TempDir,
    path: PathBuf,
    whole: String,
    right: String,
}

impl File {
    fn new(platform: &Platform, user: &str) -> File {
        let folder = tempfile::tempdir().unwrap();
        let file = File {
            path: folder.path().join("kubeconfig"),
            _folder: folder,
            whole: platform.kubeconfig(),
            right: format!("token: \"{}\"", platform.token()),
        };
        file.write(user);
        file
    }

    fn write(&self, user: &str) {
        assert!(self.whole.contains(&self.right));
        fs::write(&self.path, self.whole.replace(&self.right, user)).unwrap();
    }

    fn write_right(&self) {
        self.write(&self.right);
    }

    fn settings(&self) -> Settings {
        Settings {
            kubeconfig_path: Some(self.path.display().to_string()),
            ..Settings::default()
        }
    }
}

async fn ask(client: &Client) -> Result<(), hikube::api::Error> {
    let answer = client.get_opt(&BUCKET, "tenant-demo", "b").await;
    answer.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_rejected_requests_run_the_program_once() {
    let platform = Platform::start(&[]);
    let program = Program::new(&platform, 1, "");
    let client = platform.client_by(program.settings(&platform)).await;
    assert_eq!(program.runs(), 1);
    let asked = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { ask(&client).await })
    });
    for answer in asked.collect::<Vec<_>>() {
        answer.await.unwrap().unwrap();
    }
    assert_eq!(program.runs(), 2);
    assert!(platform.total().await <= 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_was_rejected_first_creates_its_object_once() {
    let platform = Platform::start(&[]);
    let program = Program::new(&platform, 1, "");
    let client = platform.client_by(program.settings(&platform)).await;
    client.create(&BUCKET, &bucket("b")).await.unwrap();
    let stats = platform.stats().await;
    assert_eq!(stats["objects"], 1);
    assert_eq!(stats["requests"]["create"]["buckets"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_uses_refreshed_credentials() {
    let platform = Platform::start(&[]);
    let program = Program::new(&platform, 1, "");
    let client = platform.client_by(program.settings(&platform)).await;
    let mut watcher = client.watch(&BUCKET, "tenant-demo");
    watcher.started().await;
    assert!(matches!(watcher.observe("b"), Observation::Absent));
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_stay_rejected_are_not_refreshed_for_each_request() {
    let platform = Platform::start(&[]);
    let program = Program::new(&platform, 99, "");
    let client = platform.client_by(program.settings(&platform)).await;
    for _ in 0..5 {
        let error = ask(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    }
    assert!(program.runs() <= 3, "{} runs", program.runs());
}

#[tokio::test(flavor = "multi_thread")]
async fn expiring_credentials_are_refreshed_before_they_are_rejected() {
    let platform = Platform::start(&[]);
    let expires = ", \"expirationTimestamp\": \"2020-01-01T00:00:00Z\"";
    let program = Program::new(&platform, 1, expires);
    let client = platform.client_by(program.settings(&platform)).await;
    tokio::time::sleep(A_WHILE).await;
    ask(&client).await.unwrap();
    assert_eq!((program.runs(), platform.total().await), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_error_of_a_failed_refresh_has_standard_error_and_no_output() {
    let platform = Platform::start(&[]);
    let program = Program::new(&platform, 99, "");
    let client = platform.client_by(program.settings(&platform)).await;
    let script = program.folder.path().join("script");
    fs::write(script, "echo s3cret; echo log in again >&2; exit 3").unwrap();
    let error = ask(&client).await.unwrap_err().to_string();
    for phrase in ["rejected the credentials", "exit status: 3", "log in again"] {
        assert!(error.contains(phrase), "{error} lacks {phrase}");
    }
    assert!(!error.contains("s3cret"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_kubeconfig_or_token_file_is_read_before_the_next_request() {
    let platform = Platform::start(&[]);
    let file = File::new(&platform, "token: old");
    let token = file.path.with_file_name("token");
    fs::write(&token, "old").unwrap();
    let by_token = File::new(&platform, &format!("tokenFile: {}", token.display()));
    let clients = [
        platform.client_by(file.settings()).await,
        platform.client_by(by_token.settings()).await,
    ];
    file.write_right();
    fs::write(&token, platform.token()).unwrap();
    tokio::time::sleep(A_WHILE).await;
    for client in clients {
        platform.reset().await;
        ask(&client).await.unwrap();
        assert_eq!(platform.total().await, 1, "nothing was refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_kubeconfig_is_read_at_once_after_a_rejection() {
    let platform = Platform::start(&[]);
    let file = File::new(&platform, "token: old");
    let client = platform.client_by(file.settings()).await;
    let error = ask(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    file.write_right();
    ask(&client).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_written_kubeconfig_leaves_the_old_credentials_in_use() {
    let platform = Platform::start(&[]);
    let file = File::new(&platform, "token: old");
    file.write_right();
    let client = platform.client_by(file.settings()).await;
    fs::write(&file.path, "apiVersion: v1\nusers: [{token: s3cret").unwrap();
    tokio::time::sleep(A_WHILE).await;
    ask(&client).await.unwrap();
    ask(&client).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_written_kubeconfig_after_a_rejection_is_an_error_until_it_is_whole() {
    let platform = Platform::start(&[]);
    let file = File::new(&platform, "token: old");
    let client = platform.client_by(file.settings()).await;
    fs::write(&file.path, "apiVersion: v1\nusers: [{token: s3cret").unwrap();
    let error = ask(&client).await.unwrap_err().to_string();
    let path = file.path.display().to_string();
    assert!(
        error.contains("could not be refreshed") && error.contains(&path),
        "{error}"
    );
    assert!(!error.contains("s3cret"), "{error}");
    file.write_right();
    ask(&client).await.unwrap();
}

/// A refresh takes a second, and other requests wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_refresh_is_not_repeated_for_each_rejected_request() {
    let platform = Platform::start(&[]);
    let file = File::new(&platform, "token: old");
    let client = platform.client_by(file.settings()).await;
    fs::write(&file.path, "apiVersion: v1\nusers: [{token: s3cret").unwrap();
    let begun = Instant::now();
    let asked = (0..100).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { ask(&client).await })
    });
    for answer in asked.collect::<Vec<_>>() {
        let error = answer.await.unwrap().unwrap_err().to_string();
        assert!(error.contains("could not be refreshed"), "{error}");
    }
    // In sequence they would take a hundred seconds.
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?}");
    file.write_right();
    ask(&client).await.unwrap();
}
