use crate::kinds::shared::{Lookup, warn};
use crate::schema::{Scope, Secret, Spec};

#[derive(Spec)]
pub(super) struct Cloudflare {
    /// API token with the permissions `Zone:Read` and `DNS:Edit`.
    #[spec(write_only)]
    api_token: Option<Secret>,
    /// Global API key, if there is no `api_token`.
    #[spec(write_only)]
    api_key: Option<Secret>,
    /// E-mail address of the account, with `api_key`.
    api_email: Option<String>,
    /// Whether the addresses are served through Cloudflare's proxy.
    proxied: Option<bool>,
}

#[derive(Spec)]
pub(super) struct Aws {
    /// Access key ID.
    #[spec(write_only)]
    access_key_id: Option<Secret>,
    /// Secret access key.
    #[spec(write_only)]
    secret_access_key: Option<Secret>,
    /// Region of the API, for example `us-east-1`.
    region: Option<String>,
    /// Type of the zones: `public` or `private`. Defaults to both.
    zone_type: Option<String>,
}

#[derive(Spec)]
pub(super) struct Azure {
    /// ID of the Microsoft Entra tenant.
    tenant_id: Option<String>,
    /// ID of the subscription.
    subscription_id: Option<String>,
    /// Resource group of the zones.
    resource_group: Option<String>,
    /// Client ID of the application that may change the zones.
    aad_client_id: Option<String>,
    /// Client secret of the application.
    #[spec(write_only)]
    aad_client_secret: Option<Secret>,
}

#[derive(Spec)]
pub(super) struct Google {
    /// ID of the project.
    project: Option<String>,
    /// Key of a service account, in JSON.
    #[spec(write_only)]
    service_account_key: Option<Secret>,
}

#[derive(Spec)]
pub(super) struct Token {
    /// API token.
    #[spec(write_only)]
    token: Option<Secret>,
}

#[derive(Spec)]
pub(super) struct Ovh {
    /// API endpoint, for example `ovh-eu`.
    endpoint: Option<String>,
    /// Application key.
    #[spec(write_only)]
    application_key: Option<Secret>,
    /// Application secret.
    #[spec(write_only)]
    application_secret: Option<Secret>,
    /// Consumer key.
    #[spec(write_only)]
    consumer_key: Option<Secret>,
}

#[derive(Spec)]
pub(super) struct ApiKey {
    /// API key of the account.
    #[spec(write_only)]
    api_key: Option<Secret>,
    /// Secret of the API key.
    #[spec(write_only)]
    api_secret: Option<Secret>,
}

pub(super) fn credentials_are_of_the_provider(scope: &mut Scope<'_>) {
    let provider = scope.at("dns_provider").as_str().map(str::to_owned);
    let Some(provider) = provider.filter(|provider| provider != "inmemory") else {
        return;
    };
    if scope.at(&provider).is_null() {
        let detail = format!(
            "`dns_provider` is `{provider}`, whose credentials are in `{provider}`: without them, no record is changed. \
             Set `{provider}`."
        );
        warn(
            scope,
            &provider,
            "No credentials of the DNS provider",
            detail,
        );
    }
}
