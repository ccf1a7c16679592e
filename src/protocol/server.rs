use std::sync::Arc;

use super::service::Service;
use super::wire::provider_server::{self, ProviderServer};
use crate::provider::Provider;

/// What HashiCorp's own SDK takes and gives; the library's 4 MiB are too little for real states.
const LARGEST_MESSAGE: usize = 256 << 20;

/// The gRPC service of a provider.
pub fn server(provider: Arc<Provider>) -> ProviderServer<impl provider_server::Provider> {
    ProviderServer::new(Service::new(provider))
        .max_decoding_message_size(LARGEST_MESSAGE)
        .max_encoding_message_size(LARGEST_MESSAGE)
}
