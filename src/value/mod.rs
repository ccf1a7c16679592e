//! Terraform's values, of which configurations, plans and states consist.
//!
//! A [`Value`] does not contain its type, except for dynamic values. Codecs and the engine process it with a [`Type`]
//! or a schema. Unlike a Rust struct it can be null or unknown at any depth, so plans use values and not structs.

#[cfg(test)]
pub(crate) mod arbitrary;
mod dynamic;
mod error;
pub mod json;
pub mod msgpack;
mod number;
mod path;
mod shape;
#[expect(
    clippy::module_inception,
    reason = "named for the type that it defines"
)]
mod value;
mod value_type;

pub use error::{DecodeError, EncodeError};
pub use number::{Number, ParseNumberError};
pub use path::{Path, Step};
pub use value::Value;
pub use value_type::Type;
