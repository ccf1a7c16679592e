//! Terraform's protocol 6, to and from our types: a short method for each call.

mod calls;
mod convert;
mod diagnostics;
mod schema;
mod service;

/// The messages and the service, generated from `proto/tfplugin6.proto`.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
#[rustfmt::skip]
#[path = "gen/tfplugin6.rs"]
pub mod wire;

use std::sync::Arc;

use wire::provider_server::ProviderServer;

use crate::provider::Provider;
use service::Service;

/// What HashiCorp's own SDK takes and gives; the library's 4 MiB are too little for real states.
const LARGEST_MESSAGE: usize = 256 << 20;

/// The gRPC service of a provider.
pub fn server(provider: Arc<Provider>) -> ProviderServer<impl wire::provider_server::Provider> {
    ProviderServer::new(Service::new(provider))
        .max_decoding_message_size(LARGEST_MESSAGE)
        .max_encoding_message_size(LARGEST_MESSAGE)
}
