use std::ops::{Deref, DerefMut};

use crate::redaction::HeldSecrets;
use crate::schema::Diagnostics;

/// The diagnostics of a call, and the secrets of its request, which are masked until the diagnostics are converted.
#[derive(Default)]
pub(super) struct CallDiagnostics {
    diagnostics: Diagnostics,
    secrets: Vec<HeldSecrets>,
}

impl CallDiagnostics {
    /// No diagnostics.
    pub(super) fn new() -> CallDiagnostics {
        CallDiagnostics::default()
    }

    /// Registers the secrets of a value in the request.
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
