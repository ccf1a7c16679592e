use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::api::{EntryKeys, OPERATION, Object};

/// The private data of an object. Terraform stores it beside the state and does not show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Private {
    /// The uid of the object.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) uid: String,
    /// The kind of the object.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) kind: String,
    /// The annotation of its create, which no other object has.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) operation: String,
    /// The version when it was last written or read. A read with a lower version is stale.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) version: u64,
    /// The version after the create, if the object was not changed since.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) created: u64,
    /// Whether the state is that of an import, before it is known which attributes the configuration sets.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) imported: bool,
    /// Whether the state is that of a move, which may contain fields that this platform does not have.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) moved: bool,
    /// The last write, until it is known that the platform has processed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pending: Option<Json>,
    /// The entries that other resources manage.
    #[serde(skip_serializing_if = "EntryKeys::is_empty")]
    pub(crate) entries: EntryKeys,
    /// Whether the last wait timed out, so that the next apply continues to wait.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) waiting: bool,
    /// In a plan: the current names of fields that the platform has under their former names. None if the plan was made
    /// without the platform's schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) renamed: Option<BTreeSet<String>>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is serde's"
)]
fn is_zero(version: &u64) -> bool {
    *version == 0
}

/// Whether the state is that of an import, which only a read completes.
pub fn is_imported(private: &[u8]) -> bool {
    Private::read(private).imported
}

impl Private {
    /// Decodes the private data. Invalid data is treated as empty, because it only saves work.
    pub(crate) fn read(bytes: &[u8]) -> Private {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    pub(crate) fn of(object: &Object) -> Private {
        Private {
            uid: object.uid.clone(),
            kind: object.kind.clone(),
            operation: operation_of(object).to_owned(),
            version: object.version(),
            entries: object.entries.keys(),
            ..Private::default()
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The private data after another read, which shows what is still pending.
    pub(crate) fn seen(&self, object: &Object, pending: Option<Json>) -> Private {
        Private {
            waiting: self.waiting,
            created: if self.is_untouched(object) {
                self.created
            } else {
                0
            },
            pending,
            // The annotation of an entry can be lost.
            operation: match operation_of(object) {
                "" if self.uid == object.uid => self.operation.clone(),
                operation => operation.to_owned(),
            },
            ..Private::of(object)
        }
    }

    /// The pending write, if it belongs to this object.
    pub(crate) fn pending_of(&self, object: &Object) -> Option<&Json> {
        self.pending.as_ref().filter(|_| self.uid == object.uid)
    }

    /// The private data of a new object.
    pub(crate) fn created(object: &Object) -> Private {
        Private {
            created: object.version(),
            ..Private::of(object)
        }
    }

    /// Whether neither a client nor the controller has changed the object since it was created.
    pub(crate) fn is_untouched(&self, object: &Object) -> bool {
        self.created != 0 && self.uid == object.uid && self.created == object.version()
    }

    /// The private data after a write with this response.
    pub(crate) fn written(object: &Object, pending: Option<Json>) -> Private {
        Private {
            pending,
            ..Private::of(object)
        }
    }

    /// Whether the object is older than the recorded version of the same object.
    pub(crate) fn is_newer_than(&self, object: &Object) -> bool {
        self.uid == object.uid && self.version > object.version()
    }

    /// Whether the object differs from the one in the state, which had the same name: it is on another platform, or was
    /// recreated by another client.
    pub(crate) fn is_another(&self, object: &Object) -> bool {
        !self.uid.is_empty() && self.uid != object.uid && !self.is_renamed(object)
    }

    /// Whether an upgrade of the platform created the object from the one in the state, which was of another kind: it
    /// has another uid, and the annotations of the old object (read in the platform's migrations).
    fn is_renamed(&self, object: &Object) -> bool {
        let is_kind = self.kind.is_empty() || self.kind == object.kind;
        !is_kind && !self.operation.is_empty() && self.operation == operation_of(object)
    }
}

fn operation_of(object: &Object) -> &str {
    object.annotations.get(OPERATION).map_or("", String::as_str)
}
