use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::api::DynamicObject;
use serde_json::Value as Json;

/// The texts of a Secret, by key. `Debug` shows the keys only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(BTreeMap<String, String>);

impl Secret {
    /// The text of a key. None if it is missing or empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        let text = self.0.get(key)?;
        (!text.is_empty()).then_some(text)
    }

    /// A Secret of these texts.
    #[cfg(test)]
    pub(crate) fn of(texts: BTreeMap<String, String>) -> Secret {
        Secret(texts)
    }

    /// All texts, by key.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Reads `data`, which is base64. Values that are not text are ignored, and so is `stringData`: here it repeats
    /// `data`, in base64 too (read in the platform's source).
    pub(super) fn from_object(object: &DynamicObject) -> Secret {
        let data = object.data.get("data").and_then(Json::as_object);
        let texts = data.into_iter().flatten().filter_map(|(key, value)| {
            let bytes = STANDARD.decode(value.as_str()?).ok()?;
            Some((key.clone(), String::from_utf8(bytes).ok()?))
        });
        Secret(texts.collect())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
