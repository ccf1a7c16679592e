use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::api::{ApiResource, Error, Object};
use crate::resource::Session;
use crate::schema::Block;
use crate::value::Value;

/// The maximum age of a list that hardly ever changes: it is requested once in a run.
const ONCE: Duration = Duration::from_secs(3600);

/// The maximum age of other lists, so that data sources that are read together share one.
const SHARED: Duration = Duration::from_secs(2);

/// A plural data source, declared by its file. Schema, validation, reading and documentation are derived from it.
#[derive(Clone, Copy)]
pub struct Catalogue {
    /// The name of the data source, `hikube_…s`.
    pub type_name: &'static str,
    /// The title, for use within a sentence: `backup classes`.
    pub title: &'static str,
    /// The description: one or two sentences of Markdown.
    pub description: &'static str,
    /// The subcategory in the Registry: `Backups`.
    pub subcategory: &'static str,
    /// The first platform release that has it; none if all supported releases have it.
    pub since: Option<&'static str>,
    /// What platforms without it have in its place, as a sentence.
    pub instead: Option<&'static str>,
    /// Where its items are.
    pub scope: Scope,
    /// The kind that is read, which shows whether the platform has it.
    pub api_resource: fn() -> ApiResource,
    /// The attributes that select items.
    pub filters: fn() -> Block,
    /// The name of the attribute with the items, and its description.
    pub items: (&'static str, &'static str),
    /// The attributes of an item.
    pub item: fn() -> Block,
    /// Reads the selected items, in the order of the list.
    pub read: for<'a> fn(Request<'a>) -> BoxFuture<'a, Result<Vec<Value>, Error>>,
}

/// Where the items of a data source are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In a namespace, which is an attribute.
    Namespace,
    /// The same on the whole platform.
    Platform,
}

/// The inputs of a read.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The connection.
    pub session: &'a Session,
    /// The namespace; none if the items are the same on the whole platform.
    pub namespace: Option<&'a str>,
    /// The configuration, with the filters.
    pub config: &'a Value,
}

impl Request<'_> {
    /// The objects of a kind, requested once in a run. For what hardly ever changes.
    ///
    /// # Errors
    /// Why they cannot be listed.
    pub async fn fixed_objects(&self, resource: &ApiResource) -> Result<Vec<Object>, Error> {
        self.list(resource, ONCE).await
    }

    /// The current objects of a kind.
    ///
    /// # Errors
    /// Why they cannot be listed.
    pub async fn objects(&self, resource: &ApiResource) -> Result<Vec<Object>, Error> {
        self.list(resource, SHARED).await
    }

    async fn list(&self, resource: &ApiResource, age: Duration) -> Result<Vec<Object>, Error> {
        let client = &self.session.client;
        client.list_all(resource, self.namespace, age).await
    }

    /// Whether a filter is not set, or is this text.
    pub fn takes(filter: &Value, text: &str) -> bool {
        filter.as_str().is_none_or(|wanted| wanted == text)
    }
}
