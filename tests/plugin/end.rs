//! The shutdown of the plugin.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use hikube::plugin::wire::Empty;
use hikube::plugin::wire::grpc_broker_client::GrpcBrokerClient;
use hikube::plugin::wire::grpc_controller_client::GrpcControllerClient;
use hikube::plugin::wire::grpc_stdio_client::GrpcStdioClient;

use crate::Outcome;
use crate::client::{
    GoIdentity, assert_healthy, channel, encrypt, plain_channel, server_certificate,
};
use crate::process::{COOKIE, Plugin, command, wait_for};

#[tokio::test]
async fn shutdown_ends_it_with_idle_streams_open() -> Outcome {
    let identity = GoIdentity::new()?;
    let plugin = Plugin::start(&[("PLUGIN_CLIENT_CERT", &identity.pem())])?;
    let certificate = server_certificate(plugin.fields()[5])?;
    let channel = channel(encrypt(plugin.socket()?, certificate, Some(&identity)).await?).await?;
    let mut stdio = GrpcStdioClient::new(channel.clone())
        .stream_stdio(())
        .await?
        .into_inner();
    let announcements = tokio_stream::pending();
    let mut broker = GrpcBrokerClient::new(channel.clone())
        .start_stream(announcements)
        .await?
        .into_inner();
    GrpcControllerClient::new(channel.clone())
        .shutdown(Empty {})
        .await?;
    assert!(stdio.message().await?.is_none());
    assert!(broker.message().await?.is_none());
    drop(channel);
    let ended = tokio::task::spawn_blocking(move || plugin.wait().map_err(|e| e.to_string()));
    let ended = ended.await??;
    assert!(ended.status.success());
    assert!(ended.files.is_empty(), "{:?}", ended.files);
    assert_eq!(ended.stdout, "");
    assert_eq!(ended.stderr, "");
    Ok(())
}

#[tokio::test]
async fn shutdown_ends_it_even_if_the_caller_stays_connected() -> Outcome {
    let plugin = Plugin::start(&[])?;
    let channel = plain_channel(plugin.socket()?).await?;
    let (_never, receiver) = tokio::sync::mpsc::channel(1);
    let announcements = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let _broker = GrpcBrokerClient::new(channel.clone())
        .start_stream(announcements)
        .await?;
    GrpcControllerClient::new(channel.clone())
        .shutdown(Empty {})
        .await?;
    let ended = tokio::task::spawn_blocking(move || plugin.wait().map_err(|e| e.to_string()));
    assert!(ended.await??.status.success());
    Ok(())
}

#[tokio::test]
async fn interrupts_are_left_to_the_caller() -> Outcome {
    let mut plugin = Plugin::start(&[])?;
    let channel = plain_channel(plugin.socket()?).await?;
    plugin.signal("INT")?;
    plugin.signal("INT")?;
    assert_healthy(&channel).await?;
    assert!(plugin.lives()?);
    Ok(())
}

#[test]
fn sigterm_ends_it_and_removes_the_socket() -> Outcome {
    let plugin = Plugin::start(&[])?;
    assert!(plugin.socket()?.exists());
    let ended = plugin.end()?;
    assert_eq!(ended.status.code(), Some(143));
    assert!(ended.files.is_empty());
    Ok(())
}

#[tokio::test]
async fn it_ends_with_its_parent_process() -> Outcome {
    // A shell that ends when its standard input is closed, and does not stop the plugin.
    let folder = tempfile::tempdir()?;
    let plugin = command().get_program().to_owned();
    let mut shell = Command::new("sh")
        .args(["-c", "\"$0\" & read -r line"])
        .arg(plugin)
        .env(COOKIE.0, COOKIE.1)
        .env("TMPDIR", folder.path())
        .env_remove("PLUGIN_CLIENT_CERT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(shell.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
    let socket = Path::new(line.split('|').nth(3).ok_or("no address")?).to_owned();
    let channel = plain_channel(&socket).await?;
    drop(shell.stdin.take());
    shell.wait()?;
    std::thread::sleep(Duration::from_millis(1500));
    assert_healthy(&channel).await?;
    drop(channel);
    // The channel's task closes the connection.
    tokio::time::sleep(Duration::from_millis(50)).await;
    wait_for(|| Ok((!socket.exists()).then_some(())))
}
