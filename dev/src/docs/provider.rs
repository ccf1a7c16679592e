//! The provider's page: `templates/index.md` with the example, the table of types and the schema.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use hikube::action::{ACTIONS, Action};
use hikube::catalogue::CATALOGUES;
use hikube::function::FUNCTIONS;
use hikube::kinds::{DATA_SOURCES, KINDS};
use hikube::provider::{ProviderBlock, Registry};
use hikube::resource::Ephemeral;
use hikube::schema::Spec as _;

use super::page::{capitalized, example, short_name};
use super::schema::{Extras, render};

const TEMPLATE: &str = "templates/index.md";

/// The page.
///
/// # Errors
///
/// The template or the example is missing, or a placeholder is missing in the template.
pub(super) fn page(root: &Path, registry: &Registry) -> Result<String> {
    let template = fs::read_to_string(root.join(TEMPLATE))
        .with_context(|| format!("could not read {TEMPLATE}"))?
        .replace("\r\n", "\n");
    let parts = [
        (
            "{{example}}",
            example(root, "provider/provider.tf", "terraform")?,
        ),
        ("{{kinds}}", table(registry)),
        ("{{functions}}", functions()),
        ("{{actions}}", actions()),
        (
            "{{schema}}",
            render(&ProviderBlock::block(), &Extras::default().with_index("")),
        ),
    ];
    let mut page = template;
    for (mark, part) in parts {
        ensure!(page.contains(mark), "{TEMPLATE} does not contain {mark}");
        page = page.replace(mark, part.trim_end());
    }
    Ok(page)
}

fn functions() -> String {
    let rows = FUNCTIONS.iter().map(|function| {
        let (name, summary) = (function.name, function.summary);
        format!("| [`{name}`](functions/{name}.md) | {summary} |\n")
    });
    format!(
        "| Function | Description |\n|---|---|\n{}",
        rows.collect::<String>()
    )
}

/// Links to the actions.
fn actions() -> String {
    let link = |action: &Action| {
        let name = action.type_name;
        format!("[`{name}`](actions/{}.md)", short_name(name))
    };
    let links: Vec<String> = ACTIONS.iter().map(link).collect();
    links.join(", ")
}

fn table(registry: &Registry) -> String {
    let link = |name: &str| {
        let page = short_name(name);
        format!("[`{name}`](ephemeral-resources/{page}.md)")
    };
    let rows = KINDS.iter().chain(DATA_SOURCES).map(|kind| {
        let (name, page) = (kind.type_name, short_name(kind.type_name));
        let credentials = Ephemeral::credentials_of(name);
        let credentials = registry.ephemeral(&credentials).map(|_| link(&credentials));
        let resource = registry.resource(name);
        let resource = resource.map(|_| format!("[`{name}`](resources/{page}.md)"));
        format!(
            "| {} | {} | [`{name}`](data-sources/{page}.md) | {} |\n",
            capitalized(kind.title),
            resource.unwrap_or_default(),
            credentials.unwrap_or_default()
        )
    });
    let lists = CATALOGUES.iter().map(|catalogue| {
        let (name, page) = (catalogue.type_name, short_name(catalogue.type_name));
        let title = capitalized(catalogue.title);
        format!("| {title} | | [`{name}`](data-sources/{page}.md) | |\n")
    });
    let app = "hikube_app";
    let any_kind = format!(
        "| Application of any kind | [`{app}`](resources/app.md) | [`{app}`](data-sources/app.md) | |\n"
    );
    format!(
        "| | Resource | Data source | Ephemeral resource |\n|---|---|---|---|\n{}{any_kind}{}| Secret | | | {} |\n",
        rows.collect::<String>(),
        lists.collect::<String>(),
        link(Ephemeral::SECRET)
    )
}
