use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::redaction::redact_line;

/// Reports the progress of an action. Terraform prints each message as a line and masks nothing, so the messages are
/// redacted.
pub struct Progress {
    sender: UnboundedSender<String>,
    latest: String,
}

impl Progress {
    /// A progress, and the receiver of its messages. It ends with the action.
    pub fn channel() -> (Progress, UnboundedReceiver<String>) {
        let (sender, messages) = unbounded_channel();
        let progress = Progress {
            sender,
            latest: String::new(),
        };
        (progress, messages)
    }

    /// Sends a message, unless it is empty or repeats the one before.
    pub fn report(&mut self, message: &str) {
        let message = redact_line(message);
        if message.is_empty() || self.latest == message {
            return;
        }
        tracing::info!(%message, "progress of an action");
        self.latest = message.into_owned();
        // Nobody receives it if Terraform cancelled the call.
        let _ = self.sender.send(self.latest.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redaction::hold_secrets;

    #[test]
    fn messages_are_redacted_lines_without_repetitions() {
        let (mut progress, mut messages) = Progress::channel();
        let _held = hold_secrets(["hush-5d1f"]);
        for message in ["", "one", "one", "two\nhush-5d1f\u{7}", "one"] {
            progress.report(message);
        }
        drop(progress);
        let sent = std::iter::from_fn(|| messages.blocking_recv());
        let sent: Vec<String> = sent.collect();
        assert_eq!(sent, ["one", "two (sensitive value)\\u{7}", "one"]);
    }
}
