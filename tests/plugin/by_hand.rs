//! A user starts the program by hand.

use std::process::Output;

use hikube::plugin::wire::grpc_stdio_client::GrpcStdioClient;

use crate::Outcome;
use crate::client::{assert_healthy, plain_channel};
use crate::process::{COOKIE, Plugin, command};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn assert_explained(output: &Output) {
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = text(&output.stderr);
    for needed in [
        "plugin of Terraform",
        "required_providers",
        "\"hikube/hikube\"",
        "dev_overrides",
    ] {
        assert!(text.contains(needed), "{text}");
    }
}

#[test]
fn without_the_cookie_the_program_prints_its_usage() -> Outcome {
    assert_explained(&command().output()?);
    Ok(())
}

#[test]
fn a_wrong_cookie_is_none() -> Outcome {
    assert_explained(&command().env(COOKIE.0, "d602").output()?);
    Ok(())
}

#[test]
fn the_version_is_told() -> Outcome {
    let output = command().arg("--version").output()?;
    let expected = format!("terraform-provider-hikube {}\n", env!("CARGO_PKG_VERSION"));
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), expected);
    assert!(output.stderr.is_empty());
    Ok(())
}

#[test]
fn help_is_given() -> Outcome {
    let output = command().arg("--help").output()?;
    assert!(output.status.success());
    let text = text(&output.stdout);
    for needed in [
        "--debug",
        "--version",
        "TF_LOG_PROVIDER_HIKUBE",
        "required_providers",
    ] {
        assert!(text.contains(needed), "{text}");
    }
    Ok(())
}

#[test]
fn unknown_arguments_are_refused() -> Outcome {
    let output = command().arg("apply").output()?;
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--help"));
    Ok(())
}

#[tokio::test]
async fn debugging_serves_run_after_run() -> Outcome {
    let mut plugin = Plugin::start_debug()?;
    let (_, json) = plugin.line.split_once('=').ok_or("no assignment")?;
    let value: serde_json::Value = serde_json::from_str(json.trim_matches('\''))?;
    let attachment = &value["registry.terraform.io/hikube/hikube"];
    assert_eq!(attachment["Test"], true);
    let socket = attachment["Addr"]["String"]
        .as_str()
        .ok_or("no address")?
        .to_owned();
    for _ in 0..2 {
        let channel = plain_channel(socket.as_ref()).await?;
        assert_healthy(&channel).await?;
        let _stdio = GrpcStdioClient::new(channel).stream_stdio(()).await?;
    }
    assert!(plugin.lives()?);
    plugin.signal("INT")?;
    let ended = plugin.wait()?;
    assert!(ended.status.success());
    assert!(ended.files.is_empty());
    Ok(())
}
