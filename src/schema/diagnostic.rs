use crate::value::Path;

/// The severity of a [`Diagnostic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed, at least in part.
    Error,
    /// The operation succeeded, but there is a problem.
    Warning,
}

/// A message for the user.
///
/// The summary is a short title. The detail consists of sentences: the cause, and what to do. Neither contains values
/// that may be secrets. Quoted texts of the platform may contain secrets and control characters, which are masked and
/// escaped when the message leaves the process, see [`crate::redaction`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The title, one line.
    pub summary: String,
    /// The cause, and what to do.
    pub detail: String,
    /// The path of the attribute that caused it.
    pub path: Option<Path>,
}

/// The messages of one operation, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No messages.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds an error about an attribute.
    pub fn error_at(&mut self, path: &Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(
            Severity::Error,
            summary.into(),
            detail.into(),
            Some(path.clone()),
        );
    }

    /// Adds a message about an attribute.
    pub fn add(&mut self, severity: Severity, path: &Path, summary: &str, detail: &str) {
        let path = Some(path.clone());
        self.push(severity, summary.to_owned(), detail.to_owned(), path);
    }

    /// Adds an error about the operation as a whole.
    pub fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Severity::Error, summary.into(), detail.into(), None);
    }

    /// Adds a warning about an attribute.
    pub fn warn_at(&mut self, path: &Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(
            Severity::Warning,
            summary.into(),
            detail.into(),
            Some(path.clone()),
        );
    }

    /// Adds a warning about the operation as a whole.
    pub fn warn(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Severity::Warning, summary.into(), detail.into(), None);
    }

    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The messages.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Adds the messages of another operation.
    pub fn extend(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// Converts the paths.
    #[must_use]
    pub fn map_paths(mut self, convert: impl Fn(&Path) -> Path) -> Diagnostics {
        for diagnostic in &mut self.0 {
            diagnostic.path = diagnostic.path.as_ref().map(&convert);
        }
        self
    }

    /// Converts all errors to warnings, for an operation that continued.
    #[must_use]
    pub fn as_warnings(mut self) -> Diagnostics {
        for diagnostic in &mut self.0 {
            diagnostic.severity = Severity::Warning;
        }
        self
    }

    fn push(&mut self, severity: Severity, summary: String, detail: String, path: Option<Path>) {
        self.0.push(Diagnostic {
            severity,
            summary,
            detail,
            path,
        });
    }
}
