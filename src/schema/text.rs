use super::choice::Choices;
use super::unit::Unit;

/// The format of a string.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// How it is parsed and compared.
    pub meaning: Meaning,
    /// The valid values; empty for any.
    pub choices: Choices,
    /// Pairs of synonyms. A platform may support only one of the two.
    pub synonyms: &'static [(&'static str, &'static str)],
    /// The unit of an amount.
    pub unit: Option<Unit>,
    /// The number of fields, if it is a cron schedule.
    pub cron_fields: Option<usize>,
    /// A regular expression that the whole string must match, and its description.
    pub pattern: Option<(&'static str, &'static str)>,
}

/// How a string is parsed and compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meaning {
    /// Verbatim.
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
    /// The synonym of a value, if it has one.
    pub fn synonym(&self, value: &str) -> Option<&'static str> {
        self.synonyms.iter().find_map(|(one, other)| match value {
            _ if value == *one => Some(*other),
            _ if value == *other => Some(*one),
            _ => None,
        })
    }
}
