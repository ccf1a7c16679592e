use jiff::SignedDuration;

/// A duration in Go's notation: units `ns us µs ms s m h`, no spaces, `0` without a unit.
pub fn duration(text: &str) -> Option<SignedDuration> {
    if text == "0" {
        return Some(SignedDuration::ZERO);
    }
    // The library accepts more than Go ("2 hours"), and the platform uses Go.
    let mut units = text.split(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-'));
    if !units.all(|unit| matches!(unit, "" | "ns" | "us" | "µs" | "ms" | "s" | "m" | "h")) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_what_go_reads() {
        for good in ["30s", "1h30m", "1.5h", "0", "250ms", "2h45m", "5m0s"] {
            assert!(duration(good).is_some(), "{good}");
        }
        for bad in ["", "2 hours", "5", "1d", "h", "1h 5m", "soon"] {
            assert!(duration(bad).is_none(), "{bad}");
        }
    }
}
