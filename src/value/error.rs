use super::{Path, Step};

/// Defines an error that says where in a value something is wrong, and what.
macro_rules! codec_error {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[error("{}{problem}", prefix(path))]
        pub struct $name {
            path: Path,
            problem: String,
        }

        impl $name {
            /// Something wrong with the value at hand; callers further out add where that is.
            pub(super) fn new(problem: impl Into<String>) -> $name {
                $name { path: Path::root(), problem: problem.into() }
            }

            /// The same, seen from the value of which this step leads to the one at fault.
            pub(super) fn within(self, step: Step) -> $name {
                $name { path: self.path.within(step), ..self }
            }

            /// The same, seen from a set: its elements have no path.
            pub(super) fn within_set(self) -> $name {
                $name { path: Path::root(), ..self }
            }

            /// Where the value at fault is; the set itself for anything inside one.
            pub fn path(&self) -> &Path {
                &self.path
            }

            /// What is wrong there. Never shows a value, which may be a secret.
            pub fn problem(&self) -> &str {
                &self.problem
            }
        }
    };
}

codec_error! {
    /// Bytes or JSON that are no value of the expected type.
    DecodeError
}

codec_error! {
    /// A value that is not of the type it should be written as, or that the format cannot hold.
    EncodeError
}

/// The start of a message about the value at a path.
fn prefix(path: &Path) -> String {
    if path.steps().is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_where_and_what() {
        let error = DecodeError::new("a string is required")
            .within(Step::Index(2))
            .within(Step::Attribute("names".to_owned()));
        assert_eq!(error.to_string(), "names[2]: a string is required");
        assert_eq!(error.path(), &Path::of("names").index(2));
        assert_eq!(error.problem(), "a string is required");
    }

    #[test]
    fn an_error_inside_a_set_stops_at_the_set() {
        let error = EncodeError::new("too long")
            .within(Step::Attribute("name".to_owned()))
            .within_set()
            .within(Step::Attribute("rules".to_owned()));
        assert_eq!(error.to_string(), "rules: too long");
    }
}
