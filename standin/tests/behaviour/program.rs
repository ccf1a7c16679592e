//! The program: its output, its files, and how it ends.
use crate::client::{Api, named, quick};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hikube_standin::{Options, Release};
use serde_json::json;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A temporary directory, removed when it is dropped.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let place = std::env::temp_dir().join(format!("standin-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&place).expect("a directory");
        Place(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn program(arguments: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hikube-standin"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("stdout");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    (child, line)
}

fn wait(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        if let Some(status) = child.try_wait().expect("a status") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    panic!("the program does not end");
}

#[test]
fn it_says_where_it_listens_writes_a_kubeconfig_and_ends_with_stdin() {
    let place = Place::new("kubeconfig");
    let file = place.0.join("config");
    let file_text = file.display().to_string();
    let (mut child, line) = program(&[
        "--platform",
        "1.3",
        "--kubeconfig",
        &file_text,
        "--exit-with-stdin",
    ]);
    assert!(
        line.starts_with("listening on https://127.0.0.1:"),
        "{line}"
    );
    assert!(
        line.ends_with(&format!(" (platform 1.3, kubeconfig {file_text})\n")),
        "{line}"
    );
    let url = line.split(' ').nth(2).expect("a url");
    let config = std::fs::read_to_string(&file).expect("the kubeconfig");
    for part in [
        url,
        "namespace: tenant-demo",
        "certificate-authority-data",
        "token: \"sa:tenant-demo\"",
    ] {
        assert!(config.contains(part), "{part}: {config}");
    }
    drop(child.stdin.take());
    assert_eq!(wait(&mut child), Some(0));
}

#[test]
fn a_kubeconfig_can_be_for_any_subject() {
    let place = Place::new("anybody");
    let file = place.0.join("config");
    let file_text = file.display().to_string();
    for (arguments, token, namespace) in [
        (vec!["--as", "view"], "view:tenant-demo", "tenant-demo"),
        (
            vec!["--as=sa", "--tenant", "tenant-root"],
            "sa:tenant-root",
            "tenant-root",
        ),
        (vec!["--as", "platform", "--token", "t"], "t", "tenant-demo"),
    ] {
        let mut all = vec!["--kubeconfig", &file_text, "--for", "0.1"];
        all.extend(&arguments);
        let (mut child, _) = program(&all);
        let config = std::fs::read_to_string(&file).expect("the kubeconfig");
        for part in [
            format!("token: \"{token}\""),
            format!("namespace: {namespace}\n"),
        ] {
            assert!(config.contains(&part), "{part}: {config}");
        }
        assert_eq!(wait(&mut child), Some(0));
    }
}

#[test]
fn it_ends_by_itself() {
    let (mut child, _) = program(&["--for", "0.2"]);
    assert_eq!(wait(&mut child), Some(0));
}

#[test]
fn a_wrong_argument_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_hikube-standin"))
        .arg("--bogus")
        .output()
        .expect("output");
    assert_eq!(output.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--bogus"));
}

#[test]
fn help_lists_all_options() {
    let output = Command::new(env!("CARGO_BIN_EXE_hikube-standin"))
        .arg("--help")
        .output()
        .expect("output");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for option in [
        "--platform",
        "--lag",
        "--no-late-status",
        "--fault",
        "--exit-with-stdin",
    ] {
        assert!(text.contains(option), "{option}");
    }
}

#[test]
fn a_signal_ends_it() {
    let (mut child, _) = program(&[]);
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("kill")
            .success()
    );
    assert_eq!(wait(&mut child), Some(0));
}

#[tokio::test]
async fn the_race_ends_the_process_of_1_6_like_the_real_ones() {
    let place = Place::new("race");
    let file = place.0.join("config");
    let (mut child, line) = program(&["--kubeconfig", &file.display().to_string()]);
    let url = line.split(' ').nth(2).expect("a url").to_owned();
    let config = std::fs::read_to_string(&file).expect("the kubeconfig");
    let ca = config
        .lines()
        .find_map(|line| line.trim().strip_prefix("certificate-authority-data: "));
    let ca = STANDARD.decode(ca.expect("a ca")).expect("base64");
    let api = Arc::new(Api::attached(&url, &String::from_utf8(ca).expect("pem")));
    let writes: Vec<_> = (0..10)
        .map(|i| {
            let api = api.clone();
            let body = json!({"metadata": {"name": format!("r{i}")}}).to_string();
            tokio::spawn(async move {
                let path = format!("{}/redises", crate::client::DEMO);
                api.try_send("POST", &path, &[], &body).await.is_ok()
            })
        })
        .collect();
    for write in writes {
        write.await.expect("a task");
    }
    assert_eq!(wait(&mut child), Some(2));
    let mut complaint = String::new();
    child
        .stderr
        .take()
        .expect("stderr")
        .read_to_string(&mut complaint)
        .expect("text");
    assert_eq!(complaint, "fatal error: concurrent map writes\n");
}

#[tokio::test]
async fn the_tenant_it_is_given_is_there_with_all_above_it() {
    for release in Release::ALL {
        let place = Place::new("tenant");
        let file = place.0.join("config");
        let (mut child, line) = program(&[
            "--platform",
            release.name(),
            "--tenant",
            "acme-sub",
            "--kubeconfig",
            &file.display().to_string(),
            "--exit-with-stdin",
        ]);
        let config = std::fs::read_to_string(&file).expect("the kubeconfig");
        assert!(config.contains("namespace: tenant-acme-sub\n"), "{config}");
        let after = |mark: &str| {
            let rest = config.split(mark).nth(1).expect(mark);
            rest.lines().next().unwrap_or("").trim().to_owned()
        };
        let ca_pem = STANDARD.decode(after("certificate-authority-data: "));
        let ca_pem = String::from_utf8(ca_pem.expect("base64")).expect("text");
        let mut api = Api::attached(line.split(' ').nth(2).expect("a url"), &ca_pem);
        api.token = after("token: ").trim_matches('"').to_owned();
        let path = |tenant: &str| {
            format!("/apis/apps.cozystack.io/v1alpha1/namespaces/{tenant}/postgreses")
        };
        let own = path("tenant-acme-sub");
        api.post(&own, &named("db", json!({}))).await.expect(201);
        api.until_ready(&format!("{own}/db")).await;
        api.get(&path("tenant-acme")).await.expect(403);
        let namespaces = "/apis/core.cozystack.io/v1alpha1/tenantnamespaces";
        let seen = api.get(namespaces).await.expect(200);
        assert_eq!(seen["items"].as_array().map(Vec::len), Some(1), "{seen}");
        let all = Api::attached(&api.url, &ca_pem);
        let above = all.get(&format!("{namespaces}/tenant-acme")).await;
        let uid = above.expect(200)["metadata"]["uid"].clone();
        let own = all.get(&format!("{namespaces}/tenant-acme-sub")).await;
        let own = own.expect(200);
        assert_eq!(own["metadata"]["ownerReferences"][0]["uid"], uid);
        drop(child.stdin.take());
        assert_eq!(wait(&mut child), Some(0));
    }
}

#[tokio::test]
async fn its_state_outlives_it() {
    let place = Place::new("state");
    let options = || Options {
        state: Some(place.0.join("state.json")),
        ..quick(Release::V1_6)
    };
    let api = Api::with(options());
    let made = api
        .make("postgreses", "db", json!({"users": {"u": {}}}))
        .await;
    let ready = api
        .until("postgreses/db", |answer| {
            answer.text.contains("All workloads")
        })
        .await
        .json();
    api.post("redises", &named("late", json!({})))
        .await
        .expect(201);
    drop(api);
    let api = Api::with(options());
    let again = api.get("postgreses/db").await.expect(200);
    assert_eq!(again["metadata"]["uid"], made["metadata"]["uid"]);
    assert_eq!(again, ready);
    api.get("/api/v1/namespaces/tenant-demo/secrets/postgres-db-credentials")
        .await
        .expect(200);
    // Work in progress continues.
    api.until_ready("redises/late").await;
}
