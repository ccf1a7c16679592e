use futures_util::future::BoxFuture;

use crate::resource::session::Session;
use crate::schema::Diagnostics;
use crate::value::Value;

/// A planned create or update.
#[derive(Clone, Copy)]
pub struct PlannedChange<'a> {
    /// The title of the kind, for use within a sentence.
    pub title: &'a str,
    /// The namespace; none if it is unknown.
    pub namespace: Option<&'a str>,
    /// The name; none if it is unknown.
    pub name: Option<&'a str>,
    /// The planned attributes.
    pub planned: &'a Value,
    /// Whether the object is new.
    pub is_new: bool,
    /// Whether the new object replaces one, which is deleted first.
    pub is_replacement: bool,
}

/// A check of a plan against other objects of the platform. What cannot be read is not checked.
pub trait PlanCheck: Send + Sync {
    /// Reports what the platform would refuse, or never finish.
    fn check<'a>(
        &'a self,
        session: &'a Session,
        change: PlannedChange<'a>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, ()>;
}
