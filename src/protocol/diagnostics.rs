use std::ops::{Deref, DerefMut};

use crate::redaction::HeldSecrets;
use crate::schema::Diagnostics;

/// The messages of a call, and the secrets of its request: they are masked until the messages are converted, so
/// that whatever the messages quote shows none.
#[derive(Default)]
pub(super) struct CallDiagnostics {
    diagnostics: Diagnostics,
    secrets: Vec<HeldSecrets>,
}

impl CallDiagnostics {
    /// None yet.
    pub(super) fn new() -> CallDiagnostics {
        CallDiagnostics::default()
    }

    /// Takes the secrets of a value of the request.
    pub(super) fn hold(&mut self, secrets: HeldSecrets) {
        self.secrets.push(secrets);
    }
}

impl Deref for CallDiagnostics {
    type Target = Diagnostics;

    fn deref(&self) -> &Diagnostics {
        &self.diagnostics
    }
}

impl DerefMut for CallDiagnostics {
    fn deref_mut(&mut self) -> &mut Diagnostics {
        &mut self.diagnostics
    }
}
