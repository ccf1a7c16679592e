use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kube::Api;

use super::retained_fields::{owner, state};
use super::stream::{Source, Stream};
use super::watcher::Watcher;
use crate::api::objects::{ApiResource, Object};

/// What the platform runs for applications: pods, volumes and addresses.
static WORKLOADS: ApiResource =
    ApiResource::new("cozystack.io", "v1alpha1", "Workload", "workloads");

/// The streams of all kinds and namespaces, by the path of their list. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct SharedStreams {
    streams: Arc<Mutex<HashMap<String, Stream>>>,
    is_disabled: bool,
}

impl SharedStreams {
    /// No streams: each watcher is blind.
    pub(crate) fn disabled() -> SharedStreams {
        SharedStreams {
            is_disabled: true,
            ..SharedStreams::default()
        }
    }

    /// The changes of a kind in a namespace.
    pub(crate) fn watch(
        &self,
        kube: &kube::Client,
        resource: &ApiResource,
        namespace: &str,
    ) -> Watcher {
        self.watcher(kube, resource, namespace, state)
    }

    /// The workloads in a namespace.
    pub(crate) fn watch_workloads(&self, kube: &kube::Client, namespace: &str) -> Watcher {
        self.watcher(kube, &WORKLOADS, namespace, owner)
    }

    fn watcher(
        &self,
        kube: &kube::Client,
        resource: &ApiResource,
        namespace: &str,
        retain: fn(Object) -> Object,
    ) -> Watcher {
        // The reads of a blind watcher say what is wrong with the name.
        let Some(list) = resource.list(namespace).ok().filter(|_| !self.is_disabled) else {
            return Watcher::blind();
        };
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = streams.entry(list.path().to_owned()).or_insert_with(|| {
            Stream::start(Source {
                client: kube.clone(),
                api: Api::namespaced_with(kube.clone(), namespace, &resource.to_kube()),
                namespace: namespace.to_owned(),
                kind: resource.kind.clone().into_owned(),
                list,
                retain,
            })
        });
        stream.watcher()
    }
}
