//! Paths in settings, and values that are mistaken for one.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest part of a path that is shown: tokens and keys are longer.
const LONGEST_PART: usize = 64;

/// A path in quotes for a message. A text that does not look like a path may be a secret, and is not shown.
pub(super) fn shown(path: &Path) -> String {
    if is_plain(path) {
        format!("`{}`", path.display())
    } else {
        "(not shown: it does not look like a path)".to_owned()
    }
}

fn is_plain(path: &Path) -> bool {
    let Some(text) = path.to_str() else {
        return false;
    };
    let extensions = ["yaml", "yml", "json", "conf", "config", "crt", "pem", "key"];
    let has_extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| extensions.contains(&extension.to_ascii_lowercase().as_str()));
    let looks_like_one = text.contains(['/', '\\'])
        || has_extension
        || text.len() < 20 && text.to_ascii_lowercase().contains("config");
    let mut parts = text.split(['/', '\\']);
    looks_like_one
        && text.len() <= 1024
        && !text.chars().any(char::is_control)
        && !text.contains("://")
        && parts.all(|part| part.len() <= LONGEST_PART)
}

/// The form of a text that should be a path or the content of a kubeconfig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Nothing.
    Nothing,
    /// The content of a kubeconfig, or part of one.
    Content,
    /// The content of a kubeconfig in base64.
    Base64,
    /// A path, or anything else in one line.
    Path,
}

pub(super) fn given(text: &str) -> Given {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        Given::Nothing
    } else if is_content(trimmed) {
        Given::Content
    } else if is_base64(trimmed) {
        Given::Base64
    } else {
        Given::Path
    }
}

fn is_content(text: &str) -> bool {
    text.contains('\n') && !is_base64(text)
        || text.starts_with('{')
        || ["apiVersion:", "clusters:", "users:", "contexts:", ": "]
            .iter()
            .any(|word| text.contains(word))
}

/// Whether this is a text in base64, with or without line breaks.
fn is_base64(text: &str) -> bool {
    let packed: String = text.split_ascii_whitespace().collect();
    let decoded = STANDARD.decode(packed.trim_end_matches('=').to_owned() + padding(&packed));
    packed.len() >= 40
        && decoded.is_ok_and(|bytes| {
            std::str::from_utf8(&bytes)
                .is_ok_and(|text| text.contains("apiVersion") || is_content(text))
        })
}

fn padding(packed: &str) -> &'static str {
    match packed.trim_end_matches('=').len() % 4 {
        2 => "==",
        3 => "=",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_that_look_like_paths_are_shown() {
        for path in [
            "/home/a/.kube/config",
            "kubeconfig.yaml",
            "$HOME/kc.yaml",
            "C:\\kube\\config",
            "kubeconfig",
        ] {
            assert_eq!(shown(Path::new(path)), format!("`{path}`"));
        }
        let long = format!("/{}", "a".repeat(65));
        for path in [
            "s3cret",
            "eyJhbGciOi.J9.abc",
            "a\n/b",
            "https://a/b",
            long.as_str(),
        ] {
            assert!(!shown(Path::new(path)).contains(path), "{path}");
        }
    }

    #[test]
    fn content_base64_and_paths_are_distinguished() {
        let content = "apiVersion: v1\nkind: Config\nclusters: []\nusers: []\n";
        let base64 = STANDARD.encode(content);
        let folded = format!("{}\n{}\n", &base64[..40], &base64[40..]);
        let unpadded = base64.trim_end_matches('=');
        assert_eq!(given(content), Given::Content);
        assert_eq!(given(&content.replace('\n', " ")), Given::Content);
        assert_eq!(given(r#"{"apiVersion": "v1"}"#), Given::Content);
        for text in [base64.as_str(), folded.as_str(), unpadded] {
            assert_eq!(given(text), Given::Base64, "{text}");
        }
        assert_eq!(given(" \n"), Given::Nothing);
        for text in [
            "/home/a/.kube/config",
            "~/kc.yaml",
            "a:b",
            "C:\\kube\\config",
        ] {
            assert_eq!(given(text), Given::Path, "{text}");
        }
    }
}
