//! Values in MessagePack, as Terraform sends and expects them in every `DynamicValue`.
//!
//! The encoding is directed by a type, which both sides know from the schema. Its rules are those
//! of go-cty's `cty/msgpack` package: null is nil; unknown is an extension; a number is an integer,
//! a float or decimal text, whichever is the first to hold it exactly; a dynamic value is an array
//! of its type and itself.

mod decode;
mod encode;
mod reader;
#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::encode;
