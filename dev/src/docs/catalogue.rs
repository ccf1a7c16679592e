//! The pages of plural data sources.

use std::path::Path;

use anyhow::Result;
use hikube::catalogue::CatalogueDataSource;

use super::page::{example, front_matter};
use super::schema::{Extras, render};

/// The page of a plural data source.
///
/// # Errors
///
/// Its example is missing.
pub(super) fn page(root: &Path, catalogue: &CatalogueDataSource) -> Result<String> {
    let name = catalogue.declaration.type_name;
    let file = format!("data-sources/{name}/data-source.tf");
    let usage = example(root, &file, "terraform")?;
    let schema = render(
        &catalogue.schema,
        &Extras::default().with_index("../index.md"),
    );
    let head = front_matter(
        &format!("{name} Data Source - hikube"),
        catalogue.declaration.subcategory,
        &catalogue.description,
    );
    Ok(format!(
        "{head}\n# {name} (Data Source)\n\n{}\n\n## Example Usage\n\n{usage}\n{schema}",
        catalogue.description
    ))
}
