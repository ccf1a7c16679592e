use super::path::{Path, Step};

/// Defines an error with the path of the invalid value and the problem.
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
            /// An error of the current value. Callers add its path with `within`.
            pub(super) fn new(problem: impl Into<String>) -> $name {
                $name { path: Path::root(), problem: problem.into() }
            }

            /// The same error, relative to the value that contains this step.
            pub(super) fn within(self, step: Step) -> $name {
                $name { path: self.path.within(step), ..self }
            }

            /// The same error, relative to a set, whose elements have no path.
            pub(super) fn within_set(self) -> $name {
                $name { path: Path::root(), ..self }
            }

            /// The path of the invalid value. Inside a set, the path of the set.
            pub fn path(&self) -> &Path {
                &self.path
            }

            /// The problem. Does not contain values, which may be secrets.
            pub fn problem(&self) -> &str {
                &self.problem
            }
        }
    };
}

codec_error! {
    /// Bytes or JSON that are not a valid value of the type.
    DecodeError
}

codec_error! {
    /// A value that does not have the type, or that the format cannot encode.
    EncodeError
}

/// The path as the prefix of a message.
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
    fn an_error_has_a_path_and_a_problem() {
        let error = DecodeError::new("a string is required")
            .within(Step::Index(2))
            .within(Step::Attribute("names".to_owned()));
        assert_eq!(error.to_string(), "names[2]: a string is required");
        assert_eq!(error.path(), &Path::of("names").index(2));
        assert_eq!(error.problem(), "a string is required");
    }

    #[test]
    fn an_error_inside_a_set_has_the_path_of_the_set() {
        let error = EncodeError::new("too long")
            .within(Step::Attribute("name".to_owned()))
            .within_set()
            .within(Step::Attribute("rules".to_owned()));
        assert_eq!(error.to_string(), "rules: too long");
    }
}
