use std::borrow::Cow;

use super::escape::{Lines, escape};
use super::mask::mask;
use super::registry::{Registry, registered};

/// Masks registered secrets and escapes control characters. Keeps line breaks.
///
/// A secret is found as plain text, with JSON, Go or Rust escapes, percent-encoded and base64-encoded, also as a part
/// of a longer text. Each line of a secret is found as well. Secrets shorter than 4 characters, and the words `true`,
/// `false` and `null`, are **not** masked, because they occur by chance.
pub fn redact(text: &str) -> Cow<'_, str> {
    redact_with(&registered(), text, Lines::Kept)
}

/// The same with line breaks and tabs replaced with spaces.
pub fn redact_line(text: &str) -> Cow<'_, str> {
    redact_with(&registered(), text, Lines::Joined)
}

/// Maximum length of a truncated secret at the end of a text, in bytes.
const MAX_PARTIAL: usize = 4 << 10;

/// The first `limit` bytes of a text. A longer text is redacted before it is truncated, because a truncated secret is
/// not recognized.
pub fn redacted_beginning(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    // Texts may have several MiB, and redaction is expensive.
    let end = text.floor_char_boundary(4 * limit + MAX_PARTIAL);
    let redacted = redact(&text[..end]);
    let partial = if end < text.len() { MAX_PARTIAL } else { 0 };
    let end = limit.min(redacted.len().saturating_sub(partial));
    format!("{}…", &redacted[..redacted.floor_char_boundary(end)])
}

/// The last `limit` bytes of a text, redacted in the same way. If `is_truncated`, the text is the end of a longer one,
/// and may begin with a truncated secret.
pub fn redacted_end(text: &str, limit: usize, is_truncated: bool) -> String {
    if text.len() <= limit && !is_truncated {
        return text.to_owned();
    }
    let redacted = redact(text);
    let partial = if is_truncated { MAX_PARTIAL } else { 0 };
    let begin = redacted
        .len()
        .saturating_sub(limit)
        .max(partial.min(redacted.len()));
    format!("…{}", &redacted[redacted.ceil_char_boundary(begin)..])
}

pub(super) fn redact_with<'a>(secrets: &Registry, text: &'a str, lines: Lines) -> Cow<'a, str> {
    let masked = mask(secrets, Cow::Borrowed(text));
    match escape(&masked, lines) {
        Cow::Borrowed(_) => masked,
        // An escape, or a space instead of a line break, may complete a secret.
        Cow::Owned(escaped) => mask(secrets, Cow::Owned(escaped)),
    }
}
