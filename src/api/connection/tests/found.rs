//! Unusual settings and kubeconfigs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

#[tokio::test]
async fn a_misplaced_kubeconfig_is_not_quoted_and_the_error_says_where_it_belongs() {
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

/// Kubeconfigs that kubectl accepts.
#[tokio::test]
async fn unusual_kubeconfigs_are_accepted() {
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
    let (_, output) = connect(&connection, soon()).await.unwrap();
    assert_eq!(output, None);
    let marked = Settings {
        kubeconfig: text(format!("\u{feff}{whole}")),
        ..Settings::default()
    };
    assert!(marked.resolve(&Environment::default()).await.is_ok());
}

#[tokio::test]
async fn whitespace_around_a_setting_is_ignored() {
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
    assert!(connect(&connection, soon()).await.is_ok());
}

#[tokio::test]
async fn the_error_of_an_invalid_token_names_its_source() {
    let environment = Environment::of([("HIKUBE_TOKEN", "secret\nsecret")], None);
    for (token, named) in [
        (
            "secret\u{7}secret",
            "the attribute `token` contains the character U+0007",
        ),
        ("", "the variable `HIKUBE_TOKEN` contains a line break"),
    ] {
        let settings = Settings {
            host: text("https://127.0.0.1:1"),
            token: text(token),
            ..Settings::default()
        };
        let Err(error) = settings.resolve(&environment).await else {
            panic!("{named}: it was taken")
        };
        assert_eq!(error.attribute, "token");
        assert!(error.detail.contains(named), "{}", error.detail);
        assert!(!error.detail.contains("secret"), "{}", error.detail);
    }
}

#[tokio::test]
async fn only_credentials_on_an_unencrypted_network_are_exposed() {
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

/// A text that is unusual somewhere, or any text.
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
    /// Any setting is accepted, or refused with a message that does not quote it.
    #[test]
    fn any_setting_is_accepted_or_refused(texts in proptest::collection::vec(proptest::option::weighted(0.3, troublesome()), 20)) {
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
            if let Err(error) = connect(&connection, deadline).await {
                let token = settings.token.as_deref().unwrap_or_default();
                assert!(token.len() < 8 || !error.detail.contains(token), "{}", error.detail);
            }
        });
    }
}
