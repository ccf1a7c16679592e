//! The provider's page: what `templates/index.md` says, with the example, the kinds and the schema.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use hikube::provider::Block;
use hikube::resource::Kind;
use hikube::schema::Spec as _;

use super::page::{example, short_name};
use super::schema::{Extras, render};

const TEMPLATE: &str = "templates/index.md";

/// The page.
///
/// # Errors
///
/// The template or the example is missing, or the template leaves one of its parts out.
pub(super) fn page(root: &Path, kinds: &[Kind]) -> Result<String> {
    let template = fs::read_to_string(root.join(TEMPLATE))
        .with_context(|| format!("reading {TEMPLATE}"))?
        .replace("\r\n", "\n");
    let parts = [
        (
            "{{example}}",
            example(root, "provider/provider.tf", "terraform")?,
        ),
        ("{{kinds}}", table(kinds)),
        ("{{schema}}", render(&Block::object(), &Extras::default())),
    ];
    let mut page = template;
    for (mark, part) in parts {
        ensure!(page.contains(mark), "{TEMPLATE} has no {mark}");
        page = page.replace(mark, part.trim_end());
    }
    Ok(page)
}

fn table(kinds: &[Kind]) -> String {
    let rows = kinds.iter().map(|kind| {
        let (name, page) = (kind.type_name, short_name(kind));
        format!(
            "| {} | [`{name}`](resources/{page}.md) | [`{name}`](data-sources/{page}.md) |\n",
            kind.title
        )
    });
    format!(
        "| Kind | Resource | Data source |\n|---|---|---|\n{}",
        rows.collect::<String>()
    )
}
