//! What all pages have in common: the front matter, and examples.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The head of a page. The Registry takes the title and the place in its list from it.
pub(super) fn front_matter(title: &str, subcategory: &str, description: &str) -> String {
    format!(
        "---\n\
         # Generated from the declarations in src/ and from examples/ by `cargo dev generate`.\n\
         page_title: \"{title}\"\n\
         subcategory: \"{subcategory}\"\n\
         description: |-\n  {description}\n\
         ---\n"
    )
}

/// A file below `examples/` as a block of code.
///
/// # Errors
///
/// The file is not there.
pub(super) fn example(root: &Path, path: &str, language: &str) -> Result<String> {
    let path = Path::new("examples").join(path);
    let text = fs::read_to_string(root.join(&path))
        .with_context(|| format!("reading {}, which a page shows", path.display()))?;
    let text = text.replace("\r\n", "\n");
    Ok(format!("```{language}\n{}\n```\n", text.trim_end()))
}

/// The name of a type in the names of pages: without the provider's.
pub(super) fn short_name(type_name: &str) -> &str {
    type_name.strip_prefix("hikube_").unwrap_or(type_name)
}
