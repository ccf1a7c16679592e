//! The parts that all pages share: front matter and examples.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The front matter of a page: the Registry takes the title and the position in its navigation from it.
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

/// A file of `examples/` as a code block.
///
/// # Errors
///
/// The file does not exist.
pub(super) fn example(root: &Path, path: &str, language: &str) -> Result<String> {
    let path = Path::new("examples").join(path);
    let text = fs::read_to_string(root.join(&path))
        .with_context(|| format!("could not read the example {}", path.display()))?;
    let text = text.replace("\r\n", "\n");
    Ok(format!("```{language}\n{}\n```\n", text.trim_end()))
}

/// A title at the beginning of a cell: capitalized, as titles are declared for use within a sentence.
pub(super) fn capitalized(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// The file name of a type's page: the type name without the provider's prefix.
pub(super) fn short_name(type_name: &str) -> &str {
    type_name.strip_prefix("hikube_").unwrap_or(type_name)
}
