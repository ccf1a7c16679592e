//! The creates that Terraform may know nothing of.

pub(crate) mod page;
pub(crate) mod record;
#[cfg(test)]
mod tests;
