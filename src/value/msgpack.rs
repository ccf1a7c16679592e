//! The MessagePack encoding of values, which Terraform uses in every `DynamicValue`.
//!
//! The encoding depends on the type, which both sides know from the schema, and follows go-cty's `cty/msgpack`
//! package: null is nil, unknown is an extension, a number is an integer, a float or a decimal string, whichever is
//! the first that is exact, and a dynamic value is an array of type and value.

mod decode;
mod encode;
mod reader;
#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::encode;
