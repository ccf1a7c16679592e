use crate::api::JsonSchema;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::id;
use crate::schema::Diagnostics;
use crate::value::{Path, Value};

/// The provider's namespace, for objects that do not set one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Namespace {
    /// Not set.
    #[default]
    None,
    /// Unknown until the apply.
    Unknown,
    /// A known namespace.
    Known(String),
}

/// The inputs of a plan.
pub struct PlanRequest<'a> {
    /// The state; null for a create.
    pub prior: &'a Value,
    /// The configuration; null for a destroy.
    pub config: &'a Value,
    /// The private data.
    pub private: &'a [u8],
    /// The provider's namespace.
    pub namespace: &'a Namespace,
    /// The default of `store_credentials`.
    pub stores_credentials: bool,
    /// The default of `deletion_protection`.
    pub protects_from_deletion: bool,
    /// Whether the plan is made during an apply: a destruction was then already approved.
    pub is_applying: bool,
    /// The platform's schema, if it is known.
    pub live: Option<&'a JsonSchema>,
}

/// A plan.
#[derive(Debug, Default)]
pub struct Plan {
    /// The planned state, with unknown values that only the platform can decide.
    pub planned: Value,
    /// The paths whose change forces replacement.
    pub requires_replace: Vec<Path>,
    /// Private data for the apply.
    pub private: Vec<u8>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

/// The planned object, for messages.
pub(crate) struct Subject<'a> {
    /// The title of its kind, for use within a sentence.
    pub(crate) title: &'a str,
    /// Its namespace and name.
    pub(crate) place: String,
}

impl<'a> Subject<'a> {
    /// The object with these values.
    pub(crate) fn of(resource_type: &'a ResourceType, values: &Value) -> Subject<'a> {
        let [namespace, name] = resource_type.place(values);
        Subject {
            title: &resource_type.title,
            place: id(&namespace, &name),
        }
    }
}
