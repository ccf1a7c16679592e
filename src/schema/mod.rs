//! Schemas of resources, data sources and the provider block: attributes with their types, defaults and rules.
//!
//! A schema is declared by a Rust struct with `#[derive(Spec)]`, see [`Spec`]. Terraform's schema, validation, plan,
//! requests, drift detection and the pages in `docs/` are derived from it.

mod attribute;
mod check;
mod choice;
mod cron;
mod diagnostic;
mod documentation;
mod duration;
mod field;
mod field_options;
mod former_spec;
mod keys;
pub mod pattern;
mod quantity;
mod release;
mod rule;
mod same;
mod secrets;
mod text;
mod to_value;
mod unit;
mod visit;
mod write_only;

pub use attribute::{
    Attribute, AttributeRole, Block, FormerShape, RenamedFrom, Shape, TakesEffect, Upgrades, Usage,
};
pub use check::{check, check_rules};
pub use choice::{Choice, Choices, respelling};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use documentation::is_empty;
pub use duration::duration;
pub use field::{
    Bytes, Cores, Cpu, Duration, Dynamic, Field, IntOrString, Json, Quantity, Secret, Spec,
    choice_shape, object_shape,
};
pub use former_spec::FormerSpec;
pub use hikube_derive::{Choice, Spec, ToValue};
pub use keys::{InName, Keys};
pub use quantity::Amount;
pub use release::Releases;
pub use rule::{Rule, Scope};
pub use same::same;
pub use secrets::{secret_paths, secrets};
pub use text::{Meaning, Text};
pub use to_value::ToValue;
pub use unit::Unit;
pub use write_only::{given_write_only, nullify, with_write_only, written_afresh};
