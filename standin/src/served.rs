//! The applications of the release that are served: all of them, unless a test requires a cluster without some kinds.
use crate::facts::{Facts, GROUP, Kind};
use crate::options::Options;
use std::collections::BTreeSet;

/// What is not served.
#[derive(Clone, Debug, Default)]
pub(crate) struct Withheld {
    /// The whole API group.
    pub(crate) apps: bool,
    /// Kinds by name.
    kinds: BTreeSet<String>,
}

impl Withheld {
    /// The kinds that are not served initially.
    pub(crate) fn of(options: &Options, facts: &Facts) -> Result<Withheld, String> {
        let mut withheld = Withheld {
            apps: options.no_apps,
            ..Withheld::default()
        };
        for kind in &options.without_kinds {
            withheld.add(facts, kind)?;
        }
        Ok(withheld)
    }

    /// Stops serving a kind.
    fn add(&mut self, facts: &Facts, kind: &str) -> Result<(), String> {
        let release = facts.release;
        let known = facts.by_kind(kind);
        let known = known.ok_or_else(|| format!("release {release} has no kind {kind:?}"))?;
        self.kinds.insert(known.kind.clone());
        Ok(())
    }

    /// The kinds that are served.
    pub(crate) fn rest<'a>(&self, facts: &'a Facts) -> Vec<&'a Kind> {
        let kinds = facts.kinds.iter();
        kinds
            .filter(|kind| !self.apps && !self.kinds.contains(&kind.kind))
            .collect()
    }

    /// Whether a path belongs to the group while the group is not served.
    pub(crate) fn hides(&self, path: &str) -> bool {
        let path = path.strip_prefix("/openapi/v3").unwrap_or(path);
        self.apps
            && path
                .strip_prefix("/apis/")
                .and_then(|path| path.split('/').next())
                == Some(GROUP)
    }
}

#[cfg(test)]
mod tests {
    use super::Withheld;

    #[test]
    fn a_path_is_hidden_with_its_group() {
        let withheld = Withheld {
            apps: true,
            ..Withheld::default()
        };
        for (path, hidden) in [
            ("/apis/apps.cozystack.io", true),
            (
                "/apis/apps.cozystack.io/v1alpha1/namespaces/a/redises",
                true,
            ),
            ("/openapi/v3/apis/apps.cozystack.io/v1alpha1", true),
            ("/openapi/v3", false),
            ("/apis", false),
            ("/apis/core.cozystack.io/v1alpha1", false),
        ] {
            assert_eq!(withheld.hides(path), hidden, "{path}");
            assert!(!Withheld::default().hides(path));
        }
    }
}
