use std::borrow::Cow;
use std::ops::Range;

use super::decoded::readings;
use super::registry::Registry;

/// Replaces a secret, as in Terraform.
pub(super) const MASK: &str = "(sensitive value)";

/// Masks all secrets in a text.
pub(super) fn mask<'a>(secrets: &Registry, text: Cow<'a, str>) -> Cow<'a, str> {
    if secrets.is_empty() {
        return text;
    }
    let mut text = text;
    // A mask may complete another secret. Each round masks at least one more character, so the loop ends.
    while let Some(ranges) = ranges_to_mask(secrets, &text) {
        text = Cow::Owned(replace(&text, &ranges));
    }
    text
}

/// The ranges to mask, sorted and without overlaps. None if there is no secret.
fn ranges_to_mask(secrets: &Registry, text: &str) -> Option<Vec<Range<usize>>> {
    let masked: Vec<_> = text
        .match_indices(MASK)
        .map(|(at, _)| at..at + MASK.len())
        .collect();
    let is_masked = |range: &Range<usize>| {
        let mut around = masked.iter();
        around.any(|mask| mask.start <= range.start && range.end <= mask.end)
    };
    let mut ranges = Vec::new();
    for reading in readings(text) {
        let found = secrets.find(reading.bytes()).into_iter();
        let found = found.map(|range| reading.source(range));
        let found =
            found.map(|at| text.floor_char_boundary(at.start)..text.ceil_char_boundary(at.end));
        ranges.extend(found.filter(|range| !is_masked(range)));
    }
    if ranges.is_empty() {
        return None;
    }
    ranges.extend(masked);
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    Some(merged)
}

fn replace(text: &str, ranges: &[Range<usize>]) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for range in ranges {
        replaced.push_str(&text[end..range.start]);
        replaced.push_str(MASK);
        end = range.end;
    }
    replaced.push_str(&text[end..]);
    replaced
}
