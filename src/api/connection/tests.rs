use std::fs;
use std::time::Duration;

use tempfile::TempDir;

use kube::config::Kubeconfig;
use tokio::time::Instant;

use super::credential_refresh::connect;
use super::*;

mod found;

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
async fn each_source_takes_precedence_over_those_after_it() {
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
async fn several_paths_are_merged_missing_ones_ignored_and_the_tilde_is_home() {
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
async fn an_error_names_the_attribute_and_the_source_of_its_value() {
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
            vec!["Set both or neither".into()],
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
            Environment::of([("HIKUBE_INSECURE", "maybe")], None),
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
async fn a_refresh_reads_the_same_context_of_the_same_api() {
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
    let again = connection.resolve_again().await.unwrap();
    assert_eq!(again.address(), "https://127.0.0.1:1/");
    assert_eq!(again.namespace(), Some("tenant-one"));
    let elsewhere = kubeconfig("one", 3);
    fs::write(&file, &elsewhere).unwrap();
    let Err(error) = connection.resolve_again().await else {
        panic!("another API was taken")
    };
    for phrase in ["https://127.0.0.1:1/", "https://127.0.0.1:3/"] {
        assert!(error.detail.contains(phrase), "{}", error.detail);
    }
}

#[tokio::test]
async fn the_error_of_a_failing_program_names_it_without_its_output() {
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
    let Err(error) = connect(&connection, deadline).await else {
        panic!("it failed and was taken")
    };
    assert_eq!(error.attribute, "exec");
    assert!(error.detail.contains("exit status: 3"), "{}", error.detail);
    assert!(!error.detail.contains("secret-token"), "{}", error.detail);
}
