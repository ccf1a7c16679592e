//! The parts of a secret that are masked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// Minimum length of a masked text, in characters and therefore bytes.
pub(super) const MIN_LENGTH: usize = 4;

/// Minimum length of a masked line, in characters.
const MIN_LINE_LENGTH: usize = 8;

/// Common values that are not secrets.
const WORDS: [&str; 3] = ["true", "false", "null"];

/// The keys of a kubeconfig that contain secrets.
const CREDENTIALS: [&str; 7] = [
    "token",
    "password",
    "client-key-data",
    "id-token",
    "access-token",
    "refresh-token",
    "client-secret",
];

/// Parts of a key that indicate a secret in a line `key: value`.
const NAMES: [&str; 5] = ["passw", "token", "secret", "key", "credential"];

/// The texts to mask for a secret, each with at least [`MIN_LENGTH`] characters: the whole secret, with and without
/// surrounding whitespace, the credentials of a kubeconfig, and the lines of other texts that may be secrets.
pub(super) fn parts(secret: &str) -> Vec<String> {
    let mut parts = vec![secret.to_owned(), secret.trim().to_owned()];
    match credentials(secret) {
        Some(credentials) => parts.extend(credentials),
        None => parts.extend(lines(secret)),
    }
    parts.retain(|part| {
        let text = part.trim();
        is_long(text, MIN_LENGTH) && !WORDS.contains(&text)
    });
    parts.sort_unstable();
    parts.dedup();
    parts
}

fn is_long(text: &str, least: usize) -> bool {
    text.chars().nth(least - 1).is_some()
}

fn lines(text: &str) -> Vec<String> {
    if !text.trim().contains('\n') {
        return Vec::new();
    }
    let lines = text.lines().map(str::trim);
    let whole = lines.clone().filter(|line| is_secret(line));
    whole
        .chain(lines.filter_map(named_value))
        .map(str::to_owned)
        .collect()
}

/// Whether a line may be a secret.
fn is_secret(line: &str) -> bool {
    let is_header = line.starts_with("-----") || line.starts_with("#!") || line == "#cloud-config";
    !is_header && is_long(line, MIN_LINE_LENGTH)
}

/// The value in a line such as `password: hunter2`.
fn named_value(line: &str) -> Option<&str> {
    let (key, value) = line.split_once(": ")?;
    let key = key.to_ascii_lowercase();
    NAMES
        .iter()
        .any(|name| key.contains(name))
        .then(|| value.trim().trim_matches(['"', '\'']))
}

/// The credentials in a kubeconfig. None if the text is not a kubeconfig. Its other lines, such as the URL of the API,
/// are in many messages.
fn credentials(text: &str) -> Option<Vec<String>> {
    if !text.contains("users") || !text.contains("clusters") {
        return None;
    }
    let kubeconfig: Json = serde_saphyr::from_str(text).ok()?;
    let users = kubeconfig.get("users")?;
    let mut found = Vec::new();
    collect(users, &mut found);
    Some(found)
}

fn collect(json: &Json, found: &mut Vec<String>) {
    match json {
        Json::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Json::String(text) if CREDENTIALS.contains(&key.as_str()) => {
                        found.push(text.clone());
                        found.extend(decoded(text));
                    }
                    other => collect(other, found),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// The lines of a base64-encoded value.
fn decoded(text: &str) -> Vec<String> {
    let decoded = STANDARD.decode(text.trim()).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.map_or_else(Vec::new, |text| lines(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_and_common_words_are_not_masked() {
        for text in ["", "abc", "äöü", "true", " null\n", "    \n"] {
            assert!(parts(text).is_empty(), "{text:?}");
        }
        assert_eq!(parts("äöüß"), ["äöüß"]);
    }

    #[test]
    fn the_lines_of_a_text_are_masked() {
        let text = "#cloud-config\npassword: hunter2\nruncmd:\n  - [ \"curl\", \"x\" ]\n";
        let parts = parts(text);
        for part in [
            text,
            "password: hunter2",
            "hunter2",
            "- [ \"curl\", \"x\" ]",
        ] {
            assert!(parts.iter().any(|one| one == part), "{part} in {parts:?}");
        }
        for other in ["#cloud-config", "runcmd:"] {
            assert!(!parts.iter().any(|one| one == other), "{other}");
        }
    }

    #[test]
    fn a_key_is_masked_without_its_header() {
        let parts = parts("-----BEGIN KEY-----\nMIIBVgIBADANBg\nabc\n-----END KEY-----\n");
        assert!(parts.iter().any(|part| part == "MIIBVgIBADANBg"));
        assert!(!parts.iter().any(|part| part == "-----BEGIN KEY-----"));
    }

    #[test]
    fn only_the_credentials_of_a_kubeconfig_are_masked() {
        let key = STANDARD.encode("-----BEGIN KEY-----\nMIIBVgIBADANBg\n-----END KEY-----\n");
        let kubeconfig = format!(
            "kind: Config\nclusters:\n- name: hikube\n  cluster:\n    server: https://api.hikube.cloud:6443\n\
             users:\n- name: me\n  user:\n    token: eyJhbGciOi\n    client-key-data: {key}\n    auth-provider:\n      \
             config:\n        refresh-token: \"refresh\"\n"
        );
        let mut parts = parts(&kubeconfig);
        parts.retain(|part| !part.contains("kind: Config"));
        let mut expected = ["MIIBVgIBADANBg", "eyJhbGciOi", &key, "refresh"];
        expected.sort_unstable();
        assert_eq!(parts, expected);
    }
}
