use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use super::disk_cache;
use super::document::{Document, Index, Schemas};
use super::json_schema::JsonSchema;
use crate::api::error::Error;
use crate::api::objects::ApiResource;
use crate::api::request::{CallContext, Requester};
use crate::api::response::Bounds;

/// Why there is no schema of a kind, or no list of the kinds.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoSchema {
    /// The connection does not work at all. See [`Error::is_of_connection`].
    #[error("{0}")]
    Unconnected(Arc<Error>),
    /// It could not be read, for this reason.
    #[error("{0}")]
    Unavailable(String),
    /// The platform publishes none.
    #[error("the platform publishes no schema of this kind")]
    NotListed,
}

/// A plan does not wait longer than this for something optional.
const TIMEOUT: Duration = Duration::from_secs(15);

const INDEX: &str = "/openapi/v3";

type Fetched<T> = Arc<OnceCell<Result<T, NoSchema>>>;

/// The schemas of all groups. The index and the document of each group are fetched at most once. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct SchemaCatalog {
    index: Fetched<Index>,
    /// By the path of the group.
    groups: Arc<Mutex<HashMap<String, Fetched<Schemas>>>>,
    /// The folder that keeps documents for later runs.
    folder: Option<Arc<Path>>,
}

impl SchemaCatalog {
    pub(crate) fn new(folder: Option<&Path>) -> SchemaCatalog {
        SchemaCatalog {
            folder: folder.map(Arc::from),
            ..SchemaCatalog::default()
        }
    }

    /// The schema of a kind's spec.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn schema(
        &self,
        requester: &Requester,
        resource: &ApiResource,
    ) -> Result<Arc<JsonSchema>, NoSchema> {
        let path = resource.group_path();
        let group = {
            let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(groups.entry(path.clone()).or_default())
        };
        // Not bound by this operation: the others use the result too.
        let unbound = requester.with_context(CallContext::default());
        let fetched = group.get_or_init(|| self.fetch(&unbound, resource, &path));
        match requester.wait_for(fetched).await {
            Some(Ok(schemas)) => schemas
                .get(&*resource.kind)
                .cloned()
                .ok_or(NoSchema::NotListed),
            Some(Err(why)) => Err(why.clone()),
            None => {
                let why = format!("no response from {} in time", requester.address());
                Err(NoSchema::Unavailable(why))
            }
        }
    }

    async fn fetch(
        &self,
        requester: &Requester,
        resource: &ApiResource,
        path: &str,
    ) -> Result<Schemas, NoSchema> {
        let fetched =
            tokio::time::timeout(TIMEOUT, self.fetch_unbounded(requester, resource, path));
        fetched
            .await
            .unwrap_or_else(|_| {
                let (address, seconds) = (requester.address(), TIMEOUT.as_secs());
                let why = format!("no response from {address} within {seconds} seconds");
                Err(NoSchema::Unavailable(why))
            })
            .inspect_err(|why| tracing::warn!(%why, group = path, "no schema from the platform"))
    }

    async fn fetch_unbounded(
        &self,
        requester: &Requester,
        resource: &ApiResource,
        path: &str,
    ) -> Result<Schemas, NoSchema> {
        let index = self.index.get_or_init(|| get(requester, INDEX)).await;
        let index = index.as_ref().map_err(NoSchema::clone)?;
        let hash = index.document(path).ok_or(NoSchema::NotListed)?;
        let address = match hash {
            Some(hash) => format!("{INDEX}/{path}?hash={hash}"),
            None => format!("{INDEX}/{path}"),
        };
        let server = requester.address();
        let key = hash.map(|hash| disk_cache::Key {
            server,
            group: path,
            hash,
        });
        let cache = self.folder.as_deref().zip(key);
        if let Some(schemas) = cache.and_then(|(folder, key)| disk_cache::load(folder, key)) {
            return Ok(schemas);
        }
        let document: Document = get(requester, &address).await?;
        let schemas = document.schemas(&resource.group, &resource.version);
        if schemas.is_empty() {
            return Err(NoSchema::NotListed);
        }
        if let Some((folder, key)) = cache {
            disk_cache::store(folder, key, &schemas);
        }
        Ok(schemas)
    }
}

/// Reads what is at an address.
///
/// # Errors
/// Why it could not be read.
pub(super) async fn get<T: DeserializeOwned>(
    requester: &Requester,
    address: &str,
) -> Result<T, NoSchema> {
    let response = requester.get_json(address, Bounds::SCHEMA).await;
    response.map_err(|error| match error {
        error if error.is_of_connection() => NoSchema::Unconnected(Arc::new(error)),
        error => NoSchema::Unavailable(error.to_string()),
    })
}
