//! The engine: the operations of a resource, implemented once for all resource types. It plans, applies, reads, imports
//! and moves objects as described by a [`ResourceType`].

mod apply;
mod declaration;
mod diagnostics;
mod entry_of;
mod journal;
pub(crate) mod lifecycle;
mod list;
mod move_state;
pub(crate) mod observe;
mod plan;
mod read;
mod resource_type;
pub(crate) mod session;
pub(crate) mod spec;
pub(crate) mod state;
#[cfg(test)]
pub(crate) mod tests;
mod validate;
pub(crate) mod wait;

pub use apply::operation::apply;
pub use apply::request::{Applied, ApplyRequest};
pub use declaration::dependent::{Dependent, DependentsTimeout};
pub use declaration::entry::{EntryCredentials, EntryKind};
pub use declaration::kind::{Adopted, FormerKind, Kind, NameRule, Needs, Timeouts, UsedBy};
pub use declaration::outputs::{Observe, Output, OutputSet, Outputs, Planned};
pub use declaration::plan_check::{PlanCheck, PlannedChange};
pub(crate) use diagnostics::error::{api_error, api_error_as, capitalised, list_error};
pub(crate) use diagnostics::rbac::TenantRole;
pub(crate) use diagnostics::release::unsupported_release_detail;
pub use hikube_derive::Outputs;
pub use journal::record::Journal;
pub use lifecycle::Lifecycle;
pub use list::{Listed, Listing, list, list_block, validate_list};
pub use move_state::mover::move_state;
pub use move_state::request::MoveRequest;
pub use observe::observed::Observed;
pub use observe::served::served;
pub use plan::change::{Connect, plan_change};
pub use plan::planner::plan;
pub use plan::request::{Namespace, Plan, PlanRequest};
pub use read::data_source::read_data_source;
pub use read::ephemeral::Ephemeral;
pub use read::generate::generate_config;
pub use read::import::{Imported, import};
pub use read::refresh::{ReadRequest, Refreshed, read};
pub use resource_type::ResourceType;
pub use session::{OnWaitTimeout, Owned, Session};
pub use state::identity::{identity, identity_of, import_identity, upgrade_identity};
pub use state::private::is_imported;
pub use state::reported::without_outputs;
pub use state::upgrade::upgrade;
pub use validate::configuration::{refuse_write_only, validate, validate_data_source};
pub(crate) use validate::name::{check_namespace, is_namespace, place_of, place_of_entry};
pub use wait::outcome::WaitFor;
