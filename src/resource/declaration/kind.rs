use super::dependent::{Dependent, DependentsTimeout};
use super::entry::EntryKind;
use super::outputs::OutputSet;
use super::plan_check::PlanCheck;
use crate::api::{ApiResource, Object};
use crate::resource::lifecycle::Lifecycle;
use crate::resource::wait::outcome::WaitFor;
use crate::schema::Block;

/// A kind of Hikube, declared by its file in `kinds/`. Schema, validation, plan, requests, drift detection, data
/// source, import and documentation are derived from it.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The name of the resource type, `hikube_…`.
    pub type_name: &'static str,
    /// The title: `PostgreSQL database`.
    pub title: &'static str,
    /// The description: one or two sentences of Markdown.
    pub description: &'static str,
    /// The subcategory in the Registry: `Databases`.
    pub subcategory: &'static str,
    /// Group, version, kind and plural in the API.
    pub api_resource: fn() -> ApiResource,
    /// The prefix of the release name before the object's name: `postgres-`. The release name has at most 53
    /// characters.
    pub release_prefix: &'static str,
    /// How the platform processes its objects.
    pub lifecycle: &'static dyn Lifecycle,
    /// The name in earlier releases.
    pub renamed_from: Option<FormerKind>,
    /// The first platform release that has the kind; none if all supported releases have it.
    pub since: Option<&'static str>,
    /// The last platform release that has the kind; none if the newest one has it.
    pub until: Option<&'static str>,
    /// Set if the platform creates the only object of the kind, which a resource adopts.
    pub adopted: Option<Adopted>,
    /// The rule for names, except for the length.
    pub name_rule: NameRule,
    /// The attributes of the spec.
    pub spec: fn() -> Block,
    /// The default of `wait_for`: less than everything if objects or their workloads become ready only after further
    /// objects or actions.
    pub waits_for: fn(&Object) -> WaitFor,
    /// The dependents from which outputs are read.
    pub dependents: fn(&Object) -> Vec<Dependent>,
    /// The time after which missing dependents are not expected any more; none if they always appear.
    pub dependents_timeout: Option<DependentsTimeout>,
    /// The outputs in addition to those of every kind.
    pub outputs: OutputSet,
    /// The default timeouts.
    pub timeouts: Timeouts,
    /// The kind that uses its objects. An object in use must not be deleted.
    pub used_by: Option<UsedBy>,
    /// The service of the tenant that its objects require.
    pub needs: Option<Needs>,
    /// The checks of its plans against other objects of the platform.
    pub plan_checks: &'static [&'static dyn PlanCheck],
    /// What platforms without the kind have in its place, as a sentence.
    pub instead: Option<&'static str>,
    /// Whether its objects only record what was done, so that deleting one deletes no data.
    pub is_record: bool,
    /// The resource types for entries of its spec.
    pub entries: &'static [EntryKind],
}

/// The name of a kind before a platform release. Resource type and ID are the same.
#[derive(Clone, Copy, Debug)]
pub struct FormerKind {
    /// The former kind in the API.
    pub api_resource: fn() -> ApiResource,
    /// The former prefix of the release name.
    pub release_prefix: &'static str,
}

/// An object that the platform creates, one for each tenant. A create of the resource adopts it and writes the
/// configuration; a destroy keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Adopted {
    /// Its name.
    pub name: &'static str,
    /// The attribute of `hikube_tenant` that makes the platform create and delete it; none if it always exists.
    pub switch: Option<&'static str>,
}

/// The kind whose objects use those of another kind by their names.
#[derive(Clone, Copy, Debug)]
pub struct UsedBy {
    /// The kind in the API.
    pub api_resource: fn() -> ApiResource,
    /// The resource type, `hikube_…`.
    pub type_name: &'static str,
    /// The title.
    pub title: &'static str,
    /// The attribute that references the used object.
    pub attribute: &'static str,
    /// Whether one of its objects uses the object with this name.
    pub uses: fn(&Object, &str) -> bool,
}

/// A service that a tenant runs or inherits from a parent tenant.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// The label of the tenant's namespace with the tenant that runs the service, and the attribute of `hikube_tenant`
    /// that enables it.
    pub service: &'static str,
    /// The effect of a missing service, as a sentence.
    pub without: &'static str,
}

/// The rule for names. Measured: the API checks it only on create, and release 0.41 hardly checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRule {
    /// A DNS label: lower-case letters, digits and dashes. It begins with a letter and does not end with a dash.
    Label,
    /// Lower-case letters and digits, beginning with a letter. Dashes separate a tenant from its parent.
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
    /// For databases, disks and virtual machines.
    pub const USUAL: Timeouts = Timeouts {
        create: 20,
        update: 20,
        delete: 20,
    };
}

impl Kind {
    /// The defaults for kinds of a lifecycle: a declaration ends with `..Kind::new(&Application)`. Names and spec are
    /// empty and must be set.
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
            plan_checks: &[],
            instead: None,
            is_record: false,
            entries: &[],
        }
    }
}
