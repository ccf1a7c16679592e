//! The example of a kind, without attributes that a release of the platform does not have.

use std::fs;
use std::path::Path;

use hikube::kinds::KINDS;
use hikube::resource::{Kind, ResourceType};
use hikube::schema::{Attribute, Block, Shape, Usage};
use hikube_standin::Release;
use serde_json::Value;

use crate::harness::{Item, Platform};

/// The first block of a kind in its example, and the other blocks.
pub(crate) struct Example {
    pub(crate) resource_type: ResourceType,
    /// The plural of its kind in the API of this platform.
    pub(crate) plural: String,
    /// Its address in the combined configuration.
    pub(crate) address: String,
    block: Item,
    beside: Vec<Item>,
    variables: Vec<String>,
    /// The addresses in the example, and in the combined configuration.
    addresses: Vec<(String, String)>,
}

impl Example {
    /// Reads `examples/resources/<type>/resource.tf`.
    pub(crate) fn of(kind: &Kind, platform: &Platform) -> Example {
        let path = format!("examples/resources/{}/resource.tf", kind.type_name);
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path));
        let text = text.unwrap_or_else(|error| panic!("{path}: {error}"));
        let items = Item::read(&text);
        let short = kind.type_name.trim_start_matches("hikube_");
        let addresses = items.iter().filter(|item| item.name() == "resource");
        let addresses = addresses.map(|item| {
            let (of, label) = type_and_label(item);
            (format!("{of}.{label}"), format!("{of}.{short}_{label}"))
        });
        let addresses = addresses.collect();
        let variables = items.iter().filter(|item| item.name() == "variable");
        let variables = variables.flat_map(Item::labels).map(str::to_owned);
        let variables = variables.collect();
        let resources = items.iter().filter(|item| item.name() == "resource");
        let mut resources: Vec<Item> = resources
            .map(|item| of_release(item, short, platform))
            .collect();
        let first = resources
            .iter()
            .position(|item| type_and_label(item).0 == kind.type_name);
        let block = resources.remove(first.unwrap_or_else(|| panic!("none in {path}")));
        let (of, label) = type_and_label(&block);
        Example {
            resource_type: ResourceType::of(kind),
            plural: plural_on(kind, platform).unwrap_or_default(),
            address: format!("{of}.{short}_{label}"),
            block,
            beside: resources,
            variables,
            addresses,
        }
    }

    /// The variables that it uses.
    pub(crate) fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Only the attributes that must be set at create, and the resources that they need.
    pub(crate) fn least(&self) -> String {
        let mut found = vec![self.least_block()];
        let mut others = self.beside.clone();
        // What is used may use others.
        loop {
            let text: String = found.iter().map(Item::to_string).collect();
            let is_used = |item: &mut Item| {
                let (of, label) = type_and_label(item);
                text.contains(&format!("{of}.{label}."))
            };
            let used: Vec<Item> = others.extract_if(.., is_used).collect();
            if used.is_empty() {
                return self.rendered(&found);
            }
            found.extend(used);
        }
    }

    /// The whole example, with a label and an annotation.
    pub(crate) fn full(&self) -> String {
        let mut found = vec![self.full_block()];
        found.extend(self.beside.iter().cloned());
        self.rendered(&found)
    }

    fn least_block(&self) -> Item {
        // If no version is set, the newest is used, which cannot be changed to that of the example.
        let is_needed = |attribute: &Attribute, _: &Item| {
            attribute.usage == Usage::Required || attribute.upgrades.is_some()
        };
        let body = only(&self.block.body, &self.resource_type.schema, &is_needed);
        self.block.with(body)
    }

    /// Only labels and annotations change, which every release supports, even if there are no other changes.
    fn full_block(&self) -> Item {
        let mut body = self.block.body.clone();
        body.retain(|item| !matches!(item.name(), "labels" | "annotations"));
        body.push(Item::argument("labels", "{ team = \"shop\" }"));
        body.push(Item::argument(
            "annotations",
            "{ \"example.org/why\" = \"a test\" }",
        ));
        self.block.with(body)
    }

    /// The paths that the whole example has in addition to the minimal one, and whether one of them forces replacement.
    pub(crate) fn additions(&self) -> (Vec<String>, bool) {
        let (mut paths, mut replaces) = (Vec::new(), false);
        let (least, full) = (self.least_block().body, self.full_block().body);
        let schema = &self.resource_type.schema;
        added("", &least, &full, schema, &mut |path, attribute| {
            replaces |= attribute.replace;
            paths.push(path);
        });
        (paths, replaces)
    }

    /// The blocks with the addresses of the combined configuration.
    fn rendered(&self, items: &[Item]) -> String {
        let mut text: String = items.iter().map(Item::to_string).collect();
        for (from, to) in &self.addresses {
            let quoted = |address: &str| format!("\"{}\"", address.replace('.', "\" \""));
            text = text.replace(&quoted(from), &quoted(to));
            for end in [".", "]"] {
                text = text.replace(&format!("{from}{end}"), &format!("{to}{end}"));
            }
        }
        text
    }
}

/// The plural of a kind in a platform's API, under its former name on earlier releases. None if the platform does not
/// have the kind.
pub(crate) fn plural_on(kind: &Kind, platform: &Platform) -> Option<String> {
    let former = kind.renamed_from.map(|former| (former.api_resource)());
    let names = [Some((kind.api_resource)()), former].into_iter().flatten();
    let mut names = names.map(|resource| resource.plural.into_owned());
    names.find(|plural| platform.api.serves(plural))
}

fn type_and_label(item: &Item) -> (&str, &str) {
    match item.labels()[..] {
        [of, label] => (of, label),
        _ => panic!("no labels: {item}"),
    }
}

/// A resource without attributes that the release does not have, with a unique name.
fn of_release(item: &Item, prefix: &str, platform: &Platform) -> Item {
    let (of, _) = type_and_label(item);
    let kind = KINDS.iter().find(|kind| kind.type_name == of);
    let of_kind = ResourceType::of(kind.unwrap_or_else(|| panic!("unknown: {item}")));
    // An import does not show whether a default is configured.
    let is_wanted = |attribute: &Attribute, item: &Item| {
        let default = attribute.default.as_ref().map(Value::to_string);
        has(platform.release, attribute) && default.is_none_or(|default| default != item.value())
    };
    let mut body = only(&item.body, &of_kind.schema, &is_wanted);
    body.retain(|item| {
        let attribute = of_kind.spec.attribute(item.name());
        attribute.is_none_or(|attribute| {
            let default = platform.api.default(&of_kind.api_resource, &attribute.api);
            let default = default.to_string();
            default != item.value()
        })
    });
    let prefix = prefix.replace('_', "");
    let named = body.into_iter().map(|item| match item.name() {
        "name" if item.value().starts_with('"') => {
            let name = item.value().trim_matches('"');
            Item::argument("name", &format!("\"NAME{prefix}{name}\""))
        }
        _ => item,
    });
    // `replace_triggered_by` would replace a resource at every change of another one, and an import does not set
    // `timeouts`.
    item.with(
        named
            .filter(|item| !matches!(item.name(), "lifecycle" | "timeouts"))
            .collect(),
    )
}

/// Whether the release has the attribute.
pub(crate) fn has(release: Release, attribute: &Attribute) -> bool {
    let number = |text: &str| {
        let parts = text.split('.').map(|part| part.parse::<u32>());
        parts.collect::<Result<Vec<_>, _>>().expect("a release")
    };
    // The platform's main branch has no release number yet.
    let this = match release {
        Release::Main => vec![1, 7],
        release => number(release.name()),
    };
    attribute.since.is_none_or(|since| number(since) <= this)
        && attribute.until.is_none_or(|until| this <= number(until))
}

/// The arguments whose attributes, also in nested objects, are selected.
fn only(
    items: &[Item],
    schema: &Block,
    is_wanted: &impl Fn(&Attribute, &Item) -> bool,
) -> Vec<Item> {
    let wanted = items.iter().filter_map(|item| {
        let Some(attribute) = schema.attribute(item.name()) else {
            return Some(item.clone());
        };
        let nested = |item: &Item, object: &Block| item.with(only(&item.body, object, is_wanted));
        is_wanted(attribute, item).then(|| match (&attribute.shape, attribute.shape.nested()) {
            (Shape::Object(object), _) => nested(item, object),
            (Shape::Map(_), Some(object)) => {
                let entries = item.body.iter().map(|entry| nested(entry, object));
                item.with(entries.collect())
            }
            _ => item.clone(),
        })
    });
    wanted.collect()
}

fn added(
    at: &str,
    least: &[Item],
    full: &[Item],
    schema: &Block,
    found: &mut impl FnMut(String, &Attribute),
) {
    for item in full {
        let Some(attribute) = schema.attribute(item.name()) else {
            continue;
        };
        let path = format!("{at}{}", item.name());
        match least.iter().find(|one| one.name() == item.name()) {
            None => found(path, attribute),
            Some(one) => {
                if let Some(object) = attribute.shape.nested() {
                    added(&format!("{path}."), &one.body, &item.body, object, found);
                }
            }
        }
    }
}
