//! The blocks and arguments of a configuration in the format of `terraform fmt`.

use std::fmt;

/// A block or an argument. Object values are parsed further, other values are text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// The first line, or all lines if there is no body.
    head: String,
    pub(crate) body: Vec<Item>,
    tail: String,
}

impl Item {
    /// Parses a configuration. Comments are dropped.
    pub(crate) fn read(text: &str) -> Vec<Item> {
        let lines: Vec<&str> = text.lines().collect();
        items(&lines)
    }

    /// An argument with a single value.
    pub(crate) fn argument(name: &str, value: &str) -> Item {
        Item {
            head: format!("{name} = {value}"),
            body: Vec::new(),
            tail: String::new(),
        }
    }

    /// The same with another body.
    pub(crate) fn with(&self, body: Vec<Item>) -> Item {
        Item {
            body,
            ..self.clone()
        }
    }

    /// The name of an argument, or the type of a block: `version`, `resource`.
    pub(crate) fn name(&self) -> &str {
        let name = self.head.split_whitespace().next().unwrap_or_default();
        name.trim_matches('"')
    }

    /// The labels of a block.
    pub(crate) fn labels(&self) -> Vec<&str> {
        self.head.split('"').skip(1).step_by(2).collect()
    }

    /// The value of an argument, as text.
    pub(crate) fn value(&self) -> &str {
        self.head
            .split_once('=')
            .map_or("", |(_, value)| value)
            .trim()
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.head)?;
        self.body.iter().try_for_each(|item| item.fmt(f))?;
        if self.tail.is_empty() {
            return Ok(());
        }
        writeln!(f, "{}", self.tail)
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The items at the indent of the first line.
fn items(lines: &[&str]) -> Vec<Item> {
    let at = lines.first().map_or(0, |line| indent(line));
    let mut found = Vec::new();
    let mut rest = lines;
    while let [head, following @ ..] = rest {
        rest = following;
        if head.trim().is_empty() || head.trim_start().starts_with('#') {
            continue;
        }
        let Some(closing) = closing(head) else {
            found.push(Item {
                head: (*head).to_owned(),
                body: Vec::new(),
                tail: String::new(),
            });
            continue;
        };
        let is_end = |line: &&str| indent(line) == at && line.trim_start().starts_with(closing);
        let end = following.iter().position(is_end);
        let end = end.unwrap_or_else(|| panic!("no end of {head:?}"));
        let (inside, tail) = (&following[..end], following[end]);
        rest = &following[end + 1..];
        found.push(if head.ends_with(" {") {
            Item {
                head: (*head).to_owned(),
                body: items(inside),
                tail: tail.to_owned(),
            }
        } else {
            Item {
                head: [&[*head], inside, &[tail]].concat().join("\n"),
                body: Vec::new(),
                tail: String::new(),
            }
        });
    }
    found
}

/// The beginning of the last line of an item that continues after this line.
fn closing(head: &str) -> Option<&str> {
    if let Some((_, word)) = head.split_once("<<-") {
        return Some(word);
    }
    match head.chars().last()? {
        '{' => Some("}"),
        '[' => Some("]"),
        '(' => Some(")"),
        _ => None,
    }
}
