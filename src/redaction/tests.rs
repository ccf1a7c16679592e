//! Property tests with any secret, text, encoding and control character.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::escape::Lines;
use super::hold_secrets;
use super::mask::MASK;
use super::redact::{redact_with, redacted_beginning, redacted_end};
use super::registry::Registry;

/// Characters that encodings treat differently. No four of them are a part of [`MASK`].
const LETTERS: &str = "aBz09<>&\"'\\\\/%+=?:{} \n\t\r\u{1b}\u{0}\u{7f}\u{9b}\u{202e}\u{2028}éßǆ🦀";

fn text(letters: &str, length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let letters: Vec<char> = letters.chars().collect();
    let text = prop::collection::vec(prop::sample::select(letters), length);
    text.prop_map(|letters| letters.into_iter().collect())
}

fn secret() -> impl Strategy<Value = String> {
    text(LETTERS, 4..30).prop_filter("only space", |text| text.trim().chars().count() >= 4)
}

fn around() -> impl Strategy<Value = String> {
    prop_oneof![text(LETTERS, 0..12), "\\PC{0,12}", any::<String>()]
}

fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// JSON as encoded by Go.
fn go_json(text: &str) -> String {
    let mut quoted = json(text);
    for c in ['<', '>', '&', '\u{2028}', '\u{2029}'] {
        quoted = quoted.replace(c, &format!("\\u{:04x}", u32::from(c)));
    }
    quoted
}

/// JSON with UTF-16 escapes for non-ASCII characters, as encoded by Python.
fn ascii_json(text: &str) -> String {
    let units = |c: char| -> String {
        let units = c.encode_utf16(&mut [0; 2]).to_vec();
        units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
    };
    let quoted = json(text);
    let letters = quoted.chars();
    letters
        .map(|c| {
            if c.is_ascii() {
                c.to_string()
            } else {
                units(c)
            }
        })
        .collect()
}

/// `%q` of Go.
fn go_quoted(text: &str) -> String {
    let letters = text.chars().map(|c| match c {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        '"' | '\\' => format!("\\{c}"),
        '\0'..='\u{1f}' | '\u{7f}' => format!("\\x{:02x}", u32::from(c)),
        '\u{80}'..='\u{9f}' | '\u{2028}'..='\u{202e}' => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    });
    letters.collect()
}

/// `{:?}` of Rust.
fn rust_quoted(text: &str) -> String {
    let quoted = format!("{text:?}");
    quoted[1..quoted.len() - 1].to_owned()
}

fn percent(text: &str, digits: fn(u8) -> String) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => digits(byte),
    });
    encoded.collect()
}

type Encoding = fn(&str) -> String;

const ENCODINGS: [Encoding; 16] = [
    str::to_owned,
    json,
    go_json,
    ascii_json,
    go_quoted,
    rust_quoted,
    |text| go_quoted(&go_json(text)),
    |text| json(&rust_quoted(&go_json(text))),
    |text| percent(text, |byte| format!("%{byte:02X}")),
    |text| percent(text, |byte| format!("%{byte:02x}")),
    |text| percent(&json(text), |byte| format!("%{byte:02X}")),
    |text| STANDARD.encode(json(&json(text))),
    |text| STANDARD.encode(text),
    |text| STANDARD_NO_PAD.encode(text),
    |text| URL_SAFE.encode(text),
    |text| URL_SAFE_NO_PAD.encode(text),
];

fn is_shown_as_it_is(c: char) -> bool {
    let hidden = "\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}";
    !c.is_control() && !hidden.contains(c)
}

proptest! {
    #[test]
    fn secrets_are_masked_in_any_encoding(
        secret in secret(), before in around(), after in around(), which in 0..ENCODINGS.len()
    ) {
        let encode = ENCODINGS[which];
        let registry = Registry::of(&[&secret]);
        let alone = encode(&secret);
        let texts = [
            format!("{before} \"{alone}\" {after}"),
            format!("{before}: {}", encode(&format!("{before}{secret}{after}"))),
        ];
        for text in texts {
            for lines in [Lines::Kept, Lines::Joined] {
                let redacted = redact_with(&registry, &text, lines);
                prop_assert!(redacted.contains(MASK), "{text:?} became {redacted:?}");
                let left = redacted.replace(MASK, "");
                prop_assert!(!left.contains(&secret) && !left.contains(&alone), "{redacted:?}");
            }
        }
    }

    #[test]
    fn lines_of_a_secret_are_masked(
        lines in prop::collection::vec("[a-zA-Z0-9+/]{8,20}", 2..5), which in 0..ENCODINGS.len(), at in 0..4_usize
    ) {
        let registry = Registry::of(&[&lines.join("\n")]);
        let line = &lines[at % lines.len()];
        let text = format!("the line {} is wrong", ENCODINGS[which](line));
        prop_assert_eq!(redact_with(&registry, &text, Lines::Kept), format!("the line {MASK} is wrong"));
    }

    #[test]
    fn control_characters_are_escaped(text in any::<String>(), more in around()) {
        let text = text + &more;
        let registry = Registry::default();
        let redacted = redact_with(&registry, &text, Lines::Kept);
        prop_assert!(redacted.chars().all(|c| is_shown_as_it_is(c) || c == '\n' || c == '\t'));
        let line = redact_with(&registry, &text, Lines::Joined);
        prop_assert!(line.chars().all(is_shown_as_it_is));
    }

    #[test]
    fn redaction_is_idempotent(
        secrets in prop::collection::vec(text("(sensitve alu)x\n\u{1b}\\", 4..12), 0..4),
        text in text("(sensitve alu)x\n\r\u{1b}\\", 0..60),
    ) {
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let registry = Registry::of(&secrets);
        let text = text + secrets.first().unwrap_or(&"") + MASK;
        for lines in [Lines::Kept, Lines::Joined] {
            let once = redact_with(&registry, &text, lines);
            prop_assert_eq!(redact_with(&registry, &once, lines), once.clone());
        }
    }

    #[test]
    fn a_text_without_secrets_is_unchanged(secret in "[0-9a-f]{32}", text in "[ -~äöü\n]{0,200}") {
        let registry = Registry::of(&[&secret]);
        prop_assert_eq!(redact_with(&registry, &text, Lines::Kept), text.clone());
    }
}

#[test]
fn the_text_around_a_secret_is_kept() {
    let registry = Registry::of(&["hunter2!", "s3cr3t"]);
    let redact = |text| redact_with(&registry, text, Lines::Kept).into_owned();
    assert_eq!(
        redact("password: Invalid value: \"hunter2!\": too weak"),
        "password: Invalid value: \"(sensitive value)\": too weak"
    );
    assert_eq!(
        redact("hunter2!s3cr3t, hunter2"),
        "(sensitive value), hunter2"
    );
    assert_eq!(redact("Basic czNjcjN0"), "Basic (sensitive value)");
    assert_eq!(
        redact("Basic bWU6aHVudGVyMiE="),
        "Basic bWU6(sensitive value)"
    );
    assert_eq!(redact("(sensitive value)"), "(sensitive value)");
}

#[test]
fn a_word_of_the_mask_may_be_a_secret() {
    let registry = Registry::of(&["value", "(sens"]);
    let redacted = redact_with(&registry, "a value is (sens", Lines::Kept);
    assert_eq!(redacted, "a (sensitive value) is (sensitive value)");
}

#[test]
fn a_mask_that_completes_a_secret_is_masked_with_it() {
    let registry = Registry::of(&["xy(sens", "hunter2!"]);
    assert_eq!(redact_with(&registry, "xyhunter2!", Lines::Kept), MASK);
}

#[test]
fn an_escape_that_completes_a_secret_is_masked_with_it() {
    let registry = Registry::of(&["a\\u{1b}b", "one two"]);
    assert_eq!(redact_with(&registry, "a\u{1b}b", Lines::Kept), MASK);
    assert_eq!(redact_with(&registry, "one\ntwo", Lines::Joined), MASK);
}

#[test]
fn a_text_is_redacted_before_it_is_truncated() {
    let secret = "a-secret-of-a-text-that-is-cut";
    let _held = hold_secrets([secret]);
    let text = format!("aaa{secret}bbb");
    for limit in 0..text.len() {
        for cut in [
            redacted_beginning(&text, limit),
            redacted_end(&text, limit, false),
        ] {
            assert!(
                !cut.contains("a-secret") && !cut.contains("is-cut"),
                "{cut}"
            );
        }
    }
    let long = secret.repeat(10_000);
    let cut = redacted_beginning(&long, 1000);
    assert!(cut.replace(MASK, "") == "…", "{cut}");
    assert_eq!(redacted_beginning("short", 5), "short");
    assert_eq!(redacted_beginning("é longer", 2), "é…");
    assert_eq!(redacted_end("longer é", 2, false), "…é");
}
