//! Validation of cron schedules. Their number of fields varies: some have a field for seconds.

/// The error of a schedule with this number of fields, to append to the attribute's name. Empty if it is valid.
pub(super) fn problem(content: &str, fields: usize) -> Option<String> {
    let given: Vec<&str> = content.split_whitespace().collect();
    if given.is_empty() || given[0].starts_with('@') {
        return None;
    }
    let (example, order) = match fields {
        6 => (
            "0 0 2 * * *",
            "second, minute, hour, day of month, month, day of week",
        ),
        _ => (
            "0 2 * * *",
            "minute, hour, day of month, month, day of week",
        ),
    };
    let form = format!("a cron schedule of {fields} fields ({order}), such as `{example}`");
    if given.len() + 1 == fields {
        return Some(format!(
            "must be {form}. `{content}` has {}: the first is read as seconds, so it would run at other times. \
             Did you mean `0 {}`?",
            given.len(),
            given.join(" ")
        ));
    }
    if given.len() == fields + 1 && given[0] == "0" {
        return Some(format!(
            "must be {form}. `{content}` has {}: there are no seconds. Did you mean `{}`?",
            given.len(),
            given[1..].join(" ")
        ));
    }
    let limits = [59, 59, 23, 31, 12, 7];
    let limits = &limits[limits.len() - fields.min(limits.len())..];
    let fits = given.len() == fields
        && given
            .iter()
            .zip(limits)
            .all(|(field, most)| is_field(field, *most));
    (!fits).then(|| format!("must be {form}, got `{content}`."))
}

/// Whether all numbers of a field are at most the maximum.
fn is_field(field: &str, most: u32) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "*?,/-#".contains(c);
    let mut numbers = field
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty());
    field.chars().all(is_allowed)
        && numbers.all(|number| number.parse::<u32>().is_ok_and(|number| number <= most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        for (content, fields) in [
            ("", 6),
            ("0 0 2 * * *", 6),
            ("0 */15 2-4 1,15 * MON-FRI", 6),
            ("0 0 2 ? * SUN", 6),
            ("@daily", 6),
            ("@every 12h", 6),
            ("0 2 * * *", 5),
        ] {
            assert_eq!(problem(content, fields), None, "{content}");
        }
        for (content, fields, phrase) in [
            ("0 2 * * *", 6, "Did you mean `0 0 2 * * *`?"),
            ("0  2 * * 1-5", 6, "Did you mean `0 0 2 * * 1-5`?"),
            ("0 0 2 * * *", 5, "Did you mean `0 2 * * *`?"),
            ("0 0 25 * * *", 6, "got `0 0 25 * * *`"),
            ("0 0 2 * *; *", 6, "of 6 fields"),
            ("daily", 6, "got `daily`"),
            ("0 0 0 2 * * *", 6, "of 6 fields"),
        ] {
            let problem = problem(content, fields).unwrap_or_default();
            assert!(problem.contains(phrase), "{content}: {problem}");
        }
    }
}
