//! The settings that the client passes in environment variables. Read once, at the start.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// The cookie of Terraform and OpenTofu. It detects starts by hand, and is not a security measure.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// go-plugin's default ports.
const PORTS: RangeInclusive<u16> = 10_000..=25_000;

/// The settings of the client.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    cookie: Option<String>,
    /// Protocol versions, separated by commas, in random order.
    pub(super) versions: String,
    /// The client's certificate in PEM format. Without it, TLS is not used.
    pub(super) client_certificate: Option<String>,
    /// Ports for a TCP listener.
    pub(super) ports: RangeInclusive<u16>,
    /// Directory for the unix socket.
    #[cfg_attr(not(unix), expect(dead_code, reason = "of unix sockets"))]
    pub(super) socket_folder: PathBuf,
    /// Name or ID of a group that can connect to the unix socket.
    #[cfg_attr(not(unix), expect(dead_code, reason = "of unix sockets"))]
    pub(super) socket_group: Option<String>,
    /// Whether the client asks about multiplexing.
    pub(super) multiplex: bool,
}

impl Environment {
    pub(super) fn of_process() -> Self {
        Self::of(|name| std::env::var_os(name))
    }

    /// Empty variables are treated as unset, as in go-plugin. Variables that are not valid UTF-8 are not: without a
    /// certificate, TLS would not be used.
    pub(super) fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let raw = |name: &str| variable(name).filter(|value| !value.is_empty());
        let variable = |name: &str| raw(name).map(|value| value.to_string_lossy().into_owned());
        let port = |name: &str, default: u16| {
            variable(name)
                .and_then(|port| port.trim().parse().ok())
                .unwrap_or(default)
        };
        Self {
            cookie: variable(COOKIE.0),
            versions: variable("PLUGIN_PROTOCOL_VERSIONS").unwrap_or_default(),
            client_certificate: variable("PLUGIN_CLIENT_CERT"),
            ports: port("PLUGIN_MIN_PORT", *PORTS.start())..=port("PLUGIN_MAX_PORT", *PORTS.end()),
            socket_folder: raw("PLUGIN_UNIX_SOCKET_DIR")
                .map_or_else(std::env::temp_dir, PathBuf::from),
            socket_group: variable("PLUGIN_UNIX_SOCKET_GROUP"),
            multiplex: variable("PLUGIN_MULTIPLEX_GRPC").is_some(),
        }
    }

    /// Whether Terraform or OpenTofu started the process.
    pub(super) fn has_cookie(&self) -> bool {
        self.cookie.as_deref() == Some(COOKIE.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::of(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn only_the_exact_cookie_is_accepted() {
        assert!(environment(&[COOKIE]).has_cookie());
        assert!(!environment(&[]).has_cookie());
        assert!(!environment(&[(COOKIE.0, "")]).has_cookie());
        assert!(!environment(&[(COOKIE.0, "d602bf8f")]).has_cookie());
    }

    #[test]
    fn empty_variables_are_unset() {
        let environment = environment(&[
            ("PLUGIN_CLIENT_CERT", ""),
            ("PLUGIN_UNIX_SOCKET_GROUP", ""),
            ("PLUGIN_UNIX_SOCKET_DIR", ""),
            ("PLUGIN_MULTIPLEX_GRPC", ""),
            ("PLUGIN_MIN_PORT", ""),
        ]);
        assert_eq!(environment.client_certificate, None);
        assert_eq!(environment.socket_group, None);
        assert_eq!(environment.socket_folder, std::env::temp_dir());
        assert!(!environment.multiplex);
        assert_eq!(environment.ports, PORTS);
    }

    #[test]
    fn variables_override_the_defaults() {
        let environment = environment(&[
            ("PLUGIN_UNIX_SOCKET_DIR", "/somewhere"),
            ("PLUGIN_MULTIPLEX_GRPC", "true"),
            ("PLUGIN_MIN_PORT", "20000"),
            ("PLUGIN_MAX_PORT", "20005"),
        ]);
        assert_eq!(environment.socket_folder, PathBuf::from("/somewhere"));
        assert!(environment.multiplex);
        assert_eq!(environment.ports, 20_000..=20_005);
    }

    #[cfg(unix)]
    #[test]
    fn invalid_utf_8_is_not_unset() {
        use std::os::unix::ffi::OsStringExt as _;
        let environment = Environment::of(|_| Some(OsString::from_vec(b"/\xff".to_vec())));
        assert!(environment.client_certificate.is_some());
        assert_ne!(environment.socket_folder, std::env::temp_dir());
        assert_eq!(environment.socket_folder.to_str(), None);
    }
}
