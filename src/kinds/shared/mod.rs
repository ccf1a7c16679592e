//! What the kinds have in common: sizes, values, users and their credentials, addresses, checks.

mod checks;
mod credentials;
mod endpoint;
mod gpu;
mod known_values;
mod preset;
mod resources;

pub(super) use checks::{Lookup, conflict, missing, not_above, requires, warn, warn_at};
pub(super) use credentials::{SecretName, uri, users};
pub(super) use endpoint::Endpoint;
pub(super) use gpu::Gpu;
pub(super) use known_values::{KnownValues, ValueList};
pub(super) use preset::Preset;
pub(super) use resources::Resources;
