//! The one line on standard output by which the caller finds this process.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::listener::Address;

/// The version of go-plugin's own conversation.
const CORE_PROTOCOL: u32 = 1;

/// The version of the provider protocol. The only one served: 6 is spoken since Terraform 1.0.
const PROTOCOL: u32 = 6;

/// Whether our version is among those offered. If it is not, it is announced all the same, and
/// the caller reports the mismatch to its user in its own words (so does go-plugin).
pub(super) fn is_spoken(offered: &str) -> bool {
    offered
        .split(',')
        .any(|version| version.trim().parse() == Ok(PROTOCOL))
}

/// Whether the line can name this path. It has no way to escape what separates its fields, or what ends it.
#[cfg(any(unix, test))]
pub(super) fn can_name(path: &std::path::Path) -> bool {
    path.to_str()
        .is_some_and(|path| !path.contains(|c: char| c == '|' || c.is_control()))
}

/// The handshake line, without its end.
///
/// The certificate (DER) is written in base64 without padding; without encryption the field stays
/// empty. The last field exists only for callers that ask about multiplexing one connection, which
/// this plugin does not do.
pub(super) fn line(address: &Address, certificate: Option<&[u8]>, multiplex: bool) -> String {
    let certificate = certificate
        .map(|der| STANDARD_NO_PAD.encode(der))
        .unwrap_or_default();
    let multiplex = if multiplex { "|false" } else { "" };
    format!("{CORE_PROTOCOL}|{PROTOCOL}|{address}|grpc|{certificate}{multiplex}")
}

/// Writes the line. Nothing may follow it on standard output: the caller stops reading at an
/// overlong line, and then whoever writes waits for ever.
///
/// # Errors
///
/// Standard output is closed: the caller has gone.
pub(super) fn announce(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn our_version_is_found_in_any_order() {
        assert!(is_spoken("6,5"));
        assert!(is_spoken("5,6"));
        assert!(is_spoken("5, 6"));
        assert!(!is_spoken("5"));
        assert!(!is_spoken("16,60"));
        assert!(!is_spoken(""));
    }

    #[test]
    fn a_path_that_would_split_the_line_is_not_named() {
        assert!(can_name(Path::new("/tmp/Jos\u{e9}'s \"files\"")));
        for path in [
            "/tmp/a\nb",
            "/tmp/a\r",
            "/tmp/a|b",
            "\t",
            "/tmp/\u{1b}[2J",
            "\u{85}",
        ] {
            assert!(!can_name(Path::new(path)), "{path:?}");
        }
    }

    #[test]
    fn the_line_is_as_the_caller_reads_it() {
        let unix = Address {
            network: "unix",
            place: "/tmp/plugin1".to_owned(),
        };
        let tcp = Address {
            network: "tcp",
            place: "127.0.0.1:10000".to_owned(),
        };
        assert_eq!(line(&unix, None, false), "1|6|unix|/tmp/plugin1|grpc|");
        assert_eq!(
            line(&tcp, Some(b"x"), false),
            "1|6|tcp|127.0.0.1:10000|grpc|eA"
        );
        assert_eq!(
            line(&tcp, Some(&[0xff, 0xff]), true),
            "1|6|tcp|127.0.0.1:10000|grpc|//8|false"
        );
    }
}
