use super::choice::Choices;
use super::unit::Unit;

/// What a string means.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// How it is read and compared.
    pub meaning: Meaning,
    /// The values it may take; empty for any.
    pub choices: Choices,
    /// Pairs of values that mean the same, of which a platform may know only one.
    pub synonyms: &'static [(&'static str, &'static str)],
    /// What an amount is counted in.
    pub unit: Option<Unit>,
    /// The number of fields of a cron schedule, where it is one.
    pub cron_fields: Option<usize>,
    /// A regular expression the whole string must match, and what that says in words.
    pub pattern: Option<(&'static str, &'static str)>,
}

/// How a string is read and compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meaning {
    /// As it is written.
    #[default]
    Plain,
    /// An amount: [`Quantity`](super::Quantity).
    Quantity,
    /// A duration: [`Duration`](super::Duration).
    Duration,
    /// A JSON object: [`Json`](super::Json).
    Json,
    /// A string or a whole number: [`IntOrString`](super::IntOrString).
    IntOrString,
}

impl Text {
    /// The other value that means the same.
    pub fn synonym(&self, value: &str) -> Option<&'static str> {
        self.synonyms.iter().find_map(|(one, other)| match value {
            _ if value == *one => Some(*other),
            _ if value == *other => Some(*one),
            _ => None,
        })
    }
}
