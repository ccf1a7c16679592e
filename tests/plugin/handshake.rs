//! The line by which Terraform finds the plugin.

use crate::Outcome;
use crate::client::{assert_healthy, plain_channel};
use crate::process::Plugin;

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
fn multiplexing_is_declined_when_asked_for() -> Outcome {
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

#[test]
fn a_failure_to_start_says_what_to_do() -> Outcome {
    use crate::process::{COOKIE, command};
    for (name, value, said) in [
        (
            "PLUGIN_UNIX_SOCKET_DIR",
            "/nowhere/at/all",
            "/nowhere/at/all",
        ),
        ("PLUGIN_CLIENT_CERT", "nothing", "PLUGIN_CLIENT_CERT"),
    ] {
        let output = command()
            .env(COOKIE.0, COOKIE.1)
            .env(name, value)
            .output()?;
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(
            text.starts_with("[ERROR] ") && text.contains(said),
            "{text}"
        );
    }
    Ok(())
}
