//! Parts that several kinds share: sizes, values, users and their credentials, addresses, checks.

mod backup_application;
mod backup_class;
mod checks;
mod credentials;
mod endpoint;
mod gpu;
mod known_values;
mod preset;
mod resources;
mod roles;
mod tls;
mod user;

pub(super) use backup_application::BackupApplication;
pub(crate) use backup_application::INSTEAD_OF_BACKUPS;
pub(super) use backup_class::ClassHasStrategy;
pub(crate) use backup_class::{APPLICATIONS, BackupClass, group_of};
pub(super) use checks::{
    Lookup, conflict, is_absent, missing, not_above, requires, requires_all, warn, warn_at,
};
pub(super) use credentials::{SecretName, uri, users};
pub(super) use endpoint::Endpoint;
pub(super) use gpu::Gpu;
pub(super) use known_values::{KnownValues, ValueList};
pub(super) use preset::Preset;
pub(super) use resources::Resources;
pub(super) use roles::{Roles, has_role, roles_are_of_declared_users, roles_name_declared_users};
pub(super) use tls::Tls;
pub(super) use user::{
    Login, User, kebab, keys_differ_as_names, users_are_not_reserved, users_have_passwords,
};
