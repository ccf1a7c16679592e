//! The handshake line on standard output, by which the client finds this process.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::endpoint::Endpoint;

/// The version of go-plugin's handshake.
const CORE_PROTOCOL: u32 = 1;

/// The version of the provider protocol. Terraform supports version 6 since 1.0.
const PROTOCOL: u32 = 6;

/// Whether the client offers our version. If it does not, the handshake continues as in go-plugin, and the client
/// reports the mismatch.
pub(super) fn is_offered(offered: &str) -> bool {
    offered
        .split(',')
        .any(|version| version.trim().parse() == Ok(PROTOCOL))
}

/// The handshake line, without the line break.
///
/// The certificate (DER) is base64-encoded without padding, and empty without TLS. The last field is present only if
/// the client asks about multiplexing, which this plugin does not support.
pub(super) fn line(endpoint: &Endpoint, certificate: Option<&[u8]>, multiplex: bool) -> String {
    let certificate = certificate
        .map(|der| STANDARD_NO_PAD.encode(der))
        .unwrap_or_default();
    let multiplex = if multiplex { "|false" } else { "" };
    format!("{CORE_PROTOCOL}|{PROTOCOL}|{endpoint}|grpc|{certificate}{multiplex}")
}

/// Prints the line. Nothing else may be written to standard output: the client stops reading after an overlong
/// line, and writes would then block forever.
///
/// # Errors
///
/// Standard output is closed.
pub(super) fn print(line: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_version_is_offered_in_any_order() {
        assert!(is_offered("6,5"));
        assert!(is_offered("5,6"));
        assert!(is_offered("5, 6"));
        assert!(!is_offered("5"));
        assert!(!is_offered("16,60"));
        assert!(!is_offered(""));
    }

    #[test]
    fn the_line_has_the_format_of_go_plugin() {
        let unix = Endpoint {
            network: "unix",
            address: "/tmp/plugin1".to_owned(),
        };
        let tcp = Endpoint {
            network: "tcp",
            address: "127.0.0.1:10000".to_owned(),
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
