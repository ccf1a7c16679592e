/// The values an attribute may take, from an `enum` by `#[derive(Choice)]`.
///
/// Each variant's doc comment says what the value means. By default the variant's name is the value;
/// `#[choice(value = "v1.35")]` gives another. `#[choice(open)]` on the enum says that a platform may
/// know more values than this list: then an unknown one is decided by the platform's own schema.
pub trait Choice {
    /// The values.
    fn choices() -> Choices;
}

/// The values of a [`Choice`], in the order to document them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Value and meaning. The meaning may be empty.
    pub values: Vec<(String, String)>,
    /// Whether a platform may know more.
    pub open: bool,
}

impl Choices {
    /// Whether the value is listed.
    pub fn contains(&self, value: &str) -> bool {
        self.values.iter().any(|(known, _)| known == value)
    }

    /// The values alone.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(value, _)| value.as_str())
    }
}

/// The candidate that a mistyped word most likely meant, when one is near enough to offer.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .map(|(_, candidate)| candidate)
}

/// How many characters to insert, drop or replace to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, c) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, d) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(c != *d);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_and_a_far_one_is_not() {
        let known = ["Always", "Halted", "Manual"];
        assert_eq!(nearest("always", known.into_iter()), Some("Always"));
        assert_eq!(nearest("Halt", known.into_iter()), Some("Halted"));
        assert_eq!(nearest("sometimes", known.into_iter()), None);
    }
}
