//! The headers and the client certificate of a user in a kubeconfig.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;
use kube::config::AuthInfo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use super::cluster::{certificates, without_bom};
use super::exec;
use super::files::read;
use super::path::shown;
use super::settings_error::SettingsError;
use crate::redaction::keep_secret;

/// The credentials of each request.
#[derive(Default)]
pub(super) struct Credentials {
    pub(super) headers: HeaderMap,
    pub(super) certificate: Option<Certificate>,
    /// When they expire, if that is known.
    pub(super) until: Option<Timestamp>,
    /// What the credential program wrote to its standard error.
    pub(super) output: Option<exec::ProgramOutput>,
}

/// A certificate chain and its key.
pub(super) struct Certificate {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

/// Whether a user has secrets that are sent in requests.
pub(super) fn are_given(user: &AuthInfo) -> bool {
    secret(&user.token).is_some()
        || user.token_file.is_some()
        || secret(&user.password).is_some()
        || user.exec.is_some()
        || user.auth_provider.is_some()
}

/// Checks whether a token can be sent. `named` describes where it comes from.
///
/// # Errors
/// The character that cannot be sent.
pub(super) fn check_token(token: &str, named: &str) -> Result<(), SettingsError> {
    bearer(token, named).map(|_| ())
}

impl Credentials {
    /// The credentials of a user. Reads files, and runs the `exec` program if nothing takes precedence over it, until
    /// `deadline` at most.
    ///
    /// # Errors
    /// What cannot be used and where it comes from, but not the credential itself.
    pub(super) async fn of(
        user: &AuthInfo,
        from: &str,
        deadline: Instant,
    ) -> Result<Credentials, SettingsError> {
        let (certificate, known) = in_files(user, from, deadline).await?;
        let mut credentials = Credentials {
            certificate,
            ..Credentials::default()
        };
        if let Some(value) = known {
            credentials.headers.insert(header::AUTHORIZATION, value);
        } else if let Some(program) = &user.exec {
            let printed = exec::run(program, from, deadline).await?;
            if let Some(token) = &printed.token {
                let value = bearer(token, &format!("the program of `exec` (from {from})"))?;
                credentials.headers.insert(header::AUTHORIZATION, value);
            }
            if let Some((chain, key)) = &printed.certificate {
                let of = format!("what the program of `exec` (from {from}) printed");
                credentials.certificate = Some(parsed(chain.as_bytes(), key.as_bytes(), &of)?);
            }
            (credentials.until, credentials.output) = (printed.until, printed.output);
        }
        impersonate(user, from, &mut credentials.headers)?;
        Ok(credentials)
    }
}

/// The certificate and the header of a user without a program. Their files may be on a disk that does not respond, or
/// be pipes without a writer.
async fn in_files(
    user: &AuthInfo,
    from: &str,
    deadline: Instant,
) -> Result<(Option<Certificate>, Option<HeaderValue>), SettingsError> {
    let (user, of) = (user.clone(), from.to_owned());
    let read =
        tokio::task::spawn_blocking(move || Ok((certificate(&user, &of)?, known(&user, &of)?)));
    let read = tokio::time::timeout_at(deadline, read).await;
    read.unwrap_or_else(|_| Ok(Err(SettingsError::new("", slow(from)))))
        .unwrap_or_else(|_| {
            Err(SettingsError::new(
                "",
                format!("The credentials from {from} could not be read."),
            ))
        })
}

/// The message about files that could not be read in time.
pub(super) fn slow(from: &str) -> String {
    format!("The files of {from} could not be read in time. Check that their disk responds.")
}

/// The header of a user without a program.
fn known(user: &AuthInfo, from: &str) -> Result<Option<HeaderValue>, SettingsError> {
    if let Some(provider) = &user.auth_provider {
        for name in ["refresh-token", "client-secret", "access-token"] {
            keep_secret(provider.config.get(name).map_or("", String::as_str));
        }
        let token = provider.config.get("id-token").map(|token| token.trim());
        return match token.filter(|token| provider.name == "oidc" && !token.is_empty()) {
            Some(token) => bearer(
                token,
                &format!("the `auth-provider` of the user (from {from})"),
            )
            .map(Some),
            None => Err(SettingsError::new(
                "",
                format!(
                    "The user (from {from}) has the `auth-provider` {:?}, which kubectl no longer supports. \
                     Use a user with `exec` or a token.",
                    provider.name
                ),
            )),
        };
    }
    if let (Some(name), Some(password)) = (&user.username, secret(&user.password)) {
        keep_secret(password);
        let encoded = STANDARD.encode(format!("{name}:{password}"));
        return header_value(&format!("Basic {encoded}"), "password", from).map(Some);
    }
    if let Some(token) = secret(&user.token) {
        return bearer(token, &format!("`token` (from {from})")).map(Some);
    }
    let Some(path) = &user.token_file else {
        return Ok(None);
    };
    let named = format!("the token file {} (from {from})", shown(Path::new(path)));
    let token = read(Path::new(path)).map_err(|error| {
        SettingsError::new("token", format!("Could not read {named}: {error}."))
    })?;
    let token = String::from_utf8_lossy(without_bom(&token))
        .trim()
        .to_owned();
    if token.is_empty() {
        return Err(SettingsError::new(
            "token",
            format!("The token in {named} is empty."),
        ));
    }
    bearer(&token, &named).map(Some)
}

fn secret(text: &Option<SecretString>) -> Option<&str> {
    let text = text.as_ref()?.expose_secret().trim();
    (!text.is_empty()).then_some(text)
}

fn bearer(token: &str, named: &str) -> Result<HeaderValue, SettingsError> {
    keep_secret(token);
    header_value(&format!("Bearer {token}"), "token", named)
}

/// A secret as the value of a header. Line breaks usually come from copying a token.
fn header_value(
    text: &str,
    attribute: &'static str,
    named: &str,
) -> Result<HeaderValue, SettingsError> {
    let is_sendable = |c: char| c == ' ' || c.is_ascii_graphic();
    match (
        text.chars().find(|c| !is_sendable(*c)),
        HeaderValue::from_str(text),
    ) {
        (None, Ok(mut value)) => {
            value.set_sensitive(true);
            Ok(value)
        }
        (unusable, _) => {
            let what = match unusable {
                Some('\n' | '\r') => "a line break".to_owned(),
                Some('\t') => "a tab".to_owned(),
                Some(other) => format!("the character U+{:04X}", u32::from(other)),
                None => "a character".to_owned(),
            };
            Err(SettingsError::new(
                if attribute == "token" { attribute } else { "" },
                format!(
                    "The credential from {named} contains {what}, which cannot be sent in a request. Check how it \
                     was copied or printed."
                ),
            ))
        }
    }
}

/// The client certificate, from data or files.
fn certificate(user: &AuthInfo, from: &str) -> Result<Option<Certificate>, SettingsError> {
    let chain = part(
        "client_certificate",
        user.client_certificate_data.as_deref(),
        user.client_certificate.as_deref(),
        from,
    )?;
    let key = part(
        "client_key",
        secret(&user.client_key_data),
        user.client_key.as_deref(),
        from,
    )?;
    match (chain, key) {
        (None, None) => Ok(None),
        (Some(chain), Some(key)) => {
            parsed(&chain, &key, &format!("the user from {from}")).map(Some)
        }
        (chain, _) => {
            let (given, missing) = if chain.is_some() {
                ("certificate", "key")
            } else {
                ("key", "certificate")
            };
            Err(SettingsError::new(
                "client_certificate",
                format!(
                    "The user from {from} has a client {given} but no client {missing}. Set both or neither."
                ),
            ))
        }
    }
}

/// A certificate or key from its base64 data, else from its file.
fn part(
    attribute: &'static str,
    data: Option<&str>,
    path: Option<&str>,
    from: &str,
) -> Result<Option<Vec<u8>>, SettingsError> {
    if let Some(data) = data {
        let packed: String = data.split_ascii_whitespace().collect();
        let decoded = STANDARD.decode(packed).map_err(|_| {
            let what = attribute.replace('_', "-");
            SettingsError::new(
                attribute,
                format!("The `{what}-data` of the user from {from} is not base64."),
            )
        })?;
        return Ok(Some(decoded));
    }
    let Some(path) = path.map(PathBuf::from) else {
        return Ok(None);
    };
    let content = read(&path).map_err(|error| {
        let what = attribute.replace('_', "-");
        SettingsError::new(
            attribute,
            format!(
                "Could not read the `{what}` {} (from {from}): {error}.",
                shown(&path)
            ),
        )
    })?;
    Ok(Some(content))
}

fn parsed(chain: &[u8], key: &[u8], of: &str) -> Result<Certificate, SettingsError> {
    let unusable = |attribute: &'static str, what: &str| {
        SettingsError::new(
            attribute,
            format!(
                "The client {what} of {of} cannot be used. It must be in PEM, and certificate and key must belong together."
            ),
        )
    };
    let chain = certificates(chain).ok_or_else(|| unusable("client_certificate", "certificate"))?;
    keep_secret(&String::from_utf8_lossy(key));
    let key = PrivateKeyDer::from_pem_slice(without_bom(key));
    let key = key.map_err(|_| unusable("client_key", "key"))?;
    Ok(Certificate { chain, key })
}

/// Adds the headers of impersonation.
fn impersonate(user: &AuthInfo, from: &str, headers: &mut HeaderMap) -> Result<(), SettingsError> {
    let mut add = |name: HeaderName, value: &str| {
        let named = format!("`as` of the user (from {from})");
        headers.append(name, header_value(value, "as", &named)?);
        Ok(())
    };
    let one = |name: &'static str| HeaderName::from_static(name);
    if let Some(name) = &user.impersonate {
        add(one("impersonate-user"), name)?;
    }
    if let Some(uid) = &user.impersonate_uid {
        add(one("impersonate-uid"), uid)?;
    }
    for group in user.impersonate_groups.iter().flatten() {
        add(one("impersonate-group"), group)?;
    }
    for (key, values) in user.impersonate_user_extra.iter().flatten() {
        let key = utf8_percent_encode(&key.to_lowercase(), NON_ALPHANUMERIC).to_string();
        let name = HeaderName::try_from(format!("impersonate-extra-{key}"));
        let name = name.map_err(|_| {
            SettingsError::new(
                "",
                format!("An `as-user-extra` of the user (from {from}) cannot be sent."),
            )
        })?;
        for value in values {
            add(name.clone(), value)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(user: &AuthInfo) -> Result<Credentials, SettingsError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let deadline = || Instant::now() + std::time::Duration::from_secs(5);
        runtime
            .unwrap()
            .block_on(async { Credentials::of(user, "a test", deadline()).await })
    }

    fn token(text: &str) -> AuthInfo {
        AuthInfo {
            token: Some(text.to_owned().into()),
            ..AuthInfo::default()
        }
    }

    #[test]
    fn a_token_is_sent_without_surrounding_whitespace() {
        for text in ["t0ken", " t0ken\n", "\tt0ken\r\n"] {
            let credentials = of(&token(text)).unwrap();
            assert_eq!(credentials.headers["authorization"], "Bearer t0ken");
        }
        for empty in ["", "\n"] {
            assert!(of(&token(empty)).unwrap().headers.is_empty());
        }
    }

    #[test]
    fn whitespace_around_the_token_in_a_file_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let user = AuthInfo {
            token_file: Some(path.display().to_string()),
            ..AuthInfo::default()
        };
        std::fs::write(&path, "\u{feff}t0ken\n").unwrap();
        assert_eq!(of(&user).unwrap().headers["authorization"], "Bearer t0ken");
        std::fs::write(&path, "s3cret\nmore").unwrap();
        let error = of(&user).err().unwrap();
        assert!(error.detail.contains("a line break"), "{}", error.detail);
        assert!(error.detail.contains("token file"), "{}", error.detail);
        assert!(!error.detail.contains("s3cret"), "{}", error.detail);
    }

    #[test]
    fn impersonation_is_sent_as_headers() {
        let user = AuthInfo {
            impersonate: Some("jane".to_owned()),
            impersonate_groups: Some(vec!["a".to_owned(), "b".to_owned()]),
            impersonate_user_extra: Some([("A/b".to_owned(), vec!["c".to_owned()])].into()),
            ..token("t")
        };
        let headers = of(&user).unwrap().headers;
        assert_eq!(headers["impersonate-user"], "jane");
        assert_eq!(headers.get_all("impersonate-group").iter().count(), 2);
        assert_eq!(headers["impersonate-extra-a%2Fb"], "c");
    }

    proptest! {
        /// No text causes a panic, and no error quotes it.
        #[test]
        fn any_text_is_sent_or_refused(text in ".{0,40}", place in 0..9) {
            let mut user = AuthInfo::default();
            let given = Some(text.clone());
            match place {
                0 => user.token = Some(text.clone().into()),
                1 => {
                    user.username = given;
                    user.password = Some("p".to_owned().into());
                }
                2 => {
                    user.username = Some("u".to_owned());
                    user.password = Some(text.clone().into());
                }
                3 => user.impersonate = given,
                4 => user.impersonate_groups = Some(vec![text.clone()]),
                5 => user.impersonate_user_extra = Some([(text.clone(), vec![text.clone()])].into()),
                6 => user.client_certificate_data = given,
                7 => {
                    user.client_certificate_data = Some(STANDARD.encode(&text));
                    user.client_key_data = Some(STANDARD.encode(&text).into());
                }
                _ => {
                    let config = [("id-token".to_owned(), text.clone())].into();
                    user.auth_provider = Some(kube::config::AuthProviderConfig {
                        name: "oidc".to_owned(),
                        config,
                        other: Default::default(),
                    });
                }
            }
            if let Err(error) = of(&user) {
                prop_assert!(text.len() < 12 || !error.detail.contains(&text));
            }
        }
    }
}
