use serde_json::{Map, Value as Json};

/// The former form of a spec before a platform release, if it differs in several fields at once.
#[derive(Clone, Copy, Debug)]
pub struct FormerSpec {
    /// A field that only the current form has, by which a schema is recognized.
    pub lacks: &'static str,
    /// The fields of the current form that differ in the former schema, as a JSON schema.
    pub schema: &'static str,
    /// Whether a stored spec has the former form. A spec without any of the fields has neither.
    pub is_former: fn(&Map<String, Json>) -> bool,
    /// Converts a spec to the current form. Values that it cannot represent are kept unchanged.
    pub to_today: fn(&mut Map<String, Json>),
    /// Converts a spec to the former form.
    pub to_former: fn(&mut Map<String, Json>),
}
