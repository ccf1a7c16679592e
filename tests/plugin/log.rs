//! Log lines on standard error.

use serde_json::Value;

use crate::Outcome;
use crate::client::{assert_healthy, plain_channel};
use crate::process::Plugin;

#[tokio::test]
async fn every_line_is_parsed_by_terraform() -> Outcome {
    let plugin = Plugin::start(&[("TF_LOG", "TRACE"), ("PLUGIN_PROTOCOL_VERSIONS", "5")])?;
    assert_healthy(&plain_channel(plugin.socket()?).await?).await?;
    let ended = plugin.end()?;
    assert_eq!(
        ended.stdout, "",
        "standard output belongs to the handshake line"
    );
    assert!(ended.stderr.lines().count() > 2, "{}", ended.stderr);
    for line in ended.stderr.lines() {
        assert!(line.len() < 64 << 10);
        let value: Value = serde_json::from_str(line)?;
        let text = |key: &str| {
            value[key]
                .as_str()
                .ok_or_else(|| format!("no {key} in {line}"))
        };
        assert!(["trace", "debug", "info", "warn", "error"].contains(&text("@level")?));
        assert!(!text("@message")?.is_empty());
        assert!(text("@module")?.starts_with("hikube"));
        let (_, fraction) = text("@timestamp")?.split_once('.').ok_or("no fraction")?;
        assert!(fraction.len() == 7 && fraction.ends_with('Z'), "{line}");
        assert!(fraction[..6].bytes().all(|digit| digit.is_ascii_digit()));
    }
    Ok(())
}

#[test]
fn without_a_level_there_are_no_lines() -> Outcome {
    for variables in [
        &[][..],
        &[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER_HIKUBE", "OFF")][..],
    ] {
        assert_eq!(Plugin::start(variables)?.end()?.stderr, "");
    }
    Ok(())
}
