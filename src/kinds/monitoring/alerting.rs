use super::component::RequestsAndLimits;
use crate::schema::{Bytes, Secret, Spec};

#[derive(Spec)]
pub(super) struct Alerta {
    /// Size of the volume of its database, for example `10Gi`.
    #[spec(default = "10Gi", grow_only)]
    storage: Option<Bytes>,
    /// Storage class of the volume. Defaults to the platform's default class.
    #[spec(default = "")]
    storage_class_name: Option<String>,
    /// CPU and memory of Alerta.
    resources: Option<RequestsAndLimits>,
    /// Where alerts are sent.
    alerts: Option<Alerts>,
}

#[derive(Spec)]
struct Alerts {
    /// Telegram chats.
    telegram: Option<Telegram>,
    /// Slack channel.
    slack: Option<Slack>,
}

#[derive(Spec)]
struct Telegram {
    /// Token of the bot.
    #[spec(default = "", write_only)]
    token: Option<Secret>,
    /// IDs of the chats, separated by commas.
    #[spec(default = "", api = "chatID")]
    chat_id: Option<String>,
    /// Severities of which no alerts are sent, for example `informational` and `warning`.
    disabled_severity: Option<Vec<String>>,
}

#[derive(Spec)]
struct Slack {
    /// URL of the webhook.
    #[spec(default = "", write_only)]
    url: Option<Secret>,
    /// Severities of which no alerts are sent, for example `informational` and `warning`.
    disabled_severity: Option<Vec<String>>,
}
