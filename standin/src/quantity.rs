//! Amounts as Kubernetes writes them: `500m`, `2`, `1.5Gi`, `1e3`.
use std::fmt;

/// How many parts a unit has: Kubernetes keeps nothing smaller than a nano.
const NANO: i128 = 1_000_000_000;
const BINARY: [(&str, u32); 6] = [
    ("Ei", 60),
    ("Pi", 50),
    ("Ti", 40),
    ("Gi", 30),
    ("Mi", 20),
    ("Ki", 10),
];
const DECIMAL: [(&str, u32); 10] = [
    ("E", 27),
    ("P", 24),
    ("T", 21),
    ("G", 18),
    ("M", 15),
    ("k", 12),
    ("", 9),
    ("m", 6),
    ("u", 3),
    ("n", 0),
];

/// An amount, and the family of suffixes it was written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quantity {
    pub(crate) nanos: i128,
    pub(crate) binary: bool,
}

impl Quantity {
    /// Reads an amount; nothing where the text is none.
    pub(crate) fn read(text: &str) -> Option<Quantity> {
        let end = text
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '+' | '-'))
            .unwrap_or(text.len());
        let (number, suffix) = text.split_at(end);
        let binary = BINARY.iter().find(|(known, _)| *known == suffix);
        let scale = match (binary, suffix.strip_prefix(['e', 'E'])) {
            (Some((_, power)), _) => NANO.checked_mul(1 << power)?,
            (None, Some(exponent)) if !exponent.is_empty() => {
                let exponent: i32 = exponent.parse().ok()?;
                10_i128.checked_pow(u32::try_from(exponent.checked_add(9)?).ok()?)?
            }
            _ => {
                let (_, power) = DECIMAL.iter().find(|(known, _)| *known == suffix)?;
                10_i128.pow(*power)
            }
        };
        Some(Quantity {
            nanos: scaled(number, scale)?,
            binary: binary.is_some(),
        })
    }

    /// What is left of it, written as it is.
    pub(crate) fn less(self, nanos: i128) -> Quantity {
        Quantity {
            nanos: self.nanos.saturating_sub(nanos),
            ..self
        }
    }
}

/// A decimal number times a scale.
fn scaled(number: &str, scale: i128) -> Option<i128> {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    let plain = !all.is_empty() && all.bytes().all(|byte| byte.is_ascii_digit());
    let value: i128 = plain.then(|| all.parse().ok())??;
    let places = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    Some(sign * value.checked_mul(scale)? / places)
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.nanos;
        let binary = BINARY.map(|(suffix, power)| (suffix, NANO * (1 << power)));
        let decimal = DECIMAL.map(|(suffix, power)| (suffix, 10_i128.pow(power)));
        let fits = |(_, unit): &&(&str, i128)| nanos % unit == 0 && nanos != 0;
        let mut found = decimal.iter().find(fits);
        if self.binary {
            found = binary.iter().find(fits).or(found);
        }
        match found {
            Some((suffix, unit)) => write!(f, "{}{suffix}", nanos / unit),
            None => f.write_str("0"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn amounts_are_read_and_written() {
        for (text, written) in [
            ("2", "2"),
            ("0", "0"),
            ("500m", "500m"),
            ("1500m", "1500m"),
            ("1.5", "1500m"),
            ("1000", "1k"),
            ("1e3", "1k"),
            ("16Gi", "16Gi"),
            ("1.5Gi", "1536Mi"),
            ("2048Mi", "2Gi"),
            ("-1Gi", "-1Gi"),
        ] {
            let read = Quantity::read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(read.to_string(), written, "{text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "x",
            "Gi",
            "1GiB",
            "1..2",
            "--1",
            "1e",
            "1ei",
            "1e2147483647",
        ] {
            assert_eq!(Quantity::read(text), None, "{text}");
        }
    }
}
