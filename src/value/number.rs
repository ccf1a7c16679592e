use std::{cmp::Ordering, fmt, str::FromStr};

/// Maximum distance of the decimal point from the first digit. It is far from the limits of `i64`, so sums of
/// exponents do not overflow.
const MAX_POINT: i64 = 1_000_000_000_000_000_000;

/// Maximum number of zeros in the text of a [`Number`]. With more, it uses scientific notation.
const MAX_PADDING: u64 = 400;

/// Maximum number of significant decimal digits of an `f64`, written exactly.
const MAX_F64_DIGITS: usize = 767;

/// An exact decimal number, or an infinity.
///
/// Equality and order are numeric: `3` equals `3.0`, and `-0` equals `0`. Terraform's numbers are more precise than
/// `f64`, so conversions are checked.
///
/// Displayed in decimal notation if it is not too long, otherwise in scientific notation. The text parses to the same
/// number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Repr);

/// Every number has exactly one representation, so derived equality is numeric equality.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Infinite {
        negative: bool,
    },
    /// `0.<digits> * 10^point`. The digits do not start or end with zero. The number zero has no digits, the point 0
    /// and no sign.
    Finite {
        negative: bool,
        point: i64,
        digits: String,
    },
}

/// The error for text that is not a decimal number. It does not contain the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number is required")]
pub struct ParseNumberError;

impl Number {
    /// A non-negative number. Not a `From`, because `Number::from(5)` would be ambiguous.
    pub fn from_u64(number: u64) -> Number {
        from_unsigned(false, number)
    }

    /// The exact value of a float. None for NaN.
    pub fn from_f64(float: f64) -> Option<Number> {
        if float.is_nan() {
            return None;
        }
        if float.is_infinite() {
            return Some(Number(Repr::Infinite {
                negative: float < 0.0,
            }));
        }
        // The smallest float is 2^-1074, which has 1074 decimal places. Rust formats them exactly.
        let places = if float.fract() == 0.0 { 0 } else { 1074 };
        format!("{float:.places$}").parse().ok()
    }

    /// This number as an `i64`. None if it is not an integer or does not fit.
    pub fn as_i64(&self) -> Option<i64> {
        self.whole_text()?.parse().ok()
    }

    /// This number as a `u64`. None if it is not an integer or does not fit.
    pub fn as_u64(&self) -> Option<u64> {
        self.whole_text()?.parse().ok()
    }

    /// The float that is exactly this number. None if there is none.
    pub fn as_f64_exact(&self) -> Option<f64> {
        let (negative, point, digits) = match &self.0 {
            Repr::Infinite { negative: true } => return Some(f64::NEG_INFINITY),
            Repr::Infinite { negative: false } => return Some(f64::INFINITY),
            Repr::Finite {
                negative,
                point,
                digits,
            } => (*negative, point, digits),
        };
        if digits.len() > MAX_F64_DIGITS {
            return None;
        }
        let sign = if negative { "-" } else { "" };
        let nearest: f64 = format!("{sign}0.{digits}e{point}").parse().ok()?;
        (Number::from_f64(nearest)? == *self).then_some(nearest)
    }

    /// The text of an integer of at most twenty digits, the maximum of 64 bits.
    fn whole_text(&self) -> Option<String> {
        match &self.0 {
            Repr::Finite { point, digits, .. } => {
                let length = usize::try_from(*point).ok()?;
                (length <= 20 && digits.len() <= length).then(|| self.to_string())
            }
            Repr::Infinite { .. } => None,
        }
    }

    /// -1, 0 or 1.
    fn signum(&self) -> i8 {
        match &self.0 {
            Repr::Finite { digits, .. } if digits.is_empty() => 0,
            Repr::Finite { negative: true, .. } | Repr::Infinite { negative: true } => -1,
            _ => 1,
        }
    }

    /// Compares absolute values.
    fn compare_magnitude(&self, other: &Number) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Infinite { .. }, Repr::Infinite { .. }) => Ordering::Equal,
            (Repr::Infinite { .. }, _) => Ordering::Greater,
            (_, Repr::Infinite { .. }) => Ordering::Less,
            (
                Repr::Finite { point, digits, .. },
                Repr::Finite {
                    point: other_point,
                    digits: other_digits,
                    ..
                },
            ) => point
                .cmp(other_point)
                .then_with(|| digits.cmp(other_digits)),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self.signum(), other.signum()) {
            (1, 1) => self.compare_magnitude(other),
            (-1, -1) => other.compare_magnitude(self),
            (sign, other_sign) => sign.cmp(&other_sign),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Number {
        from_unsigned(number < 0, number.unsigned_abs())
    }
}

impl FromStr for Number {
    type Err = ParseNumberError;

    /// Parses decimal text as Terraform does: an optional sign, digits with an optional point, an optional exponent; or
    /// `Inf` with an optional sign, as in Go.
    ///
    /// # Errors
    /// [`ParseNumberError`] for other text, and for exponents above a quintillion.
    fn from_str(text: &str) -> Result<Number, ParseNumberError> {
        let (negative, magnitude) = match text.strip_prefix('-') {
            Some(magnitude) => (true, magnitude),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if magnitude == "Inf" {
            return Ok(Number(Repr::Infinite { negative }));
        }
        let (mantissa, exponent) = match magnitude.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent.parse().map_err(|_| ParseNumberError)?)
            }
            None => (magnitude, 0_i64),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseNumberError);
        }
        let point = i64::try_from(whole.len()).map_err(|_| ParseNumberError)?;
        normalized(negative, &digits, point, exponent)
    }
}

/// The number `0.<digits> * 10^(point + exponent)`, without leading and trailing zeros.
fn normalized(
    negative: bool,
    digits: &str,
    point: i64,
    exponent: i64,
) -> Result<Number, ParseNumberError> {
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Ok(Number(Repr::Finite {
            negative: false,
            point: 0,
            digits: String::new(),
        }));
    }
    let leading = i64::try_from(digits.len() - significant.len()).map_err(|_| ParseNumberError)?;
    let point = exponent
        .checked_add(point - leading)
        .filter(|point| (-MAX_POINT..=MAX_POINT).contains(point))
        .ok_or(ParseNumberError)?;
    let digits = significant.trim_end_matches('0').to_owned();
    Ok(Number(Repr::Finite {
        negative,
        point,
        digits,
    }))
}

/// An integer from sign and magnitude.
fn from_unsigned(negative: bool, magnitude: u64) -> Number {
    let text = if magnitude == 0 {
        String::new()
    } else {
        magnitude.to_string()
    };
    // At most twenty digits, so the cast is exact.
    let point = text.len() as i64;
    let digits = text.trim_end_matches('0').to_owned();
    Number(Repr::Finite {
        negative,
        point,
        digits,
    })
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (negative, point, digits) = match &self.0 {
            Repr::Infinite { negative } => {
                return f.write_str(if *negative { "-Inf" } else { "+Inf" });
            }
            Repr::Finite { digits, .. } if digits.is_empty() => return f.write_str("0"),
            Repr::Finite {
                negative,
                point,
                digits,
            } => (*negative, *point, digits),
        };
        if negative {
            f.write_str("-")?;
        }
        write_magnitude(f, point, digits)
    }
}

/// Writes `0.<digits> * 10^point` in decimal or scientific notation. There is at least one digit.
fn write_magnitude(f: &mut fmt::Formatter<'_>, point: i64, digits: &str) -> fmt::Result {
    let count = digits.len() as u64;
    if point <= 0 && point.unsigned_abs() <= MAX_PADDING {
        return write!(f, "0.{}{digits}", zeros(point.unsigned_abs()));
    }
    if point > 0 && point.unsigned_abs() < count {
        let (whole, fraction) = digits.split_at(point.unsigned_abs() as usize);
        return write!(f, "{whole}.{fraction}");
    }
    if point > 0 && point.unsigned_abs() - count <= MAX_PADDING {
        return write!(f, "{digits}{}", zeros(point.unsigned_abs() - count));
    }
    let (first, rest) = digits.split_at(1);
    let dot = if rest.is_empty() { "" } else { "." };
    write!(f, "{first}{dot}{rest}e{:+}", point - 1)
}

/// A string of zeros, at most [`MAX_PADDING`].
fn zeros(count: u64) -> String {
    "0".repeat(count as usize)
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

#[cfg(test)]
mod tests;
