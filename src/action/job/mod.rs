//! Jobs that an action starts and waits for: backups and restores.

pub(super) mod backup;
mod declared;
pub(super) mod restore;
mod run;
