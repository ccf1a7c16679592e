//! Kinds that an upgrade of the platform replaced. The object in the state no longer exists, so it must be imported as
//! the new kind instead of moved.

use super::manifest::Manifest;
use super::request::{MoveRequest, Refusal};
use crate::resource::state::reported::id;

/// A removed kind, and the kinds to which an upgrade migrates its objects.
struct Replaced {
    kind: &'static str,
    /// The first release without it.
    since: &'static str,
    /// The kinds of the migrated objects, which have the same name; none if the upgrade does not migrate them.
    by: &'static [&'static str],
}

const REPLACED: [Replaced; 2] = [
    Replaced {
        kind: "VirtualMachine",
        since: "1.0",
        by: &["VMInstance", "VMDisk"],
    },
    Replaced {
        kind: "FerretDB",
        since: "1.0",
        by: &[],
    },
];

/// The error for a manifest of a replaced kind, with the blocks to use instead.
pub(crate) fn refusal(manifest: &Manifest, request: &MoveRequest<'_>) -> Option<Refusal> {
    let replaced = REPLACED.iter().find(|one| one.kind == manifest.kind)?;
    let Replaced { kind, since, by } = replaced;
    let theirs = request.type_name;
    let what = format!("This manifest is a `{kind}`, a kind that platform {since} removed");
    let until = format!("Before that upgrade, keep it a `{theirs}`.");
    let removed = format!(
        "removed {{\n  from = {theirs}.NAME\n\n  lifecycle {{\n    destroy = false\n  }}\n}}"
    );
    if by.is_empty() {
        return Some(format!(
            "{what} without a replacement: its upgrade migrates nothing. {until} Move the data elsewhere before \
             the upgrade. After it, replace the `moved` block by this one, with the name of the resource for \
             `NAME`:\n\n{removed}"
        ));
    }
    let kinds: Vec<String> = by.iter().map(|kind| format!("a `{kind}`")).collect();
    let kinds = kinds.join(" and ");
    let what = format!("{what}: its upgrade replaced every `{kind}` by {kinds} of the same name");
    let types = by.iter().filter_map(|kind| (request.type_for)(kind));
    let id = id(
        or(&manifest.namespace, "NAMESPACE"),
        or(&manifest.name, "OBJECT"),
    );
    let import = |ours: &str| format!("import {{\n  to = {ours}.NAME\n  id = \"{id}\"\n}}");
    let imports: Vec<String> = types.map(import).collect();
    Some(format!(
        "{what}. {until} After it, replace the `moved` block by these blocks, with the names of the resources \
         for `NAME`. `terraform plan -generate-config-out=generated.tf` writes the new \
         resources.\n\n{removed}\n\n{}",
        imports.join("\n\n")
    ))
}

fn or<'a>(text: &'a str, placeholder: &'a str) -> &'a str {
    if text.is_empty() { placeholder } else { text }
}
