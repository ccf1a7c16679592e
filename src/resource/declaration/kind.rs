use super::dependent::{Dependent, DependentsTimeout};
use super::outputs::OutputSet;
use crate::api::{ApiResource, Object};
use crate::resource::lifecycle::Lifecycle;
use crate::resource::wait::outcome::WaitFor;
use crate::schema::Block;

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
    pub api_resource: fn() -> ApiResource,
    /// What the platform puts before the name of an object to name its release: `postgres-`. Together they have at
    /// most 53 characters.
    pub release_prefix: &'static str,
    /// How the platform treats its objects.
    pub lifecycle: &'static dyn Lifecycle,
    /// The name under which earlier releases have it.
    pub renamed_from: Option<FormerKind>,
    /// The platform release that introduced it; none where every supported release has it.
    pub since: Option<&'static str>,
    /// The last platform release that has it; none where the newest one does.
    pub until: Option<&'static str>,
    /// Set where the platform makes the one object of the kind, which a resource adopts.
    pub adopted: Option<Adopted>,
    /// What a name may be, beside its length.
    pub name_rule: NameRule,
    /// The attributes of its spec.
    pub spec: fn() -> Block,
    /// What an apply waits for unless it is told: less than everything where an object or its workloads become ready
    /// only after something else is made or done.
    pub waits_for: fn(&Object) -> WaitFor,
    /// What the platform makes beside the object itself, that outputs are read from.
    pub dependents: fn(&Object) -> Vec<Dependent>,
    /// When parts that are not there yet no longer come by themselves; none where they always come.
    pub dependents_timeout: Option<DependentsTimeout>,
    /// What the platform reports beside what every kind has.
    pub outputs: OutputSet,
    /// How long it usually may take.
    pub timeouts: Timeouts,
    /// Who uses its objects, so that one in use must not be deleted.
    pub used_by: Option<UsedBy>,
    /// The service of the tenant that its objects do not work without.
    pub needs: Option<Needs>,
}

/// The name of a kind before a platform release. The resource and its ID stay the same.
#[derive(Clone, Copy, Debug)]
pub struct FormerKind {
    /// How the API named it.
    pub api_resource: fn() -> ApiResource,
    /// What the platform put before the name of an object to name its release.
    pub release_prefix: &'static str,
}

/// An object that the platform makes for a tenant, one in each. A create of the resource takes it as it is and writes
/// what is configured; a destroy leaves it.
#[derive(Clone, Copy, Debug)]
pub struct Adopted {
    /// Its name.
    pub name: &'static str,
    /// The attribute of `hikube_tenant` that makes the platform create and delete it; none where it is always there.
    pub switch: Option<&'static str>,
}

/// The kind whose objects use those of another kind by their names.
#[derive(Clone, Copy, Debug)]
pub struct UsedBy {
    /// How the API names it.
    pub api_resource: fn() -> ApiResource,
    /// Terraform's name for it, `hikube_…`.
    pub type_name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its attribute that names what it uses.
    pub attribute: &'static str,
    /// Whether one of its objects uses the object of this name.
    pub uses: fn(&Object, &str) -> bool,
}

/// A service that a tenant has itself or from a tenant above.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// The key under which the platform notes at the tenant's namespace who provides it; it is the attribute of
    /// `hikube_tenant` as well.
    pub service: &'static str,
    /// What happens without it: a sentence.
    pub without: &'static str,
}

/// What a name may be. Measured: the API checks it on create only, release 0.41 hardly at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRule {
    /// A DNS label: lower-case letters, digits and dashes, from a letter, not to a dash.
    Label,
    /// Lower-case letters and digits, from a letter: dashes separate a tenant from its parent.
    Tenant,
}

/// Default timeouts, in minutes.
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

impl Kind {
    /// What most kinds of a lifecycle have in common: a declaration ends with `..Kind::new(&Application)`. Its names and
    /// its spec are empty, and each kind gives its own.
    pub const fn new(lifecycle: &'static dyn Lifecycle) -> Kind {
        Kind {
            type_name: "",
            title: "",
            description: "",
            subcategory: "",
            api_resource: || ApiResource::application("", ""),
            release_prefix: "",
            lifecycle,
            renamed_from: None,
            since: None,
            until: None,
            adopted: None,
            name_rule: NameRule::Label,
            spec: Block::default,
            waits_for: |_| WaitFor::Workloads,
            dependents: |_| Vec::new(),
            dependents_timeout: None,
            outputs: OutputSet::NONE,
            timeouts: Timeouts::USUAL,
            used_by: None,
            needs: None,
        }
    }
}
