//! The functions of the provider: a file each, and their list. They are pure and need no connection.
//!
//! To add a function, add its file, and a line to [`FUNCTIONS`].

mod declaration;
mod kubeconfig;
mod names;
mod parse_id;
mod quantity;
mod s3_backend;
mod tenant_namespace;
#[cfg(test)]
mod tests;
mod vpc_subnet_id;

pub use declaration::{Arguments, Function, Parameter, Returns, WrongArgument};

/// Every function.
pub const FUNCTIONS: &[Function] = &[
    tenant_namespace::FUNCTION,
    vpc_subnet_id::FUNCTION,
    parse_id::FUNCTION,
    quantity::FUNCTION,
    kubeconfig::FUNCTION,
    s3_backend::FUNCTION,
];
