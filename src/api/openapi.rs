use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::cache;
use super::client::Client;
use super::schema::JsonSchema;

/// The schema of each kind's spec, by kind.
pub(super) type Schemas = BTreeMap<String, Arc<JsonSchema>>;

/// A plan never waits longer than this for something it can do without.
const PATIENCE: Duration = Duration::from_secs(15);

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

/// Fetches the schema of every kind, from the cache where the index names the same hash as before.
pub(super) async fn fetch(client: Client, folder: Option<&Path>) -> Result<Schemas, String> {
    let fetched = tokio::time::timeout(PATIENCE, fetch_unbounded(&client, folder)).await;
    fetched
        .unwrap_or_else(|_| {
            Err(format!(
                "it did not come within {} seconds",
                PATIENCE.as_secs()
            ))
        })
        .inspect_err(|why| tracing::warn!(why, "no schema from the platform"))
}

async fn fetch_unbounded(client: &Client, folder: Option<&Path>) -> Result<Schemas, String> {
    let index: Index = get(client, "/openapi/v3").await?;
    let entry = index
        .paths
        .get(GROUP)
        .ok_or_else(|| format!("the API has no group `{GROUP}`"))?;
    let url = &entry.server_relative_url;
    let hash = url.split_once("hash=").map(|(_, hash)| hash);
    let kept = folder.zip(hash);
    if let Some(schemas) = kept.and_then(|(folder, hash)| cache::load(folder, hash)) {
        return Ok(schemas);
    }
    let document: Document = get(client, url).await?;
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
        return Err("the API's document names no kinds".to_owned());
    }
    if let Some((folder, hash)) = kept {
        cache::store(folder, hash, &schemas);
    }
    Ok(schemas)
}

async fn get<T: DeserializeOwned>(client: &Client, url: &str) -> Result<T, String> {
    client.json(url).await.map_err(|error| error.to_string())
}
