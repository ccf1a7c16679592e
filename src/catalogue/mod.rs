//! Plural data sources: lists of what a tenant or the platform has. A file each, and their list.
//!
//! To add one, add its file, and a line to [`CATALOGUES`].

mod backup_classes;
mod backups;
mod data_source;
mod declaration;
mod read;
#[cfg(test)]
mod tests;

pub use data_source::CatalogueDataSource;
pub use declaration::{Catalogue, Request, Scope};
pub use read::{read, validate};

/// Every plural data source, in the order of the pages.
pub const CATALOGUES: &[Catalogue] = &[backup_classes::CATALOGUE, backups::CATALOGUE];
