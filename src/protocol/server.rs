use std::sync::Arc;

use super::service::Service;
use super::wire::provider_server::{self, ProviderServer};
use crate::provider::Provider;

/// The message size limit of HashiCorp's SDK. The default of 4 MiB is too small for real states.
const LARGEST_MESSAGE: usize = 256 << 20;

/// The gRPC service of a provider.
pub fn server(provider: Arc<Provider>) -> ProviderServer<impl provider_server::Provider> {
    ProviderServer::new(Service::new(provider))
        .max_decoding_message_size(LARGEST_MESSAGE)
        .max_encoding_message_size(LARGEST_MESSAGE)
}
