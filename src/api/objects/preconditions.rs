use serde_json::{Value as Json, json};

/// Conditions for a DELETE; if they do not hold, the API returns a conflict. Applications do not support preconditions.
///
/// With a resource version, a repeated delete is a conflict with the first one: the API counts the start of the
/// deletion as a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// The uid it must have.
    pub uid: Option<String>,
    /// The resource version it must have.
    pub resource_version: Option<String>,
}

impl Preconditions {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.uid.is_none() && self.resource_version.is_none()
    }

    /// The body of the request.
    pub(super) fn to_delete_options(&self) -> Json {
        let mut preconditions = json!({});
        for (name, value) in [
            ("uid", &self.uid),
            ("resourceVersion", &self.resource_version),
        ] {
            if let Some(value) = value {
                preconditions[name] = json!(value);
            }
        }
        json!({"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": preconditions})
    }
}
