use crate::value::Path;

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation did not happen, or not wholly.
    Error,
    /// It happened; something deserves attention.
    Warning,
}

/// A message for the person at the terminal.
///
/// The summary is a short title. The detail is whole sentences: what happened, and what to do next.
/// Neither is written with a value that could be a secret. What it quotes of others may hold anything: secrets
/// are masked and control characters escaped when it leaves the process, see [`crate::redaction`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The title, one line.
    pub summary: String,
    /// What happened and what to do.
    pub detail: String,
    /// The attribute it is about.
    pub path: Option<Path>,
}

/// The messages of one operation, in the order they arose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
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

    /// Whether the operation failed.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The messages.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Adds the messages of another operation.
    pub fn extend(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// The same messages, of an operation that continued.
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
