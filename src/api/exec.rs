//! Programs that print credentials: `client.authentication.k8s.io`.
//!
//! The library runs them too, but three times to make one client (read in kube-client 5.0.0: once for the
//! token, twice to look for a certificate), renews no certificates, and quotes what a failing one printed.

use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use kube::config::{AuthInfo, ExecConfig};
use serde::Deserialize;
use serde_json::json;

use super::settings::{SettingsError, wrong};

/// What such a program prints.
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

/// Runs the program of a user, if there is one and no token goes before it, and puts what it printed in
/// its place. Says until when that holds, where the program does.
///
/// # Errors
/// Where it cannot be run, fails, or prints no credential; never what it printed.
pub(super) fn login(user: &mut AuthInfo, from: &str) -> Result<Option<Timestamp>, SettingsError> {
    let is_known = user.auth_provider.is_some()
        || user.token.is_some()
        || user.token_file.is_some()
        || (user.username.is_some() && user.password.is_some());
    let Some(exec) = user.exec.take().filter(|_| !is_known) else {
        return Ok(None);
    };
    let failed = |how: String| {
        wrong(
            "exec",
            format!("The program that provides credentials (from {from}) {how}"),
        )
    };
    let output = run(&exec).map_err(|error| {
        failed(format!(
            "cannot be started: {error}. Is it installed and on the PATH?"
        ))
    })?;
    if !output.status.success() {
        return Err(failed(format!(
            "ended with {}. Run it by hand to see why.",
            output.status
        )));
    }
    // Some print YAML, which client-go takes too.
    let credential: Result<Credential, _> = serde_saphyr::from_slice(&output.stdout);
    let Ok(Credential { status }) = credential else {
        return Err(failed("printed no ExecCredential.".to_owned()));
    };
    match (status.client_certificate_data, status.client_key_data) {
        (Some(certificate), Some(key)) => {
            user.client_certificate_data = Some(STANDARD.encode(certificate));
            user.client_key_data = Some(STANDARD.encode(key).into());
            (user.client_certificate, user.client_key) = (None, None);
        }
        _ if status.token.is_none() => {
            return Err(failed(
                "printed neither a token nor a certificate.".to_owned(),
            ));
        }
        _ => {}
    }
    user.token = status.token.map(Into::into);
    Ok(status.expiration_timestamp)
}

/// It has nobody to ask: Terraform's terminal is not ours.
fn run(exec: &ExecConfig) -> std::io::Result<Output> {
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
    Command::new(exec.command.as_deref().unwrap_or_default())
        .args(exec.args.iter().flatten())
        .envs(variables)
        .env("KUBERNETES_EXEC_INFO", spec.to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged_in(script: &str) -> Result<(AuthInfo, Option<Timestamp>), SettingsError> {
        let mut user = AuthInfo {
            exec: Some(ExecConfig {
                api_version: Some("client.authentication.k8s.io/v1".to_owned()),
                command: Some("sh".to_owned()),
                args: Some(vec!["-c".to_owned(), script.to_owned()]),
                ..ExecConfig::default()
            }),
            ..AuthInfo::default()
        };
        let until = login(&mut user, "a test")?;
        Ok((user, until))
    }

    #[test]
    fn a_token_or_a_certificate_takes_the_programs_place() {
        let (user, until) = logged_in(
            r#"echo '{"status": {"token": "t", "expirationTimestamp": "2030-01-02T03:04:05Z"}}'"#,
        )
        .unwrap();
        assert!(user.token.is_some() && user.exec.is_none());
        assert_eq!(until.unwrap().to_string(), "2030-01-02T03:04:05Z");
        let (user, until) =
            logged_in(r#"printf 'status:\n  clientCertificateData: "a"\n  clientKeyData: "b"\n'"#)
                .unwrap();
        assert_eq!(user.client_certificate_data.as_deref(), Some("YQ=="));
        assert!(user.client_key_data.is_some() && until.is_none());
    }

    #[test]
    fn it_is_told_what_it_is_asked_for() {
        let script = r#"case "$KUBERNETES_EXEC_INFO" in *'"apiVersion":"client.authentication.k8s.io/v1"'*)
            echo '{"status": {"token": "t"}}';; esac"#;
        assert!(logged_in(script).unwrap().0.token.is_some());
    }

    #[test]
    fn what_is_no_credential_is_an_error_that_does_not_quote_it() {
        for script in [
            "echo s3cret",
            "echo '{\"kind\": \"s3cret\"}'",
            "echo '{\"status\": {\"clientKeyData\": \"s3cret\"}}'",
            "echo s3cret; echo s3cret >&2; exit 3",
        ] {
            let error = logged_in(script).unwrap_err();
            assert_eq!(error.attribute, "exec");
            assert!(!error.detail.contains("s3cret"), "{}", error.detail);
        }
    }
}
