use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::bounds::Bounds;
use super::cache;
use super::client::Client;
use super::error::Error;
use super::schema::JsonSchema;

/// The schema of each kind's spec, by kind.
pub(super) type Schemas = BTreeMap<String, Arc<JsonSchema>>;

/// Why the platform's schema of a kind is not there.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoSchema {
    /// Nothing can be read or written with this connection: see [`Error::is_of_connection`].
    #[error("{0}")]
    Unconnected(Arc<Error>),
    /// It could not be read: a phrase.
    #[error("{0}")]
    Unavailable(String),
    /// What the API describes has no such kind.
    #[error("the platform's description has no such kind")]
    NotListed,
}

/// A plan never waits longer than this for something it can do without.
const PATIENCE: Duration = Duration::from_secs(15);

const INDEX: &str = "/openapi/v3";
const GROUP: &str = "apis/apps.cozystack.io/v1alpha1";

#[derive(Deserialize)]
struct Index {
    paths: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(rename = "serverRelativeURL")]
    server_relative_url: String,
}

#[derive(Deserialize)]
struct Document {
    components: Components,
}

#[derive(Deserialize)]
struct Components {
    schemas: BTreeMap<String, Definition>,
}

/// A kind's definition; the definitions of lists and statuses have no spec.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Definition {
    properties: Parts,
    #[serde(rename = "x-kubernetes-group-version-kind")]
    kinds: Vec<Kind>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parts {
    spec: Option<JsonSchema>,
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
}

/// Fetches the schema of every kind, from the cache where this server's index names the same hash as before.
pub(super) async fn fetch(client: Client, folder: Option<&Path>) -> Result<Schemas, NoSchema> {
    let fetched = tokio::time::timeout(PATIENCE, fetch_unbounded(&client, folder)).await;
    fetched
        .unwrap_or_else(|_| {
            let seconds = PATIENCE.as_secs();
            let why = format!(
                "no answer from {} within {seconds} seconds",
                client.address()
            );
            Err(NoSchema::Unavailable(why))
        })
        .inspect_err(|why| tracing::warn!(%why, "no schema from the platform"))
}

async fn fetch_unbounded(client: &Client, folder: Option<&Path>) -> Result<Schemas, NoSchema> {
    let index: Index = get(client, INDEX, Bounds::SCHEMA).await?;
    let entry = index.paths.get(GROUP).ok_or(NoSchema::NotListed)?;
    // Only the hash is taken from the server's word for where the document is.
    let hash = entry.server_relative_url.split_once("?hash=");
    let hash = hash.map(|(_, hash)| hash.split('&').next().unwrap_or(hash));
    let hash = hash.filter(|hash| hash.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let url = match hash {
        Some(hash) => format!("{INDEX}/{GROUP}?hash={hash}"),
        None => format!("{INDEX}/{GROUP}"),
    };
    let kept = folder.zip(hash);
    if let Some(schemas) =
        kept.and_then(|(folder, hash)| cache::load(folder, client.address(), hash))
    {
        return Ok(schemas);
    }
    let document: Document = get(client, &url, Bounds::SCHEMA).await?;
    let schemas: Schemas = document
        .components
        .schemas
        .into_iter()
        .filter_map(|(name, definition)| {
            let spec = definition.properties.spec?;
            let named = definition.kinds.into_iter().next().map(|kind| kind.kind);
            let kind = named.or_else(|| name.rsplit('.').next().map(str::to_owned))?;
            Some((kind, Arc::new(spec)))
        })
        .collect();
    if schemas.is_empty() {
        return Err(NoSchema::NotListed);
    }
    if let Some((folder, hash)) = kept {
        cache::store(folder, client.address(), hash, &schemas);
    }
    Ok(schemas)
}

async fn get<T: DeserializeOwned>(
    client: &Client,
    url: &str,
    bounds: Bounds,
) -> Result<T, NoSchema> {
    let got = client.json(url, bounds).await;
    got.map_err(|error| match error {
        error if error.is_of_connection() => NoSchema::Unconnected(Arc::new(error)),
        error => NoSchema::Unavailable(error.to_string()),
    })
}
