/// The range of platform releases that have a kind or an attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Releases {
    /// The first release; none if all supported releases up to `last` have it.
    pub since: Option<&'static str>,
    /// The last release; none if the newest one has it.
    pub until: Option<&'static str>,
}

impl Releases {
    /// The releases of a nested element: its own range, or that of its parent.
    #[must_use]
    pub fn within(self, outer: Releases) -> Releases {
        Releases {
            since: self.since.or(outer.since),
            until: self.until.or(outer.until),
        }
    }

    /// `platform 1.6 or later`; none if every release has it.
    pub fn requirement(self) -> Option<String> {
        match (self.since, self.until) {
            (Some(since), None) => Some(format!("platform {since} or later")),
            (None, Some(until)) => Some(format!("platform {until} or earlier")),
            (Some(since), Some(until)) if since == until => Some(format!("platform {since}")),
            (Some(since), Some(until)) => Some(format!("platform {since} to {until}")),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_has_the_releases_of_what_it_is_in_unless_it_names_its_own() {
        let from = |since, until| Releases { since, until };
        let outer = from(Some("1.3"), None);
        assert_eq!(Releases::default().within(outer), outer);
        let inner = from(Some("1.6"), None);
        assert_eq!(inner.within(outer), inner);
        let both = from(None, Some("1.4")).within(outer);
        assert_eq!(both.requirement().as_deref(), Some("platform 1.3 to 1.4"));
        let one = from(None, Some("1.3")).within(outer);
        assert_eq!(one.requirement().as_deref(), Some("platform 1.3"));
    }
}
