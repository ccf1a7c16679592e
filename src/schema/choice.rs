/// The values of an attribute, declared by an `enum` with `#[derive(Choice)]`.
///
/// The doc comment of a variant describes its value. The value is the variant's name unless `#[choice(value =
/// "v1.35")]` sets another. With `#[choice(open)]` on the enum, a platform may have more values: the platform's own
/// schema then decides about other values.
pub trait Choice {
    /// The values.
    fn choices() -> Choices;
}

/// The values of a [`Choice`], in the order of the documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Value and description, which may be empty.
    pub values: Vec<(String, String)>,
    /// Whether a platform may have more values.
    pub open: bool,
}

impl Choices {
    /// Whether the value is listed.
    pub fn contains(&self, value: &str) -> bool {
        self.values.iter().any(|(known, _)| known == value)
    }

    /// The values without descriptions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(value, _)| value.as_str())
    }
}

/// The candidate that the text is another spelling of: in case, separators, quotes, a `v` before a number, or a patch
/// level after a version. Never a value that is only similar: `v1.34` for `v1.33` would be an upgrade.
pub fn respelling<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut found: Vec<&str> = candidates
        .filter(|candidate| is_respelling(word, candidate))
        .collect();
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.len()));
    match found[..] {
        [only] => Some(only),
        [longest, next, ..] if longest.len() > next.len() => Some(longest),
        _ => None,
    }
}

fn is_respelling(word: &str, candidate: &str) -> bool {
    let (word, candidate) = (plain(word), plain(candidate));
    if candidate.is_empty() {
        return false;
    }
    let has_digits = word.contains(|c: char| c.is_ascii_digit());
    let joined = |text: &str| text.replace('.', "");
    let is_version = candidate.starts_with(|c: char| c.is_ascii_digit());
    let patch = word
        .strip_prefix(&candidate)
        .and_then(|rest| rest.strip_prefix('.'))
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    word == candidate
        || !has_digits && joined(&word) == joined(&candidate)
        || is_version && patch.is_some()
}

/// The text without the differences between spellings.
fn plain(word: &str) -> String {
    let word = word.trim_matches(|c: char| c.is_whitespace() || "\"'`".contains(c));
    let word = word.to_lowercase().replace(['-', '_', ' '], ".");
    match word.strip_prefix('v') {
        Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => number.to_owned(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_spelling_is_offered() {
        let known = [
            "Always", "WholeIP", "v1.34", "v1.33", "v18", "t1.micro", "c1.small",
        ];
        for (word, offered) in [
            ("always", "Always"),
            ("ALWAYS ", "Always"),
            ("\"Always\"", "Always"),
            ("whole-ip", "WholeIP"),
            ("whole_ip", "WholeIP"),
            ("1.33", "v1.33"),
            ("V1.33", "v1.33"),
            ("v1.33.4", "v1.33"),
            ("1.33.4", "v1.33"),
            ("v1.33.4+k3s1", "v1.33"),
            ("18", "v18"),
            ("18.1", "v18"),
            ("t1-micro", "t1.micro"),
            ("C1.Small", "c1.small"),
        ] {
            assert_eq!(respelling(word, known.into_iter()), Some(offered), "{word}");
        }
    }

    #[test]
    fn another_value_is_not_offered() {
        let known = [
            "Halted", "v1.34", "v1.33", "v18", "t1.micro", "t1.nano", "micro", "",
        ];
        for word in [
            "Halt", "v1.3", "v1.35", "1.335", "133", "1", "v17", "180", "t1.mikro", "t1", "", "v",
        ] {
            assert_eq!(respelling(word, known.into_iter()), None, "{word}");
        }
    }

    #[test]
    fn the_longest_version_is_offered() {
        let known = ["v8", "v8.4", "v8.0"];
        assert_eq!(respelling("8.4.2", known.into_iter()), Some("v8.4"));
        assert_eq!(respelling("8.1", known.into_iter()), Some("v8"));
        assert_eq!(respelling("micro", ["MICRO", "Micro"].into_iter()), None);
    }
}
