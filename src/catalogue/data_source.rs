use std::borrow::Cow;

use super::declaration::{Catalogue, Scope};
use crate::schema::{Attribute, Block, Releases, Shape, Spec, Usage};
use crate::value::Type;

/// A plural data source with its schema. Built once per process, when it is first used.
pub struct CatalogueDataSource {
    /// Its declaration.
    pub declaration: &'static Catalogue,
    /// The description, with the platform releases that have it.
    pub description: Cow<'static, str>,
    /// The filters, and the items.
    pub schema: Block,
    /// The type of its values.
    pub value_type: Type,
}

/// The namespace of a data source whose items are in one.
#[derive(Spec)]
struct Namespaced {
    /// Namespace of the tenant, for example `tenant-acme`. Defaults to `namespace` of the provider.
    #[spec(computed)]
    namespace: Option<String>,
}

impl CatalogueDataSource {
    /// Builds the data source of a declaration.
    pub fn of(declaration: &'static Catalogue) -> CatalogueDataSource {
        let (name, description) = declaration.items;
        let items = Attribute {
            shape: Shape::List(Box::new(Shape::Object((declaration.item)().computed()))),
            usage: Usage::Computed,
            ..Attribute::new::<Vec<String>>(name, name, description)
        };
        let is_namespaced = declaration.scope == Scope::Namespace;
        let namespace = is_namespaced.then(|| Namespaced::block().attributes);
        let filters = (declaration.filters)();
        let schema = Block {
            attributes: namespace
                .into_iter()
                .flatten()
                .chain(filters.attributes)
                .chain([items])
                .collect(),
            rules: filters.rules,
            ..Block::default()
        };
        CatalogueDataSource {
            value_type: schema.value_type(),
            description: match requirement(declaration) {
                Some(requirement) => {
                    format!("{} Requires {requirement}.", declaration.description).into()
                }
                None => declaration.description.into(),
            },
            schema,
            declaration,
        }
    }
}

/// The platform releases that have it; none if all have it.
pub(super) fn requirement(declaration: &Catalogue) -> Option<String> {
    let releases = Releases {
        since: declaration.since,
        until: None,
    };
    releases.requirement()
}
