use serde_json::{Map, Value as Json};

/// A spec that had another form before a platform release, in a way that concerns several fields at once.
#[derive(Clone, Copy, Debug)]
pub struct FormerSpec {
    /// A field of the current form that the former one lacks. It tells them apart in a schema.
    pub lacks: &'static str,
    /// The fields of the current form that the former schema lacks or has in another form, as a JSON schema.
    pub schema: &'static str,
    /// Whether a stored spec has the former form. One without any of the fields has neither.
    pub is_former: fn(&Map<String, Json>) -> bool,
    /// Brings a spec into the current form. What that cannot express stays where it is.
    pub to_today: fn(&mut Map<String, Json>),
    /// Brings a spec into the former form.
    pub to_former: fn(&mut Map<String, Json>),
}
