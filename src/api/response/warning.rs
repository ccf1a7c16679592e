//! `Warning` headers: problems of a request that the API accepted.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, header};

use crate::redaction::redacted_beginning;

/// The code of warnings for people (RFC 7234, 5.5): the others are about HTTP caches.
const CODE: &str = "299";

/// The bounds of one operation: warnings are sentences, and a response may carry any number of them.
const MAX_WARNINGS: usize = 16;
const MAX_TEXT: usize = 1 << 10;

/// The warnings of one operation, each text once. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    /// Adds the warnings of a response.
    pub(crate) fn collect(&self, headers: &HeaderMap) {
        let mut texts = self.texts();
        for text in warning_texts(headers) {
            if texts.len() < MAX_WARNINGS && !texts.contains(&text) {
                texts.push(text);
            }
        }
    }

    /// The texts so far.
    pub(crate) fn to_vec(&self) -> Vec<String> {
        self.texts().clone()
    }

    fn texts(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The texts of the `Warning` headers, such as `299 - "text"`. A header may have several, separated by commas.
fn warning_texts(headers: &HeaderMap) -> Vec<String> {
    let headers = headers.get_all(header::WARNING).into_iter();
    let headers = headers.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let mut texts = Vec::new();
    for header in headers {
        let mut rest = &*header;
        while let Some((warning, after)) = parse(rest) {
            rest = after;
            let text = redacted_beginning(warning.text.trim(), MAX_TEXT);
            if warning.code == CODE && !text.is_empty() {
                texts.push(text);
            }
        }
    }
    texts
}

struct Warning<'a> {
    code: &'a str,
    text: String,
}

/// The first warning of a list, and what follows it. None at the end, and where the list is malformed.
fn parse(list: &str) -> Option<(Warning<'_>, &str)> {
    let list = list.trim_start_matches([' ', '\t', ',']);
    let (code, rest) = list.split_once(' ')?;
    let (_agent, rest) = rest.split_once(' ')?;
    let (text, rest) = quoted_string(rest.trim_start())?;
    // A date may follow.
    let rest = match quoted_string(rest.trim_start()) {
        Some((_date, rest)) => rest,
        None => rest,
    };
    Some((Warning { code, text }, rest))
}

/// A quoted string at the beginning of a text, without its quotes and escapes, and what follows it.
fn quoted_string(text: &str) -> Option<(String, &str)> {
    let content = text.strip_prefix('"')?;
    let mut string = String::new();
    let mut characters = content.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((string, &content[at + 1..])),
            '\\' => string.push(characters.next()?.1),
            _ => string.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn collected(headers: &[&[u8]]) -> Vec<String> {
        let values = headers.iter().map(|value| {
            let value = HeaderValue::from_bytes(value).unwrap();
            (header::WARNING, value)
        });
        let warnings = Warnings::default();
        warnings.collect(&values.collect());
        warnings.to_vec()
    }

    #[test]
    fn each_text_of_every_header_is_collected_once() {
        let headers: [&[u8]; 4] = [
            br#"299 - "one""#,
            br#"299 - "two, \"quoted\" \\", 299 - "three" "Sun, 06 Nov 1994 08:49:37 GMT",299 - "four""#,
            br#"299 - "one""#,
            "299 agent:80 \"fünf\"".as_bytes(),
        ];
        let expected = ["one", "two, \"quoted\" \\", "three", "four", "fünf"];
        assert_eq!(collected(&headers), expected);
    }

    #[test]
    fn malformed_warnings_and_those_of_caches_are_ignored() {
        let headers: [&[u8]; 6] = [
            b"",
            br#"110 - "Response is Stale""#,
            br#"299 - "never closed"#,
            br#"299 - "escaped \"#,
            b"299 - text",
            br#"299 - " ""#,
        ];
        assert_eq!(collected(&headers), [""; 0]);
    }

    #[test]
    fn an_operation_keeps_a_bounded_amount() {
        let long = format!("299 - \"{}\"", "a".repeat(8 << 10));
        let texts = collected(&[long.as_bytes()]);
        assert!(texts[0].len() <= MAX_TEXT + "…".len());
        let many: Vec<String> = (0..100).map(|n| format!("299 - \"{n}\"")).collect();
        let many: Vec<&[u8]> = many.iter().map(String::as_bytes).collect();
        assert_eq!(collected(&many).len(), MAX_WARNINGS);
    }

    proptest! {
        #[test]
        fn no_header_breaks_the_parser(value in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                Warnings::default().collect(&HeaderMap::from_iter([(header::WARNING, value)]));
            }
        }

        #[test]
        fn a_quoted_text_comes_back_whole(text in "[a-z\"\\\\,]{1,20}") {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            let header = format!("299 - \"{escaped}\"");
            prop_assert_eq!(collected(&[header.as_bytes()]), [text]);
        }
    }
}
