//! Makes texts safe to show: what the platform, a program or a library says may quote a secret, and may hold
//! characters that a terminal obeys.
//!
//! Every text that leaves the process goes through [`redact`] or [`redact_line`]: diagnostics, log lines, the
//! report of a panic, errors of gRPC. This module uses nothing else of the crate, so that everything can use it.
//!
//! Secrets are registered for the whole process, because whoever writes a text does not know where its parts
//! come from: credentials for good with [`keep_secret`], those of a request for as long as it is served with
//! [`hold_secrets`].

mod decoded;
mod escape;
mod mask;
mod parts;
mod registry;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use escape::Lines;
pub use registry::{HeldSecrets, hold_secrets, keep_secret};
use registry::{Registry, registered};

/// A text with each registered secret masked and each control character escaped; it may have several lines.
///
/// A secret is found as it is, quoted (JSON, Go, Rust), percent-encoded and in base64, also as a part of
/// something larger. Of a text with several lines each line is found as well. Secrets shorter than 4 characters,
/// and the words `true`, `false` and `null`, are **not** masked: they are found everywhere by chance.
pub fn redact(text: &str) -> Cow<'_, str> {
    redact_with(&registered(), text, Lines::Kept)
}

/// The same as one line: line breaks and tabs become spaces.
pub fn redact_line(text: &str) -> Cow<'_, str> {
    redact_with(&registered(), text, Lines::Joined)
}

/// No part of a secret that a cut may leave of it is longer.
const HALF: usize = 4 << 10;

/// The beginning of a text of at most `longest` octets; what is cut is redacted before: half a secret is not
/// recognised.
pub fn redacted_beginning(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    // A text may have some MiB, and is searched thoroughly.
    let far = text.floor_char_boundary(4 * longest + HALF);
    let redacted = redact(&text[..far]);
    let halved = if far < text.len() { HALF } else { 0 };
    let end = longest.min(redacted.len().saturating_sub(halved));
    format!("{}…", &redacted[..redacted.floor_char_boundary(end)])
}

/// The end of a text of at most `longest` octets, in the same way. `is_cut` says that the text itself is the end of
/// another: what it begins with may be half a secret.
pub fn redacted_end(text: &str, longest: usize, is_cut: bool) -> String {
    if text.len() <= longest && !is_cut {
        return text.to_owned();
    }
    let redacted = redact(text);
    let halved = if is_cut { HALF } else { 0 };
    let begin = redacted
        .len()
        .saturating_sub(longest)
        .max(halved.min(redacted.len()));
    format!("…{}", &redacted[redacted.ceil_char_boundary(begin)..])
}

fn redact_with<'a>(secrets: &Registry, text: &'a str, lines: Lines) -> Cow<'a, str> {
    let masked = mask::mask(secrets, Cow::Borrowed(text));
    match escape::escape(&masked, lines) {
        Cow::Borrowed(_) => masked,
        // An escape or a space in the place of a line break can complete a secret.
        Cow::Owned(escaped) => mask::mask(secrets, Cow::Owned(escaped)),
    }
}
