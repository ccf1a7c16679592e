//! The kinds of Hikube: a file each, and the list of them.
//!
//! To add one: write its file, and add its line to [`KINDS`]. Everything else follows.

mod backup_plan;
mod bucket;
#[cfg(test)]
mod expectations;
mod kubernetes;
mod postgres;
mod shared;
mod tenant;
#[cfg(test)]
mod tests;
mod vm;
mod vm_disk;

use crate::resource::Kind;

/// Every kind, in the order of the pages.
pub const KINDS: &[Kind] = &[
    tenant::KIND,
    kubernetes::KIND,
    vm::KIND,
    vm_disk::KIND,
    postgres::KIND,
    bucket::KIND,
    backup_plan::KIND,
];
