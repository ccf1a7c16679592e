mod credentials;

use std::collections::BTreeSet;

use self::credentials::{
    ApiKey, Aws, Azure, Cloudflare, Google, Ovh, Token, credentials_are_of_the_provider,
};
use super::shared::{Preset, Resources};
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::Kind;
use crate::schema::{Choice, Spec};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_external_dns",
    title: "DNS updater",
    description: "An ExternalDNS controller, which keeps DNS records at a provider up to date with the public addresses of \
                  the tenant. Deleting it leaves the records. The platform names its release like the resource itself: \
                  choose a `name` that no other resource of the tenant has.",
    subcategory: "Network",
    api_resource: || ApiResource::application("ExternalDNS", "externaldns"),
    since: Some("1.2"),
    spec: ExternalDns::block,
    ..Kind::new(&Application)
};

#[derive(Spec)]
#[spec(rules(credentials_are_of_the_provider))]
struct ExternalDns {
    /// DNS provider. Its credentials are in the attribute of the same name.
    #[spec(api = "provider")]
    dns_provider: DnsProvider,
    /// Domains whose records are kept up to date. Defaults to all domains of the account.
    domain_filters: Option<BTreeSet<String>>,
    /// Which changes are made: `create-only` adds records, `upsert-only` changes them as well, and `sync` also deletes
    /// those whose address is gone.
    #[spec(default = "upsert-only")]
    policy: Option<Policy>,
    /// Further command-line arguments of ExternalDNS.
    extra_args: Option<Vec<String>>,
    /// Whether routes of the Gateway API get records as well.
    #[spec(default = false, api = "gatewayAPI")]
    gateway_api: Option<bool>,
    /// Prefix of the annotations that are read, to run several updaters beside one another.
    #[spec(default = "")]
    annotation_prefix: Option<String>,
    /// Credentials of Cloudflare: `api_token`, or `api_key` and `api_email`.
    cloudflare: Option<Cloudflare>,
    /// Credentials of Amazon Route 53.
    aws: Option<Aws>,
    /// Credentials of Azure DNS.
    azure: Option<Azure>,
    /// Credentials of Google Cloud DNS.
    google: Option<Google>,
    /// Credentials of DigitalOcean.
    digitalocean: Option<Token>,
    /// Credentials of Linode.
    linode: Option<Token>,
    /// Credentials of OVHcloud.
    ovh: Option<Ovh>,
    /// Credentials of Exoscale.
    exoscale: Option<ApiKey>,
    /// Credentials of GoDaddy.
    godaddy: Option<ApiKey>,
    /// CPU and memory. Overrides `resources_preset`. Changing this restarts the controller.
    resources: Option<Resources>,
    /// CPU and memory, as a preset such as `t1.nano`. Ignored if `resources` is set. Changing this restarts the
    /// controller.
    #[spec(default = "t1.nano")]
    resources_preset: Option<Preset>,
}

#[derive(Choice)]
#[choice(kebab_case)]
enum DnsProvider {
    /// Cloudflare.
    Cloudflare,
    /// Amazon Route 53.
    Aws,
    /// Azure DNS.
    Azure,
    /// Google Cloud DNS.
    Google,
    /// DigitalOcean.
    Digitalocean,
    /// Linode.
    Linode,
    /// OVHcloud.
    Ovh,
    /// Exoscale.
    Exoscale,
    /// GoDaddy.
    Godaddy,
    /// Keeps records in memory, for tests.
    Inmemory,
}

#[derive(Choice)]
#[choice(kebab_case)]
enum Policy {
    /// Adds records.
    CreateOnly,
    /// Adds, changes and deletes records.
    Sync,
    /// Adds and changes records.
    UpsertOnly,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::kinds::expectations::{accepted, warned};

    #[test]
    fn a_provider_has_its_credentials() {
        let dns = |provider: &str, name: &str, credentials: Json| json!({ "dns_provider": provider, name: credentials });
        accepted(&KIND, &json!({ "dns_provider": "inmemory" }));
        accepted(
            &KIND,
            &dns("cloudflare", "cloudflare", json!({ "api_token": "a" })),
        );
        accepted(&KIND, &dns("cloudflare", "cloudflare", json!("?")));
        accepted(&KIND, &dns("?", "linode", json!({ "token": "a" })));
        warned(&KIND, &dns("linode", "ovh", json!({})), "`linode`");
    }
}
