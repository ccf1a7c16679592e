use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::OnceCell;

use super::catalog::{NoSchema, get};
use crate::api::objects::ApiResource;
use crate::api::request::{CallContext, Requester, is_valid_name};

/// The kinds of applications that the platform serves. They are listed at most once. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct ServedKinds(Arc<OnceCell<Result<Arc<[ApiResource]>, NoSchema>>>);

/// The response of the API to discovery.
#[derive(Deserialize)]
struct ResourceList {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    /// The plural, or for a subresource the plural, `/` and its name.
    name: String,
    kind: String,
}

impl ServedKinds {
    /// The kinds, sorted by name.
    ///
    /// # Errors
    /// Why they cannot be listed.
    pub(crate) async fn list(&self, requester: &Requester) -> Result<Arc<[ApiResource]>, NoSchema> {
        // Not bound by this operation: the others use the result too.
        let unbound = requester.with_context(CallContext::default());
        let listed = self.0.get_or_init(|| list(&unbound));
        match requester.wait_for(listed).await {
            Some(listed) => listed.clone(),
            None => {
                let why = format!("no response from {} in time", requester.address());
                Err(NoSchema::Unavailable(why))
            }
        }
    }
}

async fn list(requester: &Requester) -> Result<Arc<[ApiResource]>, NoSchema> {
    let group = ApiResource::application("", "");
    let listed: ResourceList = get(requester, &format!("/{}", group.group_path())).await?;
    let mut kinds: Vec<ApiResource> = listed
        .resources
        .into_iter()
        // The plural becomes part of addresses.
        .filter(|resource| is_valid_name(&resource.name))
        .map(|resource| ApiResource {
            kind: resource.kind.into(),
            plural: resource.name.into(),
            ..group.clone()
        })
        .collect();
    kinds.sort_by(|one, other| one.kind.cmp(&other.kind));
    Ok(kinds.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde_json::json;

    use crate::api::scripted;

    #[tokio::test]
    async fn kinds_are_listed_once_without_subresources_and_invalid_names() {
        let requests = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&requests);
        let client = scripted(move |_, uri| {
            count.fetch_add(1, Ordering::SeqCst);
            assert_eq!(uri.path(), "/apis/apps.cozystack.io/v1alpha1");
            let resource = |name: &str, kind: &str| json!({"name": name, "kind": kind});
            let resources = [
                resource("widgets", "Widget"),
                resource("widgets/status", "Widget"),
                resource("../secrets", "Odd"),
                resource("boxes", "Box"),
            ];
            let list = json!({"kind": "APIResourceList", "resources": resources});
            (200, Some(list))
        });
        for _ in 0..2 {
            let kinds = client.served_kinds().await.unwrap();
            let kinds: Vec<_> = kinds
                .iter()
                .map(|kind| (&*kind.kind, &*kind.plural))
                .collect();
            assert_eq!(kinds, [("Box", "boxes"), ("Widget", "widgets")]);
        }
        assert_eq!(requests.load(Ordering::SeqCst), 1);
    }
}
