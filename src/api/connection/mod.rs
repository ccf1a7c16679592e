//! The connection to the API: its address, the credentials, TLS and proxies.

mod cluster;
mod credential_refresh;
mod credentials;
mod environment;
mod exec;
mod files;
mod kubeconfig;
mod overrides;
mod path;
mod process_group;
mod proxy;
mod resolution;
mod route;
mod settings;
mod settings_error;
mod source;
#[cfg(test)]
mod tests;
mod tls;
mod transport;

pub(super) use credential_refresh::connect;
pub use environment::Environment;
pub use exec::ProgramOutput;
pub(super) use proxy::ProxyError;
pub use resolution::Connection;
pub use settings::{Exec, Settings};
pub use settings_error::SettingsError;
pub(super) use tls::{describe as describe_tls_error, is_about_client_certificate};
