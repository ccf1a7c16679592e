//! The provider's page: what `templates/index.md` says, with the example, the kinds and the schema.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use hikube::kinds::KINDS;
use hikube::provider::{ProviderBlock, Registry};
use hikube::resource::Ephemeral;
use hikube::schema::Spec as _;

use super::page::{example, short_name};
use super::schema::{Extras, render};

const TEMPLATE: &str = "templates/index.md";

/// The page.
///
/// # Errors
///
/// The template or the example is missing, or the template leaves one of its parts out.
pub(super) fn page(root: &Path, registry: &Registry) -> Result<String> {
    let template = fs::read_to_string(root.join(TEMPLATE))
        .with_context(|| format!("reading {TEMPLATE}"))?
        .replace("\r\n", "\n");
    let parts = [
        (
            "{{example}}",
            example(root, "provider/provider.tf", "terraform")?,
        ),
        ("{{kinds}}", table(registry)),
        (
            "{{schema}}",
            render(&ProviderBlock::block(), &Extras::default()),
        ),
    ];
    let mut page = template;
    for (mark, part) in parts {
        ensure!(page.contains(mark), "{TEMPLATE} has no {mark}");
        page = page.replace(mark, part.trim_end());
    }
    Ok(page)
}

fn table(registry: &Registry) -> String {
    let link = |name: &str| {
        let page = short_name(name);
        format!("[`{name}`](ephemeral-resources/{page}.md)")
    };
    let rows = KINDS.iter().map(|kind| {
        let (name, page) = (kind.type_name, short_name(kind.type_name));
        let credentials = Ephemeral::credentials_of(name);
        let credentials = registry.ephemeral(&credentials).map(|_| link(&credentials));
        format!(
            "| {} | [`{name}`](resources/{page}.md) | [`{name}`](data-sources/{page}.md) | {} |\n",
            kind.title,
            credentials.unwrap_or_default()
        )
    });
    format!(
        "| Kind | Resource | Data source | Credentials, kept nowhere |\n|---|---|---|---|\n{}| Any Secret | | | {} |\n",
        rows.collect::<String>(),
        link(Ephemeral::SECRET)
    )
}
