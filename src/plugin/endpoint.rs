use std::fmt;

/// The endpoint that the client connects to, as written in the handshake line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// A path, or address and port.
    pub(super) address: String,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}|{}", self.network, self.address)
    }
}

/// Whether a path can be part of the handshake line, which cannot escape the characters that separate its fields
/// or end it.
#[cfg(any(unix, test))]
pub(super) fn is_valid_path(path: &std::path::Path) -> bool {
    path.to_str()
        .is_some_and(|path| !path.contains(|c: char| c == '|' || c.is_control()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_path_that_would_break_the_handshake_line_is_invalid() {
        assert!(is_valid_path(Path::new("/tmp/Jos\u{e9}'s \"files\"")));
        for path in [
            "/tmp/a\nb",
            "/tmp/a\r",
            "/tmp/a|b",
            "\t",
            "/tmp/\u{1b}[2J",
            "\u{85}",
        ] {
            assert!(!is_valid_path(Path::new(path)), "{path:?}");
        }
    }
}
