use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use super::progress::Progress;
use crate::resource::Session;
use crate::schema::{Block, Diagnostics, check, duration};
use crate::value::Value;

/// The declaration of an action.
#[derive(Clone, Copy)]
pub struct Action {
    /// The type name.
    pub type_name: &'static str,
    /// The description.
    pub description: &'static str,
    /// What the page explains after the description: requirements and effects, in paragraphs.
    pub details: &'static [&'static str],
    /// The subcategory in the Registry.
    pub subcategory: &'static str,
    /// The attributes of its configuration. The timeout is the attribute `timeout`.
    pub schema: fn() -> Block,
    /// The timeout if the configuration has none.
    pub timeout: Duration,
    /// Invokes it with a valid and known configuration. A failure is an error in the diagnostics.
    pub run: for<'a> fn(Invocation<'a>) -> BoxFuture<'a, ()>,
}

/// An invocation of an action.
pub struct Invocation<'a> {
    /// The connection. Its requests end at the deadline, or when Terraform is interrupted.
    pub session: &'a Session,
    /// The configuration.
    pub config: &'a Value,
    /// When the timeout expires.
    pub deadline: Instant,
    /// The timeout.
    pub timeout: Duration,
    /// Where to report progress.
    pub progress: &'a mut Progress,
    /// Where to report failures.
    pub diagnostics: &'a mut Diagnostics,
}

impl Action {
    /// Validates a configuration, offline. Terraform validates only the configuration without values that are unknown
    /// then, so plans and invocations validate again.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        check(&(self.schema)(), config, &mut diagnostics);
        diagnostics
    }

    /// Validates the configuration of an invocation, which must be known.
    pub fn validate_known(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = self.validate(config);
        if !config.is_wholly_known() {
            diagnostics.error(
                format!("Unknown configuration of {}", self.type_name),
                "Some attributes are known only after other resources are applied. Trigger the action after them.",
            );
        }
        diagnostics
    }

    /// Invokes the action with a valid configuration.
    pub async fn invoke(
        &self,
        session: &Session,
        config: &Value,
        progress: &mut Progress,
        diagnostics: &mut Diagnostics,
    ) {
        let timeout = timeout(config).unwrap_or(self.timeout);
        let deadline = Instant::now() + timeout;
        let session = session.within(deadline);
        let invocation = Invocation {
            session: &session,
            config,
            deadline,
            timeout,
            progress,
            diagnostics,
        };
        (self.run)(invocation).await;
    }
}

/// The attribute `timeout` of a valid configuration.
fn timeout(config: &Value) -> Option<Duration> {
    let given = duration(config.attribute("timeout").as_str()?)?;
    // A longer one is no limit.
    let longest = Duration::from_secs(365 * 24 * 3600);
    Some(Duration::try_from(given).ok()?.min(longest))
}
