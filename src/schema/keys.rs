//! Keys of maps that are part of names on the platform.

use super::pattern::whole;

/// The rule for the keys of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// A regular expression that the whole key must match.
    pub pattern: &'static str,
    /// Its description, beginning with `must`.
    pub must: &'static str,
    /// The name that contains the key, if its length is limited.
    pub in_name: Option<InName>,
}

/// A name on the platform that contains a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InName {
    /// The name, with `{key}` for the key and optionally `{name}` for the resource's `name`.
    pub template: &'static str,
    /// The maximum length in characters.
    pub longest: usize,
}

impl InName {
    fn with(&self, name: &str, key: &str) -> String {
        // The key is replaced last, because it could contain `{name}`.
        self.template.replace("{name}", name).replace("{key}", key)
    }
}

impl Keys {
    /// The rule for the documentation.
    pub(super) fn documentation(&self) -> String {
        let length = match self.in_name {
            None => String::new(),
            Some(name) if name.template.contains("{name}") => format!(
                " `{}`, of the `name` and the key, can have at most {} characters.",
                name.with("NAME", "KEY"),
                name.longest
            ),
            Some(name) => format!(
                " A key can have at most {} characters.",
                name.longest - name.with("", "").len()
            ),
        };
        format!("Keys {}.{length}", self.must)
    }

    /// The rule for the documentation of the name of an entry that is managed by a resource of its own.
    pub(crate) fn name_documentation(&self) -> String {
        format!(" It {}.", self.must)
    }

    /// The error of a key in a resource with this name, which is empty if it is not known yet.
    pub(super) fn problem(&self, name: &str, key: &str) -> Option<String> {
        self.problem_of("key", name, key)
    }

    /// The same for the name of an entry that is managed by a resource of its own; `what` is `name`.
    pub(crate) fn problem_of(&self, what: &str, name: &str, key: &str) -> Option<String> {
        if !whole(self.pattern, key) {
            return Some(format!(
                "The {what} `{key}` is not valid: {what}s {}.",
                self.must
            ));
        }
        let in_name = self.in_name?;
        let becomes = in_name.with(name, key);
        let excess = becomes.chars().count().checked_sub(in_name.longest)?;
        if excess == 0 {
            return None;
        }
        let part = if becomes == key {
            String::new()
        } else {
            format!(": it becomes part of the name `{becomes}`")
        };
        Some(format!(
            "The {what} `{key}` is too long{part}. The limit is {} characters: shorten it by {excess}.",
            in_name.longest
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys = Keys {
        pattern: "[a-z]+",
        must: "must consist of lower-case letters",
        in_name: Some(InName {
            template: "x-{name}-{key}",
            longest: 10,
        }),
    };

    #[test]
    fn the_longest_key_depends_on_the_name() {
        let problem = |name, key| KEYS.problem(name, key).unwrap_or_default();
        assert_eq!(problem("abc", "defg"), "");
        assert_eq!(
            problem("abc", "defgh"),
            "The key `defgh` is too long: it becomes part of the name `x-abc-defgh`. The limit is 10 characters: \
             shorten it by 1."
        );
        // If the name is not known, only keys that are too long for any name are rejected.
        assert_eq!(problem("", "defghij"), "");
        assert!(problem("", "defghijk").contains("shorten it by 1."));
    }

    #[test]
    fn a_key_that_is_the_name_is_counted_alone() {
        let in_name = Some(InName {
            template: "{key}",
            longest: 3,
        });
        let problem = Keys { in_name, ..KEYS }.problem("a", "abcd");
        let expected = "The key `abcd` is too long. The limit is 3 characters: shorten it by 1.";
        assert_eq!(problem.as_deref(), Some(expected));
    }

    #[test]
    fn a_pattern_describes_the_whole_key() {
        let problem = |key| KEYS.problem("a", key).unwrap_or_default();
        assert_eq!(problem("a"), "");
        for key in ["", "A", "a b", "a\n", "{name}"] {
            assert_eq!(
                problem(key),
                format!("The key `{key}` is not valid: keys must consist of lower-case letters.")
            );
        }
    }

    #[test]
    fn pages_tell_the_pattern_and_the_length() {
        assert_eq!(
            KEYS.documentation(),
            "Keys must consist of lower-case letters. `x-NAME-KEY`, of the `name` and the key, can have at most 10 characters."
        );
        let in_name = Some(InName {
            template: "{key}_ro",
            longest: 63,
        });
        let alone = Keys { in_name, ..KEYS };
        assert!(
            alone
                .documentation()
                .ends_with(". A key can have at most 60 characters.")
        );
    }
}
