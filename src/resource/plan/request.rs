use crate::api::JsonSchema;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::id;
use crate::schema::Diagnostics;
use crate::value::{Path, Value};

/// The provider's namespace, for objects that name none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Namespace {
    /// There is none.
    #[default]
    None,
    /// It is known only after apply.
    Unknown,
    /// It is this.
    Known(String),
}

/// What a plan is made from.
pub struct PlanRequest<'a> {
    /// The state; null where there is no object yet.
    pub prior: &'a Value,
    /// The configuration; null to destroy.
    pub config: &'a Value,
    /// What the provider remembers of the object.
    pub private: &'a [u8],
    /// The provider's namespace.
    pub namespace: &'a Namespace,
    /// The default of `store_credentials`.
    pub stores_credentials: bool,
    /// The default of `deletion_protection`.
    pub protects_from_deletion: bool,
    /// Whether this is asked during an apply: what is destroyed then was planned before.
    pub is_applying: bool,
    /// The platform's schema, where known.
    pub live: Option<&'a JsonSchema>,
}

/// The result that an apply has to reach.
#[derive(Debug, Default)]
pub struct Plan {
    /// The state afterwards, unknown where only the platform can tell.
    pub planned: Value,
    /// The attributes whose change forces replacement, each by the innermost path that Terraform takes.
    pub requires_replace: Vec<Path>,
    /// Private data for the apply.
    pub private: Vec<u8>,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
}

/// The object that is planned, for messages.
pub(crate) struct Subject<'a> {
    /// What people call its kind, as it stands inside a sentence.
    pub(crate) title: &'a str,
    /// Its namespace and name.
    pub(crate) place: String,
}

impl<'a> Subject<'a> {
    /// The object of these values.
    pub(crate) fn of(resource_type: &'a ResourceType, values: &Value) -> Subject<'a> {
        let text = |name: &str| values.attribute(name).as_str().unwrap_or_default();
        Subject {
            title: &resource_type.title,
            place: id(text("namespace"), text("name")),
        }
    }
}
