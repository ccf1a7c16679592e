//! Validation of label keys, annotation keys and label values. The backend checks keys with the server's prefix.
use crate::failure::Failure;
use crate::object::Texts;

/// The prefix that the server adds to the user's label and annotation keys.
const PREFIX: &str = "apps.cozystack.io-";
/// The maximum length of the name in a key, and of a label value.
const LONGEST: usize = 63;
/// The maximum length of a key's prefix.
const LONGEST_DOMAIN: usize = 253;

const NAME_RULE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start \
     and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex \
     used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric \
     characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
     'MyValue',  or 'my_value',  or '12345', regex used for validation is \
     '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const DOMAIN_RULE: &str = "prefix part a lowercase RFC 1123 subdomain must consist of lower case \
     alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character \
     (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/// Validates the labels and annotations of a release. The backend's error is returned as a 500 (measured on 1.6: a key
/// that is too long, and a value with a space).
pub(crate) fn check(
    action: &str,
    release: &str,
    labels: &Texts,
    annotations: &Texts,
) -> Result<(), Failure> {
    let key_of = |key: &String| format!("{PREFIX}{key}");
    let of_labels = labels.iter().find_map(|(key, value)| {
        let key = key_of(key);
        match key_problem(&key) {
            Some(why) => Some(("labels", key, why)),
            None => value_problem(value).map(|why| ("labels", value.clone(), why)),
        }
    });
    let of_annotations = || {
        annotations.keys().map(key_of).find_map(|key| {
            let why = key_problem(&key.to_lowercase())?;
            Some(("annotations", key, why))
        })
    };
    let Some((field, given, why)) = of_labels.or_else(of_annotations) else {
        return Ok(());
    };
    Err(Failure::backend(format!(
        "failed to {action} HelmRelease: HelmRelease.helm.toolkit.fluxcd.io \"{release}\" is \
         invalid: metadata.{field}: Invalid value: \"{given}\": {why}"
    )))
}

/// The error of a label key, including the prefix.
pub(crate) fn label_key_problem(key: &str) -> Option<String> {
    key_problem(&format!("{PREFIX}{key}"))
}

/// The error of a label value.
pub(crate) fn value_problem(value: &str) -> Option<String> {
    if value.len() > LONGEST {
        return Some(too_long(LONGEST));
    }
    (!value.is_empty() && !is_name(value)).then(|| VALUE_RULE.to_owned())
}

/// The error of a key.
pub(crate) fn key_problem(key: &str) -> Option<String> {
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    if let Some(domain) = domain {
        if domain.len() > LONGEST_DOMAIN {
            return Some(format!("prefix part {}", too_long(LONGEST_DOMAIN)));
        }
        if !domain.split('.').all(is_domain_part) {
            return Some(DOMAIN_RULE.to_owned());
        }
    }
    if name.is_empty() {
        return Some("name part must be non-empty".to_owned());
    }
    if name.len() > LONGEST {
        return Some(format!("name part {}", too_long(LONGEST)));
    }
    (!is_name(name)).then(|| format!("name part {NAME_RULE}"))
}

fn too_long(most: usize) -> String {
    format!("must be no more than {most} characters")
}

fn is_name(text: &str) -> bool {
    let is_end = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    is_end(bytes.first())
        && is_end(bytes.last())
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}

fn is_domain_part(part: &str) -> bool {
    is_name(part)
        && part
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::{label_key_problem, value_problem};

    #[test]
    fn the_prefix_eats_eighteen_characters_of_a_key() {
        for (key, fits) in [
            ("k".repeat(45), true),
            ("k".repeat(46), false),
            (format!("example.com/{}", "k".repeat(63)), true),
            (format!("example.com/{}", "k".repeat(64)), false),
        ] {
            assert_eq!(label_key_problem(&key).is_none(), fits, "{key}");
        }
    }

    #[test]
    fn keys_and_values_have_few_characters() {
        for key in ["", "a b", "k-", "Example.com/x", "a/", "a/b/c", "ä"] {
            assert!(label_key_problem(key).is_some(), "{key}");
        }
        for key in ["a", "A_b.c", "example.com/X"] {
            assert_eq!(label_key_problem(key), None, "{key}");
        }
        for value in ["", "v", "V_1.2-x"] {
            assert_eq!(value_problem(value), None, "{value}");
        }
        for value in ["v v", "-v", "v/w", &"v".repeat(64)] {
            assert!(value_problem(value).is_some(), "{value}");
        }
    }
}
