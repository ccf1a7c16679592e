use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::api::Object;

/// What the provider remembers of an object beside its state. Terraform keeps it and shows it to no one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Private {
    /// The object it speaks of.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) uid: String,
    /// Its version when it was last written or read: a read that shows a lower one is stale.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) version: u64,
    /// Its version as it was created, as long as nobody has touched it since.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) created: u64,
    /// The state is fresh from an import: nothing is known of what the configuration owns.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) imported: bool,
    /// The state is fresh from a move: it may hold fields that this platform does not know.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) moved: bool,
    /// The last write, until the platform is seen to have taken it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pending: Option<Json>,
    /// The last wait timed out: the next apply continues to wait.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) waiting: bool,
    /// Of a plan: the fields that the platform has under the name of before a release, by their
    /// current name. None where the plan was made without the platform's schema.
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

/// Whether a state is fresh from an import, so that only a read makes it one.
pub fn is_imported(private: &[u8]) -> bool {
    Private::read(private).imported
}

impl Private {
    /// Reads it back. What cannot be read counts as nothing remembered: it only saves work.
    pub(crate) fn read(bytes: &[u8]) -> Private {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    pub(crate) fn of(object: &Object) -> Private {
        Private {
            uid: object.uid.clone(),
            version: object.version(),
            ..Private::default()
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The same after another read, with what is still pending by it.
    pub(crate) fn seen(&self, object: &Object, pending: Option<Json>) -> Private {
        Private {
            waiting: self.waiting,
            created: if self.is_untouched(object) {
                self.created
            } else {
                0
            },
            pending,
            ..Private::of(object)
        }
    }

    /// What is pending of this very object.
    pub(crate) fn pending_of(&self, object: &Object) -> Option<&Json> {
        self.pending.as_ref().filter(|_| self.uid == object.uid)
    }

    /// What to remember of an object that was just created.
    pub(crate) fn created(object: &Object) -> Private {
        Private {
            created: object.version(),
            ..Private::of(object)
        }
    }

    /// Whether the object is as it was created: nobody has written it since, nor has the controller.
    pub(crate) fn is_untouched(&self, object: &Object) -> bool {
        self.created != 0 && self.uid == object.uid && self.created == object.version()
    }

    /// What to remember of a write of ours that was answered with this object.
    pub(crate) fn written(object: &Object, pending: Option<Json>) -> Private {
        Private {
            pending,
            ..Private::of(object)
        }
    }

    /// Whether what was read is older than what is remembered of the same object.
    pub(crate) fn is_newer_than(&self, object: &Object) -> bool {
        self.uid == object.uid && self.version > object.version()
    }

    /// Whether the object is another one than the one in the state, which had the same name: on another
    /// platform, or recreated by someone else.
    pub(crate) fn is_another(&self, object: &Object) -> bool {
        !self.uid.is_empty() && self.uid != object.uid
    }
}
