use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::unknown::none_of;
use crate::protocol::convert::{decode, encode, identity, messages};
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::wire::{list_resource, validate_list_resource_config};
use crate::provider::{self, Provider};
use crate::resource::{Listed, ResourceType, list_block, validate_list};

/// The objects that are listed ahead of Terraform.
const AHEAD: usize = 16;

pub(crate) fn validate(
    provider: &Provider,
    request: &validate_list_resource_config::Request,
) -> validate_list_resource_config::Response {
    let mut diagnostics = CallDiagnostics::new();
    let Some(resource_type) = provider.registry().list_resource(&request.type_name) else {
        let diagnostics = none_of(&request.type_name);
        return validate_list_resource_config::Response { diagnostics };
    };
    let block = list_block(resource_type);
    if let Some(config) = decode(request.config.as_ref(), &block, &mut diagnostics) {
        let config = if config.is_null() {
            block.null()
        } else {
            config
        };
        diagnostics.extend(validate_list(resource_type, &config));
    }
    validate_list_resource_config::Response {
        diagnostics: messages(diagnostics),
    }
}

/// Lists objects until Terraform has enough or cancels the stream.
pub(crate) fn list(
    provider: Arc<Provider>,
    request: list_resource::Request,
) -> impl Stream<Item = Result<list_resource::Event, Status>> + Send {
    let (events, receiver) = mpsc::channel(AHEAD);
    let sender = events.clone();
    let work = tokio::spawn(async move { send_events(&provider, &request, sender).await });
    tokio::spawn(async move {
        // A stream that just ends would be a whole list.
        if work.await.is_err() {
            let status = Status::internal("the provider panicked. This is a bug in the provider");
            let _ = events.send(Err(status)).await;
        }
    });
    ReceiverStream::new(receiver)
}

async fn send_events(
    provider: &Provider,
    request: &list_resource::Request,
    events: mpsc::Sender<Result<list_resource::Event, Status>>,
) {
    let (sender, mut listed) = mpsc::channel(1);
    let resource_type = provider.registry().list_resource(&request.type_name);
    // Ends the list when nothing more is wanted.
    let passed = async move {
        while let Some(listed) = listed.recv().await {
            let event = event(resource_type, request.include_resource_object, listed);
            if events.send(Ok(event)).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(listed_by(provider, request, sender), passed);
}

async fn listed_by(
    provider: &Provider,
    request: &list_resource::Request,
    events: mpsc::Sender<Listed>,
) {
    let mut diagnostics = CallDiagnostics::new();
    let registry = provider.registry();
    let Some(resource_type) = registry.list_resource(&request.type_name) else {
        super::unknown::unknown_type(&request.type_name, &mut diagnostics);
        return tell(events, &diagnostics).await;
    };
    let block = list_block(resource_type);
    let Some(config) = decode(request.config.as_ref(), &block, &mut diagnostics) else {
        return tell(events, &diagnostics).await;
    };
    let config = if config.is_null() {
        block.null()
    } else {
        config
    };
    let limit = u64::try_from(request.limit).unwrap_or_default();
    provider::list(provider, resource_type, &config, events, limit).await;
}

async fn tell(events: mpsc::Sender<Listed>, diagnostics: &CallDiagnostics) {
    let event = Listed {
        diagnostics: (**diagnostics).clone(),
        ..Listed::default()
    };
    let _ = events.send(event).await;
}

fn event(
    resource_type: Option<&ResourceType>,
    includes_object: bool,
    listed: Listed,
) -> list_resource::Event {
    let mut diagnostics = CallDiagnostics::new();
    diagnostics.extend(listed.diagnostics);
    let mut event = list_resource::Event {
        display_name: listed.display_name,
        ..list_resource::Event::default()
    };
    if let Some(resource_type) = resource_type.filter(|_| !listed.state.is_null()) {
        event.identity = identity(resource_type, &listed.state, None, &mut diagnostics);
        if includes_object {
            let value_type = &resource_type.value_type;
            event.resource_object = encode(&listed.state, value_type, &mut diagnostics);
        }
    }
    event.diagnostic = messages(diagnostics);
    event
}
