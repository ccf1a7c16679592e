//! Versions that can only be upgraded.

use super::request::Subject;
use super::transitions::Transition;
use crate::schema::{Diagnostics, Upgrades};

/// Rejects downgrades, and upgrades that skip a version.
pub(crate) fn check_versions(
    subject: &Subject<'_>,
    transitions: &[Transition<'_>],
    diagnostics: &mut Diagnostics,
) {
    for transition in transitions {
        if let Some(upgrades) = transition.attribute.upgrades {
            check_version(subject, transition, upgrades, diagnostics);
        }
    }
}

fn check_version(
    subject: &Subject<'_>,
    transition: &Transition<'_>,
    upgrades: Upgrades,
    diagnostics: &mut Diagnostics,
) {
    let path = &transition.path;
    let values = [transition.prior, transition.planned];
    // Only the platform's schema has the default that is in effect.
    if transition.live.is_none() && values.iter().any(|value| value.is_null()) {
        return;
    }
    let [before, after] = transition.effective();
    let (Some(before), Some(after)) = (before.as_str(), after.as_str()) else {
        return;
    };
    let (Some(from), Some(to)) = (Version::of(before), Version::of(after)) else {
        return;
    };
    if from.lead.trim_start_matches('v') != to.lead.trim_start_matches('v') {
        return;
    }
    if to.is_below(&from) {
        let left_out = if values[1].is_null() {
            format!(" `{path}` is left out, and the platform uses `{after}` then.")
        } else {
            String::new()
        };
        return diagnostics.error_at(
                path,
                format!("Cannot downgrade {}: {}", subject.title, subject.place),
                format!(
                    "`{path}` cannot be downgraded from {before} to {after}: upgrades cannot be undone.\
                     {left_out} Keep `{path} = \"{before}\"`: if the platform raised it in an upgrade, write that \
                     value. To use an older version, create a new {} and move the data.",
                    subject.title
                ),
            );
    }
    if upgrades == Upgrades::Minor
        && let Some(next) = from.next_minor(&to)
    {
        diagnostics.error_at(
                path,
                format!("Cannot skip a version of {}: {}", subject.title, subject.place),
                format!(
                    "`{path}` can be raised by one minor version at a time, and {before} to {after} skips some. \
                     Set `{path} = \"{next}\"` first and apply; then raise it further."
                ),
            );
    }
}

/// A version: its prefix and its numbers.
struct Version<'a> {
    lead: &'a str,
    numbers: Vec<u64>,
}

impl Version<'_> {
    fn of(text: &str) -> Option<Version<'_>> {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let numbers = text[start..]
            .split(|c: char| !c.is_ascii_digit())
            .map_while(|number| number.parse().ok())
            .collect();
        Some(Version {
            lead: &text[..start],
            numbers,
        })
    }

    /// Whether it is lower, in the numbers that both have: `8` is not lower than `8.4`.
    fn is_below(&self, other: &Version<'_>) -> bool {
        let differing = self
            .numbers
            .iter()
            .zip(&other.numbers)
            .find(|(a, b)| a != b);
        differing.is_some_and(|(ours, theirs)| ours < theirs)
    }

    /// The first version of an upgrade, if the target is more than one minor version ahead.
    fn next_minor(&self, target: &Version<'_>) -> Option<String> {
        let ([major, minor, ..], [to_major, to_minor, ..]) =
            (&self.numbers[..], &target.numbers[..])
        else {
            return None;
        };
        let skips = major == to_major && *to_minor > minor + 1;
        skips.then(|| format!("{}{major}.{}", target.lead, minor + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let below = |one: &str, other: &str| match (Version::of(one), Version::of(other)) {
            (Some(one), Some(other)) => one.is_below(&other),
            _ => false,
        };
        for (one, other) in [
            ("v17", "v18"),
            ("v9", "v10"),
            ("v1.9", "v1.31"),
            ("1.30", "v1.31"),
            ("8.0.4", "8.4"),
            ("24.9-lts", "25.3-lts"),
        ] {
            assert!(below(one, other) && !below(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("v18", "v18"),
            ("8", "8.4"),
            ("latest", "v1"),
            ("v1.31", "v1.31.4"),
        ] {
            assert!(!below(one, other) && !below(other, one), "{one} {other}");
        }
    }
}
