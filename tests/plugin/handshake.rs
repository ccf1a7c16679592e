//! The handshake line.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Stdio;

use crate::Outcome;
use crate::client::{assert_healthy, plain_channel};
use crate::process::{COOKIE, Plugin, command, wait_for};

#[test]
fn protocol_6_is_chosen_whatever_is_offered() -> Outcome {
    for offered in ["6,5", "5,6", "5", "6"] {
        let plugin = Plugin::start(&[("PLUGIN_PROTOCOL_VERSIONS", offered)])?;
        assert_eq!(plugin.fields()[..3], ["1", "6", "unix"], "{offered}");
    }
    Ok(())
}

#[tokio::test]
async fn without_a_certificate_there_is_no_encryption() -> Outcome {
    let plugin = Plugin::start(&[])?;
    let fields = plugin.fields();
    assert_eq!(fields.len(), 6);
    assert_eq!(fields[4..], ["grpc", ""]);
    assert_eq!(plugin.socket()?.parent(), Some(plugin.folder()));
    assert_healthy(&plain_channel(plugin.socket()?).await?).await
}

#[test]
fn multiplexing_is_declined_on_request() -> Outcome {
    let plugin = Plugin::start(&[("PLUGIN_MULTIPLEX_GRPC", "true")])?;
    assert!(plugin.line.ends_with("|grpc||false"), "{}", plugin.line);
    Ok(())
}

#[test]
fn the_socket_goes_where_it_is_wanted() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().ok_or("no path")?;
    let plugin = Plugin::start(&[("PLUGIN_UNIX_SOCKET_DIR", path)])?;
    assert_eq!(plugin.socket()?.parent(), Some(folder.path()));
    plugin.end()?;
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}

/// The client gets no handshake line, and the user an error of one line.
fn assert_refused(name: &str, value: &OsStr, said: &str) -> Outcome {
    let mut child = command()
        .env(COOKIE.0, COOKIE.1)
        .env(name, value)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let ended = wait_for(|| Ok(child.try_wait()?));
    child.kill()?;
    ended.map_err(|_| format!("{name}={value:?} is accepted"))?;
    let output = child.wait_with_output()?;
    assert_eq!(output.status.code(), Some(1), "{name}={value:?}");
    assert!(output.stdout.is_empty(), "{name}={value:?}");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.starts_with("[ERROR] ") && text.contains(said),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
    Ok(())
}

#[test]
fn a_failure_to_start_is_an_error_with_advice() -> Outcome {
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let folder = "PLUGIN_UNIX_SOCKET_DIR";
    for (name, value, said) in [
        (folder, OsStr::new("/nowhere/at/all"), "/nowhere/at/all"),
        (
            "PLUGIN_CLIENT_CERT",
            OsStr::new("nothing"),
            "PLUGIN_CLIENT_CERT",
        ),
        (
            "PLUGIN_CLIENT_CERT",
            OsStr::new(garbage),
            "PLUGIN_CLIENT_CERT",
        ),
        // Without a certificate, TLS would not be used.
        (
            "PLUGIN_CLIENT_CERT",
            OsStr::from_bytes(b"\xff"),
            "PLUGIN_CLIENT_CERT",
        ),
    ] {
        assert_refused(name, value, said)?;
    }
    Ok(())
}

/// The path of the socket is a field of the handshake line, which cannot escape it.
#[test]
fn a_folder_whose_path_would_split_the_line_is_refused() -> Outcome {
    let base = tempfile::tempdir()?;
    for name in [
        &b"a\nb"[..],
        b"a\r",
        b"a|b",
        b"a\x1b[2J",
        b"\xff",
        b"a\n1|6|unix|\\tmp\\other|grpc|",
    ] {
        let folder = base.path().join(OsStr::from_bytes(name));
        std::fs::create_dir(&folder)?;
        for variable in ["PLUGIN_UNIX_SOCKET_DIR", "TMPDIR"] {
            assert_refused(variable, folder.as_os_str(), "PLUGIN_UNIX_SOCKET_DIR")?;
        }
        assert_eq!(std::fs::read_dir(&folder)?.count(), 0);
    }
    Ok(())
}
