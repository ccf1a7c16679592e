use tokio::sync::mpsc::Sender;

use crate::api::ErrorKind;
use crate::schema::Diagnostics;
use crate::value::{Path, Value};

/// An object in a list, or only diagnostics.
#[derive(Debug, Default)]
pub struct Listed {
    /// The state of the object, without secrets; null if there are only diagnostics.
    pub state: Value,
    /// The paths of the secrets that the object has and the state lacks.
    pub secrets: Vec<Path>,
    /// Why a namespace was not listed, as its diagnostics say; none if it was.
    pub failure: Option<ErrorKind>,
    /// What the object is called in the list.
    pub display_name: String,
    /// Warnings, or the error that ends the list.
    pub diagnostics: Diagnostics,
}

/// The receiver of a list.
pub struct Listing {
    events: Sender<Listed>,
    /// How many more objects are wanted.
    left: u64,
}

/// Nothing more is wanted: the limit is reached, or the receiver is gone.
pub(super) struct Full;

impl Listing {
    /// A list of at most `limit` objects.
    pub fn new(events: Sender<Listed>, limit: u64) -> Listing {
        Listing {
            events,
            left: limit,
        }
    }

    /// Whether no object is wanted.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0 || self.events.is_closed()
    }

    /// Sends diagnostics that belong to no object.
    pub(super) async fn tell(&self, diagnostics: Diagnostics) {
        self.tell_failure(diagnostics, None).await;
    }

    /// The same, with the reason why a namespace was not listed.
    pub(super) async fn tell_failure(&self, diagnostics: Diagnostics, failure: Option<ErrorKind>) {
        if !diagnostics.is_empty() {
            let event = Listed {
                diagnostics,
                failure,
                ..Listed::default()
            };
            // A receiver that is gone wants none.
            let _ = self.events.send(event).await;
        }
    }

    /// Sends an object. `has_more` tells that others follow.
    pub(super) async fn put(&mut self, mut listed: Listed, has_more: bool) -> Result<(), Full> {
        if self.is_full() {
            return Err(Full);
        }
        self.left -= 1;
        // After the last object, nothing is read any more.
        if self.left == 0 && has_more {
            listed.diagnostics.warn(
                "More objects exist than the list returns",
                "`limit` of the list is reached. Raise it, or narrow the list with `namespace`, `name_pattern` or \
                 `label_selector`.",
            );
        }
        self.events.send(listed).await.map_err(|_| Full)
    }
}
