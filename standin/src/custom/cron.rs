//! Cron expressions: five fields, or a name such as `@daily`.

const NAMES: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// A field of an expression: its bounds, and names for values from the lower bound on.
struct Field {
    low: u32,
    high: u32,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field::new(0, 59, &[]),
    Field::new(0, 23, &[]),
    Field::new(1, 31, &[]),
    Field::new(1, 12, &MONTHS),
    Field::new(0, 6, &DAYS),
];

/// Validates an expression like the controller.
pub(super) fn check(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("empty spec string".to_owned());
    }
    // A time zone may precede the expression.
    let zoned = ["TZ=", "CRON_TZ="].iter().any(|tz| text.starts_with(tz));
    let text = match text.split_once(' ') {
        Some((_, rest)) if zoned => rest.trim(),
        _ => text,
    };
    if text.starts_with('@') {
        let every = text.strip_prefix("@every ").map(str::trim);
        let known = NAMES.contains(&text) || every.is_some_and(is_duration);
        return known
            .then_some(())
            .ok_or_else(|| format!("unrecognized descriptor: {text}"));
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        let count = fields.len();
        return Err(format!("expected exactly 5 fields, found {count}: {text}"));
    }
    fields
        .iter()
        .zip(&FIELDS)
        .try_for_each(|(text, field)| text.split(',').try_for_each(|part| field.check(part)))
}

fn is_duration(text: &str) -> bool {
    text.strip_suffix(['s', 'm', 'h']).is_some_and(|digits| {
        digits.starts_with(|c: char| c.is_ascii_digit())
            && digits
                .bytes()
                .all(|b| b.is_ascii_digit() || b"hms.".contains(&b))
    })
}

impl Field {
    const fn new(low: u32, high: u32, names: &'static [&'static str]) -> Field {
        Field { low, high, names }
    }

    /// Checks `*`, `?`, a value or a range, each with or without a step.
    fn check(&self, part: &str) -> Result<(), String> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (from, to) = match range {
            "*" | "?" => (self.low, self.high),
            _ => match range.split_once('-') {
                Some((from, to)) => (self.value(from)?, self.value(to)?),
                None => {
                    let value = self.value(range)?;
                    (value, value)
                }
            },
        };
        let step = step.map_or(Ok(1), number)?;
        match () {
            () if from < self.low => {
                Err(format!("beginning of range ({from}) below minimum: {part}"))
            }
            () if to > self.high => Err(format!("end of range ({to}) above maximum: {part}")),
            () if from > to => Err(format!("beginning of range beyond its end: {part}")),
            () if step == 0 => Err(format!("step of range must be a positive number: {part}")),
            () => Ok(()),
        }
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        let named = self
            .names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        match named.and_then(|index| u32::try_from(index).ok()) {
            Some(index) => Ok(self.low + index),
            None => number(text),
        }
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| format!("failed to parse int from {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn expressions_of_five_fields_are_read() {
        for text in [
            "0 3 * * *",
            "*/15 0-6,12 1,15 jan-MAR mon",
            "5/10 ? * * SUN-sat",
            "@daily",
            "@every 1h30m",
            "TZ=Europe/Zurich 0 3 * * *",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "daily",
            "0 3 * *",
            "0 0 3 * * *",
            "60 3 * * *",
            "0 3 0 * *",
            "0 3 * 13 *",
            "0 3 * * 7",
            "9-3 3 * * *",
            "*/0 3 * * *",
            "x 3 * * *",
            "@nightly",
            "@every",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
