use std::borrow::Cow;

/// How line breaks and tabs are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// Kept.
    Kept,
    /// Replaced with spaces.
    Joined,
}

/// Escapes control characters and invisible characters, for example as `\u{1b}`. Replaces CRLF with LF.
pub(super) fn escape(text: &str, lines: Lines) -> Cow<'_, str> {
    let is_printable = |c: char| match c {
        '\n' | '\t' => lines == Lines::Kept,
        _ => !is_control(c),
    };
    if text.chars().all(is_printable) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\t' if lines == Lines::Joined => escaped.push(' '),
            _ if is_printable(c) => escaped.push(c),
            _ => escaped.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character controls the terminal, changes the text direction, breaks a line or is invisible.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        let escape = |text: &str| escape(text, Lines::Kept).into_owned();
        assert_eq!(escape("\u{1b}]0;title\u{7}"), "\\u{1b}]0;title\\u{7}");
        assert_eq!(escape("a\u{8}b\u{7f}\u{9b}"), "a\\u{8}b\\u{7f}\\u{9b}");
        assert_eq!(escape("one\r\ntwo\rthree\n"), "one\ntwo\\u{d}three\n");
        for c in "\u{202e}\u{2066}\u{200e}\u{61c}\u{2028}\u{200b}\u{feff}".chars() {
            assert_eq!(escape(&c.to_string()), format!("\\u{{{:x}}}", u32::from(c)));
        }
        assert_eq!(escape("Zürich 🦀\tfür\n„alle“"), "Zürich 🦀\tfür\n„alle“");
    }

    #[test]
    fn joined_lines_are_one_line() {
        assert_eq!(escape("one\r\ntwo\tthree", Lines::Joined), "one two three");
    }
}
