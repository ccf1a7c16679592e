use crate::api;
use crate::schema::{Object, Shape};
use crate::value::Value;

/// A kind of Hikube: what its file in `kinds/` declares. The schema, validation, plan, request, drift,
/// data source, import and pages follow from it.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Terraform's name, `hikube_…`.
    pub type_name: &'static str,
    /// What people call it, for titles: `PostgreSQL database`.
    pub title: &'static str,
    /// What it is and what it is for: one or two sentences of Markdown.
    pub description: &'static str,
    /// The group it is listed under in the Registry: `Databases`.
    pub subcategory: &'static str,
    /// How the API names it.
    pub resource: api::Resource,
    /// What a name may be, beside its length.
    pub name_rule: NameRule,
    /// The attributes of its spec.
    pub spec: fn() -> Object,
    /// What the platform reports beside what every kind has.
    pub outputs: &'static [Output],
    /// How long it usually may take.
    pub timeouts: Timeouts,
}

/// What a name may be. Measured: the API checks it on create only, release 0.41 hardly at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRule {
    /// A DNS label: lower-case letters, digits and dashes, from a letter, not to a dash.
    Label,
    /// Lower-case letters and digits, from a letter: dashes separate a tenant from its parent.
    Tenant,
}

/// A value the platform reports.
#[derive(Clone, Copy)]
pub struct Output {
    /// The attribute's name.
    pub name: &'static str,
    /// What it is.
    pub description: &'static str,
    /// Its shape.
    pub shape: fn() -> Shape,
    /// Whether it keeps its value for the life of the object: an update then does not make it unknown.
    pub stable: bool,
    /// Its value in what the API returned.
    pub read: fn(&api::Object) -> Value,
}

/// How long an operation may take before it gives up waiting, in minutes, where `timeouts` does not say.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For `create`.
    pub create: u32,
    /// For `update`.
    pub update: u32,
    /// For `delete`.
    pub delete: u32,
}

impl Timeouts {
    /// Suits databases, disks and machines.
    pub const USUAL: Timeouts = Timeouts {
        create: 20,
        update: 20,
        delete: 20,
    };
}
