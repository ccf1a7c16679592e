use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;
use tokio::sync::watch;
use tokio::time::Instant;

use super::connection::{Connection, ProgramOutput, connect};
use super::dependents::{DependentReader, Pod, Secret, Service, TenantMetadata};
use super::entries::{Change, ChangedEntry, EntryAddress, EntryWriter, Queues};
use super::error::Error;
use super::lists::SharedLists;
use super::objects::{ApiResource, Object, ObjectReader, ObjectWriter, Preconditions};
use super::request::{CallContext, Requester};
use super::response::Warnings;
use super::schema::{JsonSchema, NoSchema, SchemaCatalog, ServedKinds};
use super::watch::{SharedStreams, Watcher};

/// A connection to the API. Clones share it, with its lists, streams and schemas.
#[derive(Clone)]
pub struct Client {
    requester: Requester,
    lists: SharedLists,
    streams: SharedStreams,
    schemas: SchemaCatalog,
    kinds: ServedKinds,
    queues: Queues,
}

impl Client {
    /// Prepares a connection. Nothing is sent before the first request. Runs the credential program, if there is one,
    /// until `deadline` at most, and returns what it wrote to its standard error.
    ///
    /// # Errors
    /// [`Error::Settings`] where credentials or certificates cannot be used.
    pub async fn new(
        connection: &Connection,
        deadline: Instant,
    ) -> Result<(Client, Option<ProgramOutput>), Error> {
        let (kube, output) = connect(connection, deadline).await?;
        // This leaves time for a second attempt.
        let timeout = connection.request_timeout().mul_f32(2.0 / 3.0);
        let (lists, streams) = if connection.reads_singly() {
            (SharedLists::disabled(), SharedStreams::disabled())
        } else {
            (SharedLists::default(), SharedStreams::default())
        };
        let client = Client {
            requester: Requester::new(kube, &connection.address(), timeout),
            lists,
            streams,
            schemas: SchemaCatalog::new(connection.cache()),
            kinds: ServedKinds::default(),
            queues: Queues::default(),
        };
        Ok((client, output))
    }

    #[cfg(test)]
    pub(super) fn of(requester: Requester) -> Client {
        Client {
            requester,
            lists: SharedLists::default(),
            streams: SharedStreams::default(),
            schemas: SchemaCatalog::default(),
            kinds: ServedKinds::default(),
            queues: Queues::default(),
        }
    }

    /// The same connection for an operation: transient errors are retried until `deadline`. Requests end at the
    /// deadline, or shortly after `stop` becomes true. The warnings of its responses are collected together with those
    /// of its parent operation. Without a deadline, a request is retried for about half a minute.
    #[must_use]
    pub fn within(&self, deadline: Instant, stop: watch::Receiver<bool>) -> Client {
        self.with_context(CallContext {
            deadline: Some(deadline),
            stop: Some(stop),
            warnings: Some(self.collected_warnings().unwrap_or_default()),
        })
    }

    /// The same connection for a separate operation, which shares no warnings with others.
    #[must_use]
    pub fn for_operation(&self) -> Client {
        self.with_context(CallContext {
            warnings: Some(Warnings::default()),
            ..self.requester.context().clone()
        })
    }

    /// The warnings of the API to this operation so far, each text once. None outside of an operation: see
    /// [`Client::for_operation`] and [`Client::within`].
    pub fn warnings(&self) -> Vec<String> {
        self.collected_warnings()
            .map_or_else(Vec::new, |warnings| warnings.to_vec())
    }

    /// The deadline of the operation, if it has one.
    pub fn deadline(&self) -> Option<Instant> {
        self.requester.context().deadline
    }

    /// An object, or an error if it does not exist.
    ///
    /// # Errors
    /// [`NotFound`](super::ErrorKind::NotFound) where it is missing, and all others.
    pub async fn get(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Object, Error> {
        self.reader().get(resource, namespace, name).await
    }

    /// An object, or none if the API states that this object does not exist.
    ///
    /// # Errors
    /// All others.
    pub async fn get_opt(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Object>, Error> {
        self.reader().get_opt(resource, namespace, name).await
    }

    /// An object, or none, as of some seconds ago at most: reads that come together share one list. What this process
    /// has written is never read from an earlier list.
    ///
    /// # Errors
    /// As of [`Client::get_opt`].
    pub async fn read_opt(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Object>, Error> {
        self.reader().read_opt(resource, namespace, name).await
    }

    /// The wanted objects of a namespace, as of `age` ago at most. None where they cannot be listed. Calls that come
    /// together share one list.
    pub async fn list(
        &self,
        resource: &ApiResource,
        namespace: &str,
        age: Duration,
        is_wanted: impl Fn(&Object) -> bool,
    ) -> Option<Vec<Object>> {
        self.reader()
            .list(resource, namespace, age, is_wanted)
            .await
    }

    /// The objects of a namespace now, with labels that a selector selects, such as `team=shop,!temporary`, sorted by
    /// name.
    ///
    /// # Errors
    /// [`Forbidden`](super::ErrorKind::Forbidden) where they may not be listed,
    /// [`NotServed`](super::ErrorKind::NotServed) where there is no such kind, and all others.
    pub async fn search(
        &self,
        resource: &ApiResource,
        namespace: &str,
        selector: Option<&str>,
    ) -> Result<Vec<Object>, Error> {
        self.reader().search(resource, namespace, selector).await
    }

    /// All objects of a namespace, or all cluster-wide ones without one, as of `age` ago at most. Calls that come
    /// together share one list.
    ///
    /// # Errors
    /// Why they cannot be listed.
    pub async fn list_all(
        &self,
        resource: &ApiResource,
        namespace: Option<&str>,
        age: Duration,
    ) -> Result<Vec<Object>, Error> {
        self.reader().list_all(resource, namespace, age).await
    }

    /// Creates an object once. Where an attempt may have created it, the object is looked up and identified by its
    /// [`OPERATION`](super::OPERATION) annotation. The request is sent again only if the object certainly does not
    /// exist.
    ///
    /// # Errors
    /// [`AlreadyExists`](super::ErrorKind::AlreadyExists) and [`Terminating`](super::ErrorKind::Terminating) where
    /// another object has the name, and all others.
    pub async fn create(&self, resource: &ApiResource, object: &Object) -> Result<Object, Error> {
        self.writer().create(resource, object).await
    }

    /// Replaces an object by one with the resource version that was read. Sent once, unless the API did not process
    /// it: after any other error the caller reads the object again.
    ///
    /// # Errors
    /// [`Conflict`](super::ErrorKind::Conflict) where the object was changed in between, and all others. Of
    /// applications, only platforms 0.41 and 1.3 check the version.
    pub async fn replace(&self, resource: &ApiResource, object: &Object) -> Result<Object, Error> {
        self.entry_writer().replace(resource, object).await
    }

    /// Changes an entry that is managed apart from its object. Changes of the same object that come together share
    /// one read and one write. `stored` is the object to write back: without what a read adds.
    ///
    /// # Errors
    /// [`AlreadyExists`](super::ErrorKind::AlreadyExists) and [`Conflict`](super::ErrorKind::Conflict) where the entry
    /// does not permit the change, and all others.
    pub async fn change_entry(
        &self,
        resource: &ApiResource,
        at: EntryAddress,
        change: Change,
        stored: &(dyn Fn(Object) -> Object + Sync),
    ) -> Result<ChangedEntry, Error> {
        let writer = self.entry_writer();
        writer.change(resource, at, change, stored).await
    }

    /// An object with entries, or none, read not earlier than `since`. Calls that come together share one read.
    ///
    /// # Errors
    /// As of [`Client::get_opt`].
    pub async fn read_since(
        &self,
        resource: &ApiResource,
        place: [&str; 2],
        since: Instant,
    ) -> Result<Option<Object>, Error> {
        self.entry_writer().read_since(resource, place, since).await
    }

    /// Requests the deletion of an object. It exists until the platform has finished the deletion.
    ///
    /// # Errors
    /// [`NotFound`](super::ErrorKind::NotFound) where it is missing, or where its label was damaged; and all others.
    pub async fn delete(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
    ) -> Result<(), Error> {
        let any = Preconditions::default();
        self.delete_if(resource, namespace, name, &any).await
    }

    /// The same, if the preconditions hold. Not for applications.
    ///
    /// # Errors
    /// [`Conflict`](super::ErrorKind::Conflict) where they do not hold, and those of [`Client::delete`].
    pub async fn delete_if(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
        preconditions: &Preconditions,
    ) -> Result<(), Error> {
        self.writer()
            .delete(resource, namespace, name, preconditions)
            .await
    }

    /// Writes a subresource, such as `start` of a virtual machine, with a body, or without one where it is null. Sent
    /// once: what it does may not be safe to repeat.
    ///
    /// # Errors
    /// Why it failed, with the subresource and the object.
    pub async fn put_subresource(
        &self,
        resource: &ApiResource,
        namespace: &str,
        name: &str,
        subresource: &str,
        body: &Json,
    ) -> Result<(), Error> {
        self.writer()
            .put_subresource(resource, namespace, name, subresource, body)
            .await
    }

    /// A Secret of an application, not older than `age`, or none: the tenant's view of it or, where the tenant has
    /// none, the Secret itself.
    ///
    /// # Errors
    /// [`Forbidden`](super::ErrorKind::Forbidden) where neither may be read, and all others.
    pub async fn secret(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Secret>, Error> {
        self.dependents().secret(namespace, name, age).await
    }

    /// The tenant's view of a Secret, not older than `age`, or none.
    ///
    /// # Errors
    /// [`Forbidden`](super::ErrorKind::Forbidden) where it may not be read, and all others.
    pub async fn tenant_secret(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Secret>, Error> {
        self.dependents().tenant_secret(namespace, name, age).await
    }

    /// A Service of an application, not older than `age`, or none.
    ///
    /// # Errors
    /// [`Forbidden`](super::ErrorKind::Forbidden) where it may not be read, and all others.
    pub async fn service(
        &self,
        namespace: &str,
        name: &str,
        age: Duration,
    ) -> Result<Option<Service>, Error> {
        self.dependents().service(namespace, name, age).await
    }

    /// The address of the running pod with this label, not older than `age`: None where pods may not be listed, and
    /// `Some(None)` where none runs. Pods are listed by the label `of`, so that one list serves all who ask.
    ///
    /// # Errors
    /// The namespace has an invalid name.
    pub async fn pod_address(
        &self,
        namespace: &str,
        of: (&str, &str),
        label: (&str, &str),
        age: Duration,
    ) -> Result<Option<Option<String>>, Error> {
        self.dependents()
            .pod_address(namespace, of, label, age)
            .await
    }

    /// The pods with this label, not older than `age`, or none where they cannot be listed.
    ///
    /// # Errors
    /// The namespace has an invalid name.
    pub async fn pods(
        &self,
        namespace: &str,
        label: (&str, &str),
        age: Duration,
    ) -> Result<Option<Vec<Pod>>, Error> {
        self.dependents().pods(namespace, label, age).await
    }

    /// The metadata of a tenant's namespace, not older than `age`, or none.
    ///
    /// # Errors
    /// [`Forbidden`](super::ErrorKind::Forbidden) where it may not be read, and all others.
    pub async fn tenant_metadata(
        &self,
        namespace: &str,
        age: Duration,
    ) -> Result<Option<TenantMetadata>, Error> {
        self.dependents().tenant_metadata(namespace, age).await
    }

    /// The namespaces of all tenants that may be read, sorted.
    ///
    /// # Errors
    /// [`Forbidden`](super::ErrorKind::Forbidden) where they may not be listed, and all others.
    pub async fn tenant_namespaces(&self) -> Result<Vec<String>, Error> {
        self.dependents().tenant_namespaces().await
    }

    /// Whether the tenant of a namespace was deleted, as far as its parents can be read. Requests in the namespace of a
    /// deleted tenant return 403 instead of 404, because the permissions are deleted with the tenant.
    pub async fn is_tenant_deleted(&self, namespace: &str) -> bool {
        self.dependents().is_tenant_deleted(namespace).await
    }

    /// The changes of a kind in a namespace, from one stream for all watchers.
    pub fn watch(&self, resource: &ApiResource, namespace: &str) -> Watcher {
        let kube = self.requester.kube();
        self.streams.watch(kube, resource, namespace)
    }

    /// The workloads of applications in a namespace: pods, volumes and addresses. One stream for all watchers.
    pub fn watch_workloads(&self, namespace: &str) -> Watcher {
        let kube = self.requester.kube();
        self.streams.watch_workloads(kube, namespace)
    }

    /// The platform's schema of a kind's spec. The document of its group is fetched at most once.
    ///
    /// # Errors
    /// Why there is none. Everything works without it, with fewer checks.
    pub async fn schema(&self, resource: &ApiResource) -> Result<Arc<JsonSchema>, NoSchema> {
        self.schemas.schema(&self.requester, resource).await
    }

    /// The kinds of applications that the platform serves, sorted by name. Requested at most once.
    ///
    /// # Errors
    /// Why they cannot be listed.
    pub async fn served_kinds(&self) -> Result<Arc<[ApiResource]>, NoSchema> {
        self.kinds.list(&self.requester).await
    }

    fn collected_warnings(&self) -> Option<Warnings> {
        self.requester.context().warnings.clone()
    }

    fn with_context(&self, context: CallContext) -> Client {
        Client {
            requester: self.requester.with_context(context),
            ..self.clone()
        }
    }

    fn reader(&self) -> ObjectReader<'_> {
        ObjectReader {
            requester: &self.requester,
            lists: &self.lists,
        }
    }

    fn writer(&self) -> ObjectWriter<'_> {
        ObjectWriter {
            requester: &self.requester,
            lists: &self.lists,
        }
    }

    fn entry_writer(&self) -> EntryWriter<'_> {
        EntryWriter {
            requester: &self.requester,
            lists: &self.lists,
            queues: &self.queues,
        }
    }

    fn dependents(&self) -> DependentReader<'_> {
        DependentReader {
            requester: &self.requester,
            lists: &self.lists,
        }
    }
}
