//! What a resource, data source or provider block looks like: attributes, their types with meaning,
//! their defaults and their rules.
//!
//! A schema comes from a Rust struct by `#[derive(Spec)]`: see [`Spec`]. Everything else follows from
//! it: the schema Terraform sees, validation, the plan, the request, drift and the pages in `docs/`.

mod attribute;
mod check;
mod choice;
mod cron;
mod diagnostic;
mod field;
mod keys;
pub mod pattern;
mod quantity;
mod same;
mod secrets;
mod to_value;
mod unit;
mod words;
mod write_only;

pub use attribute::{Attribute, Block, Former, Role, Shape, TakesEffect, Text, Upgrades, Usage};
pub use check::{Rule, Scope, check};
pub use choice::{Choice, Choices, respelling};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use field::{
    Bytes, Cores, Cpu, Duration, Field, IntOrString, Json, Meaning, Quantity, Secret, Spec,
    choice_shape, object_shape,
};
pub use hikube_derive::{Choice, Spec, ToValue};
pub use keys::{InName, Keys};
pub use quantity::Amount;
pub use same::{duration, same};
pub use secrets::secrets;
pub use to_value::ToValue;
pub use unit::Unit;
pub use words::is_empty;
pub use write_only::{given_write_only, nullify, with_write_only, written_afresh};
