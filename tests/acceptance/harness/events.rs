//! Events of the platform's watches, with their times.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use kube::Api;
use kube::api::{ApiResource, DynamicObject, WatchEvent, WatchParams};
use tokio::runtime::Builder;
use tokio_stream::StreamExt as _;

use super::Platform;
use super::api::connect;

/// The events of a kind since this was created.
pub(crate) struct Events(Arc<Mutex<Vec<(Instant, String)>>>);

impl Events {
    /// Starts a watch of a kind. Returns when it has started.
    #[track_caller]
    pub(crate) fn of(platform: &Platform, kind: &str, plural: &str) -> Events {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let resource = ApiResource {
            group: "apps.cozystack.io".to_owned(),
            version: "v1alpha1".to_owned(),
            api_version: "apps.cozystack.io/v1alpha1".to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
        };
        let (kubeconfig, noted) = (platform.kubeconfig.clone(), Arc::clone(&seen));
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime
                .expect("a runtime")
                .block_on(note(&kubeconfig, &resource, &noted));
        });
        let follows = (0..3000).any(|_| {
            thread::sleep(Duration::from_millis(10));
            platform.api.requests("watch", plural) > 0
        });
        assert!(follows, "{plural} are not followed");
        Events(seen)
    }

    /// The time of an object's last event.
    #[track_caller]
    pub(crate) fn last(&self, name: &str) -> Instant {
        self.times(name).pop().expect("an event")
    }

    /// The time of an object's first event after a given time.
    pub(crate) fn first_after(&self, name: &str, moment: Instant) -> Option<Instant> {
        self.times(name).into_iter().find(|time| *time > moment)
    }

    fn times(&self, name: &str) -> Vec<Instant> {
        let seen = self.0.lock().expect("the events");
        let of_name = seen.iter().filter(|(_, of)| of == name);
        of_name.map(|(time, _)| *time).collect()
    }
}

/// Records events until the watch ends.
async fn note(kubeconfig: &str, resource: &ApiResource, seen: &Mutex<Vec<(Instant, String)>>) {
    let (client, namespace) = connect(kubeconfig).await;
    let api: Api<DynamicObject> = Api::namespaced_with(client, &namespace, resource);
    let stream = api.watch(&WatchParams::default(), "0").await;
    let mut stream = pin!(stream.expect("a stream"));
    while let Some(Ok(event)) = stream.next().await {
        let (WatchEvent::Added(object)
        | WatchEvent::Modified(object)
        | WatchEvent::Deleted(object)) = event
        else {
            continue;
        };
        let name = object.metadata.name.unwrap_or_default();
        seen.lock()
            .expect("the events")
            .push((Instant::now(), name));
    }
}
