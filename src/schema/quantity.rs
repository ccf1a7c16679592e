use std::cmp::Ordering;

use crate::value::Number;

/// An amount of CPU, memory or storage in Kubernetes' notation. Equality is numeric: `1Gi` equals `1024Mi`, `0.5`
/// equals `500m`, `1e3` equals `1k`.
///
/// Stored as `odd × 2^twos × 5^fives`, where `odd` is divisible by neither. Every amount has exactly one such form, so
/// equality is exact without arithmetic on large numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    odd: i128,
    twos: i32,
    fives: i32,
}

impl Amount {
    /// Parses a decimal number with an optional decimal suffix (`n u m k M G T P E`), binary suffix (`Ki Mi Gi Ti Pi
    /// Ei`) or decimal exponent. None if the text is not a quantity.
    pub fn parse(text: &str) -> Option<Amount> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        // An i128 has 38 digits, more than any amount that the platform accepts.
        let odd: i128 = if digits.is_empty() {
            0
        } else {
            digits.parse().ok()?
        };
        let (tens, twos) = scale(suffix)?;
        let tens = tens - i32::try_from(fraction.len()).ok()?;
        let amount = Amount {
            odd: if negative { -odd } else { odd },
            twos: twos + tens,
            fives: tens,
        };
        Some(amount.reduced())
    }

    fn reduced(mut self) -> Amount {
        if self.odd == 0 {
            return Amount {
                odd: 0,
                twos: 0,
                fives: 0,
            };
        }
        while self.odd % 2 == 0 {
            self.odd /= 2;
            self.twos += 1;
        }
        while self.odd % 5 == 0 {
            self.odd /= 5;
            self.fives += 1;
        }
        self
    }

    /// Whether it is zero or less.
    pub fn is_zero_or_less(&self) -> bool {
        self.odd <= 0
    }

    /// The exact number. None if it has more digits than any amount that the platform accepts.
    pub fn to_number(&self) -> Option<Number> {
        let tens = self.twos.min(self.fives);
        let power = |base: i128, exponent: i32| base.checked_pow(u32::try_from(exponent).ok()?);
        let digits = self.odd.checked_mul(power(2, self.twos - tens)?)?;
        let digits = digits.checked_mul(power(5, self.fives - tens)?)?;
        format!("{digits}e{tens}").parse().ok()
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "only the order of unequal amounts depends on it"
    )]
    fn approximate(&self) -> f64 {
        self.odd as f64 * 2f64.powi(self.twos) * 5f64.powi(self.fives)
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Amount) -> Option<Ordering> {
        if self == other {
            return Some(Ordering::Equal);
        }
        self.approximate().partial_cmp(&other.approximate())
    }
}

/// The powers of ten and of two for a suffix.
fn scale(suffix: &str) -> Option<(i32, i32)> {
    Some(match suffix {
        "" => (0, 0),
        "n" => (-9, 0),
        "u" => (-6, 0),
        "m" => (-3, 0),
        "k" => (3, 0),
        "M" => (6, 0),
        "G" => (9, 0),
        "T" => (12, 0),
        "P" => (15, 0),
        "E" => (18, 0),
        "Ki" => (0, 10),
        "Mi" => (0, 20),
        "Gi" => (0, 30),
        "Ti" => (0, 40),
        "Pi" => (0, 50),
        "Ei" => (0, 60),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let exponent: i32 = exponent.parse().ok()?;
            // Larger exponents do not occur, and could overflow the arithmetic.
            if !(-100..=100).contains(&exponent) {
                return None;
            }
            (exponent, 0)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_compare_by_meaning() {
        for (one, other) in [
            ("1Gi", "1024Mi"),
            ("0.5", "500m"),
            ("1e3", "1k"),
            ("1E3", "1000"),
            ("2", "2000m"),
            ("1.5Gi", "1536Mi"),
            ("0", "0Gi"),
            ("+1", "1.0"),
            (".5", "0.50"),
            ("5.", "5"),
        ] {
            assert_eq!(
                Amount::parse(one),
                Amount::parse(other),
                "{one} and {other}"
            );
            assert!(Amount::parse(one).is_some(), "{one}");
        }
        assert_ne!(Amount::parse("1G"), Amount::parse("1Gi"));
        assert!(Amount::parse("1G") < Amount::parse("1Gi"));
        assert!(Amount::parse("-1").unwrap().is_zero_or_less());
    }

    #[test]
    fn a_number_is_exact() {
        for (text, number) in [
            ("1Gi", "1073741824"),
            ("500m", "0.5"),
            ("0.1Ki", "102.4"),
            ("1n", "0.000000001"),
            ("32u", "0.000032"),
            ("-2k", "-2000"),
            ("8Ei", "9223372036854775808"),
            ("1e100", "1e100"),
            ("0", "0"),
        ] {
            let amount = Amount::parse(text).unwrap();
            assert_eq!(amount.to_number(), number.parse().ok(), "{text}");
        }
        let large = Amount::parse(&format!("{}Ei", "9".repeat(38)));
        assert_eq!(large.unwrap().to_number(), None);
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "Gi",
            "1GB",
            "1 Gi",
            "1.2.3",
            "ten",
            "1gi",
            "--1",
            "1e999999999",
            "1e",
        ] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
        assert_eq!(Amount::parse(&"9".repeat(60)), None);
    }
}
