use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use tempfile::TempDir;

use kube::config::Kubeconfig;
use tokio::time::Instant;

use super::*;

fn kubeconfig(name: &str, port: u16) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: {name}\n\
         clusters: [{{name: {name}, cluster: {{server: 'https://127.0.0.1:{port}'}}}}]\n\
         users: [{{name: {name}, user: {{token: secret-of-{name}}}}}]\n\
         contexts: [{{name: {name}, context: {{cluster: {name}, user: {name}, namespace: tenant-{name}}}}}]\n"
    )
}

fn home_with(files: &[(&str, &str)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    home
}

fn text(text: impl Into<String>) -> Option<String> {
    Some(text.into())
}

async fn address(settings: &Settings, environment: &Environment) -> String {
    settings.resolve(environment).await.unwrap().address()
}

#[tokio::test]
async fn each_place_wins_over_those_after_it() {
    let home = home_with(&[
        ("argument", &kubeconfig("argument", 1)),
        ("hikube", &kubeconfig("hikube", 2)),
        ("usual", &kubeconfig("usual", 3)),
        (".kube/config", &kubeconfig("home", 4)),
    ]);
    let path = |name: &str| home.path().join(name).display().to_string();
    let content = kubeconfig("content", 5);
    let all = [
        ("HIKUBE_HOST", "https://127.0.0.1:6"),
        ("HIKUBE_KUBECONFIG", content.as_str()),
        ("HIKUBE_KUBECONFIG_PATH", &path("hikube")),
        ("KUBECONFIG", &path("usual")),
    ];
    let from = |skip: usize| {
        let mut variables = [("", ""); 4];
        variables[skip..].copy_from_slice(&all[skip..]);
        Environment::of(variables, Some(home.path().to_path_buf()))
    };
    let settings = Settings {
        host: text("https://127.0.0.1:7"),
        ..Settings::default()
    };
    assert_eq!(address(&settings, &from(0)).await, "https://127.0.0.1:7/");
    let settings = Settings {
        kubeconfig: text(kubeconfig("given", 8)),
        ..Settings::default()
    };
    assert_eq!(address(&settings, &from(0)).await, "https://127.0.0.1:8/");
    let settings = Settings {
        kubeconfig_path: text(path("argument")),
        ..Settings::default()
    };
    assert_eq!(address(&settings, &from(0)).await, "https://127.0.0.1:1/");
    for (skip, port) in [(0, 6), (1, 5), (2, 2), (3, 3), (4, 4)] {
        let found = address(&Settings::default(), &from(skip)).await;
        assert_eq!(
            found,
            format!("https://127.0.0.1:{port}/"),
            "without the first {skip} variables"
        );
    }
}

#[tokio::test]
async fn several_paths_are_merged_missing_ones_passed_over_and_the_tilde_is_home() {
    let home = home_with(&[
        ("one", &kubeconfig("one", 1)),
        ("two", &kubeconfig("two", 2)),
    ]);
    let environment = Environment::of(
        [
            ("KUBECONFIG", "~/none:~/one:~/two"),
            ("HIKUBE_CONTEXT", "two"),
        ],
        Some(home.path().to_path_buf()),
    );
    let connection = Settings::default().resolve(&environment).await.unwrap();
    assert_eq!(connection.address(), "https://127.0.0.1:2/");
    assert_eq!(connection.namespace(), Some("tenant-two"));
    let settings = Settings {
        kubeconfig_path: text("~/one"),
        ..Settings::default()
    };
    let environment = Environment::of([], Some(home.path().to_path_buf()));
    assert_eq!(
        address(&settings, &environment).await,
        "https://127.0.0.1:1/"
    );
}

#[tokio::test]
async fn the_namespace_is_the_setting_then_the_variable_then_the_context() {
    let settings = Settings {
        kubeconfig: text(kubeconfig("a", 1)),
        ..Settings::default()
    };
    let none = Environment::default();
    let variable = Environment::of([("HIKUBE_NAMESPACE", "tenant-variable")], None);
    let given = Settings {
        namespace: text("tenant-given"),
        ..settings.clone()
    };
    for (settings, environment, expected) in [
        (&settings, &none, "tenant-a"),
        (&settings, &variable, "tenant-variable"),
        (&given, &variable, "tenant-given"),
    ] {
        let connection = settings.resolve(environment).await.unwrap();
        assert_eq!(connection.namespace(), Some(expected));
    }
    let settings = Settings {
        host: text("https://127.0.0.1:1"),
        ..Settings::default()
    };
    assert_eq!(settings.resolve(&none).await.unwrap().namespace(), None);
}

#[tokio::test]
async fn what_is_wrong_is_named_with_where_it_came_from() {
    let home = home_with(&[("no-yaml", "{ secret-key: ["), ("empty", "")]);
    let place = |name: &str| home.path().join(name).display().to_string();
    let base = Settings {
        kubeconfig: text(kubeconfig("a", 1)),
        ..Settings::default()
    };
    let cases: Vec<(Settings, Environment, &str, Vec<String>)> = vec![
        (
            Settings {
                kubeconfig_path: text(place("none")),
                ..Settings::default()
            },
            Environment::default(),
            "kubeconfig_path",
            vec![place("none"), "the attribute `kubeconfig_path`".into()],
        ),
        (
            Settings::default(),
            Environment::of([("HIKUBE_KUBECONFIG_PATH", place("none").as_str())], None),
            "kubeconfig_path",
            vec![place("none"), "HIKUBE_KUBECONFIG_PATH".into()],
        ),
        (
            Settings {
                kubeconfig_path: text(place("no-yaml")),
                ..Settings::default()
            },
            Environment::default(),
            "kubeconfig_path",
            vec![place("no-yaml"), "is not a kubeconfig".into()],
        ),
        (
            Settings {
                kubeconfig_path: text(place("empty")),
                ..Settings::default()
            },
            Environment::default(),
            "context",
            vec!["no current context".into()],
        ),
        (
            Settings {
                kubeconfig: text("not: [yaml"),
                ..Settings::default()
            },
            Environment::default(),
            "kubeconfig",
            vec!["the attribute `kubeconfig`".into()],
        ),
        (
            Settings {
                context: text("b"),
                ..base.clone()
            },
            Environment::default(),
            "context",
            vec!["has no context `b`".into(), "It has `a`".into()],
        ),
        (
            Settings {
                cluster_ca_certificate: text("junk"),
                ..base.clone()
            },
            Environment::default(),
            "cluster_ca_certificate",
            vec!["BEGIN CERTIFICATE".into()],
        ),
        (
            Settings {
                client_key: text("junk"),
                ..base.clone()
            },
            Environment::default(),
            "client_key",
            vec!["Give both or neither".into()],
        ),
        (
            Settings {
                host: text("api.example.org"),
                ..Settings::default()
            },
            Environment::default(),
            "host",
            vec!["must be one such as `https://".into()],
        ),
        (
            Settings {
                proxy_url: text("ftp://x"),
                ..base.clone()
            },
            Environment::default(),
            "proxy_url",
            vec!["must be an address".into()],
        ),
        (
            base.clone(),
            Environment::of([("HIKUBE_INSECURE", "perhaps")], None),
            "insecure",
            vec!["HIKUBE_INSECURE".into()],
        ),
        (
            Settings::default(),
            Environment::of([], Some(home.path().to_path_buf())),
            "",
            vec!["HIKUBE_KUBECONFIG_PATH".into(), place(".kube/config")],
        ),
    ];
    for (settings, environment, attribute, phrases) in cases {
        let Err(error) = settings.resolve(&environment).await else {
            panic!("{attribute} was taken")
        };
        assert_eq!(error.attribute, attribute, "{}", error.detail);
        for phrase in phrases {
            assert!(
                error.detail.contains(&phrase),
                "{} lacks {phrase}",
                error.detail
            );
        }
        assert!(!error.detail.contains("secret"), "{}", error.detail);
    }
}

#[tokio::test]
async fn what_is_read_anew_is_the_same_context_of_the_same_api() {
    let home = home_with(&[("file", &kubeconfig("one", 1))]);
    let file = home.path().join("file");
    let settings = Settings {
        kubeconfig_path: text(file.display().to_string()),
        ..Settings::default()
    };
    let connection = settings.resolve(&Environment::default()).await.unwrap();
    // `kubectl config use-context` in the middle of an apply.
    let both = Kubeconfig::from_yaml(&kubeconfig("two", 2)).unwrap();
    let both = both.merge(Kubeconfig::from_yaml(&kubeconfig("one", 1)).unwrap());
    fs::write(&file, serde_json::to_string(&both.unwrap()).unwrap()).unwrap();
    let address = settings.resolve(&Environment::default()).await.unwrap();
    assert_eq!(address.address(), "https://127.0.0.1:2/");
    let again = connection.again().await.unwrap();
    assert_eq!(again.address(), "https://127.0.0.1:1/");
    assert_eq!(again.namespace(), Some("tenant-one"));
    let elsewhere = kubeconfig("one", 3);
    fs::write(&file, &elsewhere).unwrap();
    let Err(error) = connection.again().await else {
        panic!("another API was taken")
    };
    for phrase in ["https://127.0.0.1:1/", "https://127.0.0.1:3/"] {
        assert!(error.detail.contains(phrase), "{}", error.detail);
    }
}

#[tokio::test]
async fn a_failing_program_is_named_and_what_it_printed_is_not() {
    let exec = Exec {
        api_version: "client.authentication.k8s.io/v1".to_owned(),
        command: "sh".to_owned(),
        args: vec!["-c".to_owned(), "echo secret-token; exit 3".to_owned()],
        ..Exec::default()
    };
    let settings = Settings {
        host: text("https://127.0.0.1:1"),
        exec: Some(exec),
        ..Settings::default()
    };
    let connection = settings.resolve(&Environment::default()).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let Err(error) = lasting(&connection, deadline).await else {
        panic!("it failed and was taken")
    };
    assert_eq!(error.attribute, "exec");
    assert!(error.detail.contains("exit status: 3"), "{}", error.detail);
    assert!(!error.detail.contains("secret-token"), "{}", error.detail);
}

/// What each text is that is given in the wrong place, and what must be said of it.
#[tokio::test]
async fn a_kubeconfig_in_the_wrong_place_is_not_quoted_and_said_where_it_belongs() {
    let content = kubeconfig("a", 1);
    let base64 = STANDARD.encode(&content);
    let one_line = content.replace('\n', " ");
    let by_path = |path: &str| Settings {
        kubeconfig_path: text(path),
        ..Settings::default()
    };
    let by_content = |content: &str| Settings {
        kubeconfig: text(content),
        ..Settings::default()
    };
    let none = Environment::default();
    let usual = Environment::of([("KUBECONFIG", content.as_str())], None);
    let ours = Environment::of([("HIKUBE_KUBECONFIG_PATH", base64.as_str())], None);
    for (settings, environment, phrase) in [
        (by_path(&content), &none, "Give the content as `kubeconfig`"),
        (
            by_path(&one_line),
            &none,
            "Give the content as `kubeconfig`",
        ),
        (by_path(&base64), &none, "in base64, not a path"),
        (by_path("secret-token"), &none, "not shown"),
        (by_path(" "), &none, "is empty"),
        (
            Settings::default(),
            &usual,
            "the variable `KUBECONFIG` holds the content",
        ),
        (
            Settings::default(),
            &ours,
            "`HIKUBE_KUBECONFIG_PATH` holds a kubeconfig in base64",
        ),
        (by_content(&base64), &none, "base64decode"),
        (by_content("/secret/path"), &none, "`kubeconfig_path`"),
        (by_content(""), &none, "is empty"),
        (by_content(&one_line), &none, "not YAML"),
    ] {
        let Err(error) = settings.resolve(environment).await else {
            panic!("{phrase}: it was taken")
        };
        assert!(
            error.detail.contains(phrase),
            "{} lacks {phrase}",
            error.detail
        );
        assert!(!error.detail.contains("secret"), "{}", error.detail);
        assert!(!error.detail.contains(&base64[..20]), "{}", error.detail);
    }
}

/// Kubeconfigs that kubectl takes.
#[tokio::test]
async fn kubeconfigs_are_taken_as_they_are_found() {
    let authority = rcgen::generate_simple_self_signed(["a".to_owned()]).unwrap();
    let authority = STANDARD.encode(authority.cert.der());
    let authority =
        format!("-----BEGIN CERTIFICATE-----\n{authority}\n-----END CERTIFICATE-----\n");
    let data = STANDARD.encode(format!("\u{feff}{authority}"));
    let folded: Vec<&str> = (0..data.len())
        .step_by(70)
        .map(|at| &data[at..data.len().min(at + 70)])
        .collect();
    let whole = kubeconfig("a", 1).replace(
        "{server: 'https://127.0.0.1:1'}",
        &format!(
            "{{server: 'https://127.0.0.1:1', certificate-authority-data: \"{}\"}}",
            folded.join("\\n")
        ),
    );
    let whole = whole.replace(
        "token: secret-of-a",
        "token: secret-of-a, client-certificate-data: '', client-key-data: '', tokenFile: ''",
    );
    let unset = "apiVersion: v1\nkind: Config\nclusters: null\ncontexts: null\ncurrent-context: ''\nusers: null\n";
    let home = home_with(&[("whole", &whole), ("unset", unset)]);
    let environment = Environment::of(
        [("KUBECONFIG", "~/unset:~/whole")],
        Some(home.path().to_path_buf()),
    );
    let connection = Settings::default().resolve(&environment).await.unwrap();
    assert_eq!(
        connection.cluster.authorities.as_ref().map(Vec::len),
        Some(1)
    );
    let (_, notes) = lasting(&connection, Instant::now()).await.unwrap();
    assert_eq!(notes, None);
    let marked = Settings {
        kubeconfig: text(format!("\u{feff}{whole}")),
        ..Settings::default()
    };
    assert!(marked.resolve(&Environment::default()).await.is_ok());
}

#[tokio::test]
async fn what_surrounds_a_setting_does_not_belong_to_it() {
    let settings = Settings {
        host: text("https://127.0.0.1:1\n"),
        token: text("t\n"),
        proxy_url: text("http://127.0.0.1:2\n"),
        tls_server_name: text(" a.example.org\n"),
        namespace: text("tenant-a\n"),
        client_certificate: text(""),
        client_key: text("\n"),
        ..Settings::default()
    };
    let connection = settings.resolve(&Environment::default()).await.unwrap();
    assert_eq!(connection.address(), "https://127.0.0.1:1/");
    assert_eq!(connection.namespace(), Some("tenant-a"));
    assert_eq!(
        connection.cluster.server_name.as_deref(),
        Some("a.example.org")
    );
    assert!(lasting(&connection, Instant::now()).await.is_ok());
}

#[tokio::test]
async fn only_what_goes_over_a_network_in_the_open_is_exposed() {
    for (host, token, is_exposed) in [
        ("http://10.0.0.1", "t", true),
        ("http://10.0.0.1", "", false),
        ("http://127.0.0.1:8001", "t", false),
        ("https://10.0.0.1", "t", false),
    ] {
        let settings = Settings {
            host: text(host),
            token: text(token),
            ..Settings::default()
        };
        let connection = settings.resolve(&Environment::default()).await.unwrap();
        assert_eq!(connection.is_exposed(), is_exposed, "{host}");
    }
}

/// A text that makes trouble somewhere, or any at all.
fn troublesome() -> impl Strategy<Value = String> {
    let awkward = prop_oneof![
        Just("\n"),
        Just("\0"),
        Just("a\nb"),
        Just("\u{feff}"),
        Just("é"),
        Just("@"),
        Just("a:b@c"),
        Just("https://"),
        Just("https://[::"),
        Just("://"),
        Just("%zz"),
        Just("{"),
        Just("- &a [*a]"),
        Just("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        Just("LS0tLS1CRUdJTiA="),
    ];
    let part = prop_oneof![
        awkward.prop_map(str::to_owned),
        ".{0,20}",
        Just("https://127.0.0.1:1".to_owned())
    ];
    proptest::collection::vec(part, 0..3).prop_map(|parts| parts.concat())
}

proptest! {
    /// Whatever a setting or a variable holds, it is taken or refused with a message that does not quote it.
    #[test]
    fn any_setting_is_taken_or_refused(texts in proptest::collection::vec(proptest::option::weighted(0.3, troublesome()), 20)) {
        let given = |at: usize| texts[at].clone();
        let settings = Settings {
            host: given(0).or_else(|| text("https://127.0.0.1:1").filter(|_| texts[1].is_none())),
            kubeconfig: given(1),
            kubeconfig_path: given(2),
            token: given(3),
            cluster_ca_certificate: given(4),
            client_certificate: given(5),
            client_key: given(6),
            tls_server_name: given(7),
            proxy_url: given(8),
            namespace: given(9),
            context: given(10),
            ..Settings::default()
        };
        let variables = [
            ("HIKUBE_TOKEN", 11), ("HTTPS_PROXY", 12), ("NO_PROXY", 13), ("HIKUBE_KUBECONFIG", 14),
            ("KUBECONFIG", 15), ("HIKUBE_HOST", 16), ("HIKUBE_CLIENT_KEY", 17), ("HIKUBE_KUBECONFIG_PATH", 18),
            ("KUBERNETES_SERVICE_HOST", 19),
        ];
        let variables = variables.map(|(name, at)| (name, texts[at].as_deref().unwrap_or("")));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let connection = match settings.resolve(&Environment::of(variables, None)).await {
                Ok(connection) => connection,
                Err(error) => return assert!(!error.detail.is_empty()),
            };
            let deadline = Instant::now() + Duration::from_secs(5);
            if let Err(error) = lasting(&connection, deadline).await {
                let token = settings.token.as_deref().unwrap_or_default();
                assert!(token.len() < 8 || !error.detail.contains(token), "{}", error.detail);
            }
        });
    }
}
