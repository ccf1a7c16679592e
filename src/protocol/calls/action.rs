use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_stream::Stream;
use tokio_stream::wrappers::UnboundedReceiverStream;

use super::unknown::{known, none_of};
use crate::action::{Action, Progress};
use crate::protocol::convert::{decode, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::wire::invoke_action::{Event, Request, event};
use crate::protocol::wire::{Diagnostic, DynamicValue, plan_action, validate_action_config};
use crate::provider::{self, Provider};

pub(crate) fn validate_action(
    provider: &Provider,
    request: &validate_action_config::Request,
) -> validate_action_config::Response {
    validate_action_config::Response {
        diagnostics: validated(provider, &request.type_name, request.config.as_ref()),
    }
}

/// Validates again, because values of variables are unknown in `ValidateActionConfig`.
pub(crate) fn plan(provider: &Provider, request: &plan_action::Request) -> plan_action::Response {
    plan_action::Response {
        diagnostics: validated(provider, &request.action_type, request.config.as_ref()),
        deferred: None,
    }
}

fn validated(
    provider: &Provider,
    type_name: &str,
    config: Option<&DynamicValue>,
) -> Vec<Diagnostic> {
    let Some(action) = provider.registry().action(type_name) else {
        return none_of(type_name);
    };
    let mut diagnostics = CallDiagnostics::new();
    if let Some(config) = decode(config, &(action.schema)(), &mut diagnostics) {
        diagnostics.extend(action.validate(&config));
    }
    messages(diagnostics)
}

/// Invokes an action. The stream has its progress and ends with its diagnostics.
pub(crate) fn invoke(
    provider: Arc<Provider>,
    request: Request,
) -> impl Stream<Item = Event> + Send + 'static {
    let (progress, reported) = Progress::channel();
    events(invoked(provider, request, progress), reported)
}

/// Runs an action, which holds the sender of its progress. There is always an end, also after a panic: Terraform treats
/// a stream without an end as a success. The action is cancelled with the stream.
fn events(
    action: impl Future<Output = Vec<Diagnostic>> + Send + 'static,
    mut reported: UnboundedReceiver<String>,
) -> UnboundedReceiverStream<Event> {
    let (events, stream) = unbounded_channel();
    tokio::spawn(async move {
        let action = tokio::spawn(action);
        let send = |event| {
            let event = Event {
                r#type: Some(event),
            };
            // Nobody receives it if Terraform cancelled the call.
            let _ = events.send(event);
        };
        loop {
            tokio::select! {
                message = reported.recv() => match message {
                    Some(message) => send(event::Type::Progress(event::Progress { message })),
                    None => break,
                },
                () = events.closed() => return action.abort(),
            }
        }
        let diagnostics = action.await.unwrap_or_else(|_| panicked());
        send(event::Type::Completed(event::Completed { diagnostics }));
    });
    UnboundedReceiverStream::new(stream)
}

async fn invoked(
    provider: Arc<Provider>,
    request: Request,
    mut progress: Progress,
) -> Vec<Diagnostic> {
    let mut diagnostics = CallDiagnostics::new();
    let action = provider.registry().action(&request.action_type);
    let action: Option<&Action> = known(action, &request.action_type, &mut diagnostics);
    if let Some(action) = action
        && let Some(config) = decode(
            request.config.as_ref(),
            &(action.schema)(),
            &mut diagnostics,
        )
    {
        provider::invoke(&provider, action, &config, &mut progress, &mut diagnostics).await;
    }
    messages(diagnostics)
}

fn panicked() -> Vec<Diagnostic> {
    let mut diagnostics = CallDiagnostics::new();
    diagnostics.error(
        "The provider panicked during an action",
        "This is a bug in the provider. The log has the message. Other calls are not affected.",
    );
    messages(diagnostics)
}

#[cfg(test)]
mod tests {
    use tokio_stream::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_ends_the_stream_with_an_error() {
        let (mut progress, reported) = Progress::channel();
        let stream = events(
            async move {
                progress.report("begun");
                panic!("broken");
            },
            reported,
        );
        let all: Vec<_> = stream.map(|event| event.r#type.unwrap()).collect().await;
        let [event::Type::Progress(progress), event::Type::Completed(end)] = &all[..] else {
            panic!("{all:?}");
        };
        assert_eq!(progress.message, "begun");
        assert_eq!(
            end.diagnostics[0].summary,
            "The provider panicked during an action"
        );
    }
}
