/// A setting of the provider that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct SettingsError {
    /// The attribute of the provider; empty if no attribute is to blame.
    pub attribute: &'static str,
    /// What is wrong, where the value comes from, and what to do.
    pub detail: String,
}

impl SettingsError {
    pub(super) fn new(attribute: &'static str, detail: impl Into<String>) -> SettingsError {
        SettingsError {
            attribute,
            detail: detail.into(),
        }
    }
}
