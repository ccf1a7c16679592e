use std::borrow::Cow;

/// What becomes of line breaks and tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// They stay.
    Kept,
    /// They become spaces.
    Joined,
}

/// A text in which each character that a terminal obeys or does not show is visible, such as `\u{1b}`. CRLF
/// becomes LF.
pub(super) fn escape(text: &str, lines: Lines) -> Cow<'_, str> {
    let is_fine = |c: char| match c {
        '\n' | '\t' => lines == Lines::Kept,
        _ => !is_control(c),
    };
    if text.chars().all(is_fine) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\t' if lines == Lines::Joined => escaped.push(' '),
            _ if is_fine(c) => escaped.push(c),
            _ => escaped.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character does something else than to be seen: moves the cursor, begins a command to the terminal,
/// turns the direction of writing, breaks a line, or shows nothing.
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
    fn what_a_terminal_obeys_is_shown() {
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
    fn a_summary_is_one_line() {
        assert_eq!(escape("one\r\ntwo\tthree", Lines::Joined), "one two three");
    }
}
