use std::cmp::Ordering;

use super::quantity::Amount;

/// The unit of an amount. It detects valid amounts that are probably mistakes: `20` bytes of storage, 500 cores of CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of memory or storage.
    Bytes,
    /// Cores of CPU, including fractions.
    Cpu,
    /// Whole cores of CPU.
    Cores,
}

/// Minimum amount of memory or storage.
const LEAST_BYTES: &str = "1Mi";
/// Number of CPU cores from which an amount is an error.
const MANY_CORES: &str = "1000";

impl Unit {
    /// The error of an amount, to append to the attribute's name. None if the amount is valid, or the text is not an
    /// amount.
    pub fn problem(self, content: &str) -> Option<String> {
        let amount = Amount::parse(content)?;
        if amount.is_zero_or_less() {
            return Some(format!("must be more than 0, got `{content}`."));
        }
        match self {
            Unit::Bytes => bytes(content, &amount),
            Unit::Cpu => cpu(content, &amount),
            Unit::Cores => {
                let is_whole = content.bytes().all(|byte| byte.is_ascii_digit());
                let wants = "must be a whole number of cores, such as `2`";
                let problem = (!is_whole).then(|| format!("{wants}, got `{content}`."));
                problem.or_else(|| cpu(content, &amount))
            }
        }
    }
}

fn bytes(content: &str, amount: &Amount) -> Option<String> {
    if !is_less(amount, LEAST_BYTES) {
        return None;
    }
    let number = content.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    Some(match &content[number.len()..] {
        "" => {
            let unit = if is_less(amount, "512") { "Gi" } else { "Mi" };
            format!(
                "is `{content}`: without a unit that is {content} bytes. Did you mean \
                 `{content}{unit}`?"
            )
        }
        "m" => format!(
            "is `{content}`: `m` stands for thousandths, so that is less than a byte or a few. Did you mean \
             `{number}Mi`?"
        ),
        _ => format!(
            "is `{content}`, which is less than {LEAST_BYTES}. Use an amount such as `512Mi` or `10Gi`."
        ),
    })
}

fn cpu(content: &str, amount: &Amount) -> Option<String> {
    if is_less(amount, MANY_CORES) {
        return None;
    }
    let is_number = content.bytes().all(|byte| byte.is_ascii_digit());
    Some(if is_number {
        format!("is `{content}`: that is {content} cores. Did you mean `{content}m`?")
    } else {
        format!(
            "is `{content}`, which is not a number of CPU cores. Use a number such as `500m` or `2`."
        )
    })
}

fn is_less(amount: &Amount, bound: &str) -> bool {
    let bound = Amount::parse(bound);
    bound.is_some_and(|bound| amount.partial_cmp(&bound) == Some(Ordering::Less))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_that_cannot_be_meant() {
        for (unit, content, phrase) in [
            (Unit::Bytes, "20", "that is 20 bytes. Did you mean `20Gi`?"),
            (Unit::Bytes, "4096", "Did you mean `4096Mi`?"),
            (Unit::Bytes, "20m", "Did you mean `20Mi`?"),
            (Unit::Bytes, "100Ki", "less than 1Mi"),
            (Unit::Bytes, "0.5M", "less than 1Mi"),
            (Unit::Bytes, "0", "more than 0"),
            (Unit::Bytes, "0Gi", "more than 0"),
            (Unit::Bytes, "-5Gi", "more than 0"),
            (Unit::Cpu, "0", "more than 0"),
            (Unit::Cpu, "-1", "more than 0"),
            (
                Unit::Cpu,
                "2000",
                "that is 2000 cores. Did you mean `2000m`?",
            ),
            (Unit::Cpu, "4Gi", "not a number of CPU cores"),
            (Unit::Cores, "500m", "a whole number of cores"),
            (Unit::Cores, "1.5", "a whole number of cores"),
        ] {
            let problem = unit.problem(content).unwrap_or_default();
            assert!(problem.contains(phrase), "{content}: {problem}");
        }
    }

    #[test]
    fn amounts_that_can_be_meant() {
        for (unit, contents) in [
            (
                Unit::Bytes,
                &["1Mi", "20Gi", "1.5Gi", "10G", "1073741824", "7%", ""][..],
            ),
            (Unit::Cpu, &["500m", "0.5", "2", "64", "100m"][..]),
            (Unit::Cores, &["1", "64"][..]),
        ] {
            for content in contents {
                assert_eq!(unit.problem(content), None, "{content}");
            }
        }
    }
}
