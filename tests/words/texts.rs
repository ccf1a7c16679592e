//! The texts of a file, which may be wrapped over several lines.

/// A text with its line breaks and indentation replaced with single spaces.
pub(crate) struct Text {
    pub(crate) words: String,
    /// The offsets in `words` at which lines begin, with the number of the line.
    lines: Vec<(usize, usize)>,
}

impl Text {
    fn new() -> Text {
        Text {
            words: String::new(),
            lines: Vec::new(),
        }
    }

    fn push(&mut self, line: &str, number: usize) {
        if !self.words.is_empty() && !self.words.ends_with(' ') {
            self.words.push(' ');
        }
        self.lines.push((self.words.len(), number));
        self.words.push_str(line.trim());
    }

    /// The number of the line at an offset in `words`.
    pub(crate) fn line(&self, at: usize) -> usize {
        let lines = self.lines.iter().rev();
        lines
            .filter(|(start, _)| *start <= at)
            .map(|(_, number)| *number)
            .next()
            .unwrap_or(1)
    }
}

/// The paragraphs of a page, without code blocks.
pub(crate) fn markdown(page: &str) -> Vec<Text> {
    let mut texts = Vec::new();
    let mut paragraph = Text::new();
    let mut is_code = false;
    for (index, line) in page.lines().enumerate() {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        if is_fence || is_code || line.trim().is_empty() {
            texts.push(std::mem::replace(&mut paragraph, Text::new()));
        } else {
            paragraph.push(line, index + 1);
        }
    }
    texts.push(paragraph);
    texts
}

/// The doc comments and string literals of Rust code.
pub(crate) fn rust(code: &str) -> Vec<Text> {
    let mut lexer = Lexer {
        rest: code,
        line: 1,
        texts: Vec::new(),
    };
    while !lexer.rest.is_empty() {
        lexer.token();
    }
    lexer.texts
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    texts: Vec<Text>,
}

impl Lexer<'_> {
    /// Reads a comment, a literal or a single character.
    fn token(&mut self) {
        let rest = self.rest;
        if rest.starts_with("//") {
            self.line_comments();
        } else if rest.starts_with("/*") {
            self.skip(rest.find("*/").map_or(rest.len(), |end| end + 2));
        } else if rest.starts_with('"') {
            self.string();
        } else if let Some(hashes) = raw_string(rest) {
            self.raw_string(hashes);
        } else if rest.starts_with('\'') {
            self.skip(character(rest));
        } else {
            let word = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let other = rest.chars().next().map_or(1, char::len_utf8);
            // Skips whole words, so that an `r` at the end of an identifier does not begin a raw string.
            self.skip(word.max(other));
        }
    }

    fn skip(&mut self, length: usize) {
        let (skipped, rest) = self.rest.split_at(length);
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }

    /// Reads consecutive comments. Doc comments are one text.
    fn line_comments(&mut self) {
        let mut text = Text::new();
        loop {
            let indent = self.rest.len() - self.rest.trim_start_matches([' ', '\t']).len();
            let comment = &self.rest[indent..];
            let Some(comment) = comment.strip_prefix("//") else {
                break;
            };
            let comment = comment.lines().next().unwrap_or_default();
            if let Some(doc) = comment.strip_prefix(['/', '!']) {
                text.push(doc, self.line);
            }
            let length = self.rest.find('\n').map_or(self.rest.len(), |end| end + 1);
            self.skip(length);
        }
        self.texts.push(text);
    }

    fn string(&mut self) {
        let mut is_escaped = false;
        let end = self.rest[1..].find(|c: char| {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        let length = end.map_or(self.rest.len() - 1, |end| end);
        let content = self.rest[1..=length].to_owned();
        self.content(&content);
        self.skip((length + 2).min(self.rest.len()));
    }

    fn raw_string(&mut self, hashes: usize) {
        let (open, close) = (hashes + 2, format!("\"{}", "#".repeat(hashes)));
        let rest = &self.rest[open..];
        let length = rest.find(&close).unwrap_or(rest.len());
        let content = rest[..length].to_owned();
        self.content(&content);
        self.skip((open + length + close.len()).min(self.rest.len()));
    }

    fn content(&mut self, content: &str) {
        let mut text = Text::new();
        for (index, line) in content.lines().enumerate() {
            let line = line.trim_end_matches('\\').replace("\\n", "  ");
            text.push(&line, self.line + index);
        }
        self.texts.push(text);
    }
}

/// The number of hashes of a raw string at the beginning of some code.
fn raw_string(code: &str) -> Option<usize> {
    let rest = code.strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// The length of a character literal at the beginning of some code, or of the quote of a lifetime.
fn character(code: &str) -> usize {
    let content = &code[1..];
    if let Some(escape) = content.strip_prefix('\\') {
        let first = escape.chars().next().map_or(0, char::len_utf8);
        return escape[first..].find('\'').map_or(1, |end| end + first + 3);
    }
    let length = content.chars().next().map_or(0, char::len_utf8);
    if content[length..].starts_with('\'') {
        length + 2
    } else {
        1
    }
}
