use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::action::{ACTIONS, Action};
use crate::app;
use crate::catalogue::{Catalogue, CatalogueDataSource};
use crate::function::{FUNCTIONS, Function};
use crate::resource::{Ephemeral, Kind, ResourceType};
use crate::schema::Block;
use crate::value::Type;

/// The categories of types that a provider can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// A managed resource.
    Resource,
    /// A data source.
    DataSource,
    /// An ephemeral resource.
    EphemeralResource,
    /// A list resource, for `terraform query`.
    ListResource,
    /// An action.
    Action,
    /// A function.
    Function,
}

/// The types of the provider, by category and name. Names are known from the start. A schema is built when it is
/// first used, because most commands use only a few of them.
pub struct Registry(BTreeMap<(Capability, String), Entry>);

/// A registered type.
enum Entry {
    /// A managed resource or its data source.
    ResourceType(Arc<Lazy<Arc<ResourceType>>>),
    /// A plural data source.
    Catalogue(Box<Lazy<CatalogueDataSource>>),
    /// An ephemeral resource.
    Ephemeral(Box<Lazy<Ephemeral>>),
    /// A function.
    Function(&'static Function),
    /// An action.
    Action(&'static Action),
}

/// A registered data source.
#[derive(Clone, Copy)]
pub enum DataSource<'a> {
    /// Of one object.
    Object(&'a ResourceType),
    /// A list.
    Catalogue(&'a CatalogueDataSource),
}

impl<'a> DataSource<'a> {
    /// Its name, `hikube_…`.
    pub fn type_name(self) -> &'a str {
        match self {
            DataSource::Object(resource_type) => &resource_type.type_name,
            DataSource::Catalogue(catalogue) => catalogue.declaration.type_name,
        }
    }

    /// Its description: one or two sentences of Markdown.
    pub fn description(self) -> &'a str {
        match self {
            DataSource::Object(resource_type) => &resource_type.description,
            DataSource::Catalogue(catalogue) => &catalogue.description,
        }
    }

    /// Its attributes.
    pub fn schema(self) -> &'a Block {
        match self {
            DataSource::Object(resource_type) => &resource_type.data_source,
            DataSource::Catalogue(catalogue) => &catalogue.schema,
        }
    }

    /// The type of its values.
    pub fn value_type(self) -> &'a Type {
        match self {
            DataSource::Object(resource_type) => &resource_type.data_source_value_type,
            DataSource::Catalogue(catalogue) => &catalogue.value_type,
        }
    }
}

type Lazy<T> = LazyLock<T, Box<dyn FnOnce() -> T + Send>>;

fn lazy<T>(build: impl FnOnce() -> T + Send + 'static) -> Lazy<T> {
    LazyLock::new(Box::new(build))
}

impl Registry {
    /// Registers the types of these kinds, the second of which have only data sources, the plural data sources, the
    /// type for any other kind, the ephemeral resource for Secrets, the functions and the actions.
    pub fn new(
        kinds: &'static [Kind],
        data_sources: &'static [Kind],
        catalogues: &'static [Catalogue],
    ) -> Registry {
        let mut registry = Registry(BTreeMap::new());
        let all = &[
            Capability::ListResource,
            Capability::Resource,
            Capability::DataSource,
        ][..];
        let kinds = kinds.iter().map(|kind| (kind, all));
        let data_sources = data_sources.iter().map(|kind| (kind, &all[2..]));
        for (kind, capabilities) in kinds.chain(data_sources) {
            let shared = Arc::new(lazy(|| Arc::new(ResourceType::of(kind))));
            for capability in capabilities {
                let entry = Entry::ResourceType(Arc::clone(&shared));
                registry.add(*capability, kind.type_name.to_owned(), entry);
            }
            for declared in kind.entries.iter().filter(|_| capabilities.len() > 1) {
                let shared = Arc::new(lazy(|| Arc::new(ResourceType::of_entry(kind, declared))));
                for capability in &all[..2] {
                    let entry = Entry::ResourceType(Arc::clone(&shared));
                    registry.add(*capability, declared.type_name.to_owned(), entry);
                }
            }
            if kind.outputs.has_credentials() {
                let name = Ephemeral::credentials_of(kind.type_name);
                let build = lazy(move || Ephemeral::credentials(&shared));
                registry.add(
                    Capability::EphemeralResource,
                    name,
                    Entry::Ephemeral(Box::new(build)),
                );
            }
        }
        for declaration in catalogues {
            let build = lazy(move || CatalogueDataSource::of(declaration));
            let entry = Entry::Catalogue(Box::new(build));
            let name = declaration.type_name.to_owned();
            registry.add(Capability::DataSource, name, entry);
        }
        let app = Arc::new(lazy(|| Arc::new(app::resource_type())));
        for capability in all {
            let entry = Entry::ResourceType(Arc::clone(&app));
            registry.add(*capability, app::TYPE_NAME.to_owned(), entry);
        }
        let secret = Entry::Ephemeral(Box::new(lazy(Ephemeral::secret)));
        let name = Ephemeral::SECRET.to_owned();
        registry.add(Capability::EphemeralResource, name, secret);
        for function in FUNCTIONS {
            let entry = Entry::Function(function);
            registry.add(Capability::Function, function.name.to_owned(), entry);
        }
        for action in ACTIONS {
            let name = action.type_name.to_owned();
            registry.add(Capability::Action, name, Entry::Action(action));
        }
        registry
    }

    fn add(&mut self, capability: Capability, name: String, entry: Entry) {
        self.0.insert((capability, name), entry);
    }

    /// The names of a category, sorted. Does not build schemas.
    pub fn names(&self, capability: Capability) -> impl Iterator<Item = &str> {
        let all = self.0.keys().filter(move |(of, _)| *of == capability);
        all.map(|(_, name)| name.as_str())
    }

    /// A managed resource by its name.
    pub fn resource(&self, name: &str) -> Option<&ResourceType> {
        self.resource_type(Capability::Resource, name)
    }

    /// A data source by its name.
    pub fn data_source(&self, name: &str) -> Option<DataSource<'_>> {
        let key = (Capability::DataSource, name.to_owned());
        match self.0.get(&key)? {
            Entry::ResourceType(resource_type) => Some(DataSource::Object(resource_type)),
            Entry::Catalogue(catalogue) => Some(DataSource::Catalogue(catalogue)),
            _ => None,
        }
    }

    /// The resource type of a list resource by its name.
    pub fn list_resource(&self, name: &str) -> Option<&ResourceType> {
        self.resource_type(Capability::ListResource, name)
    }

    /// An ephemeral resource by its name.
    pub fn ephemeral(&self, name: &str) -> Option<&Ephemeral> {
        let key = (Capability::EphemeralResource, name.to_owned());
        match self.0.get(&key)? {
            Entry::Ephemeral(ephemeral) => Some(ephemeral),
            _ => None,
        }
    }

    /// A function by its name.
    pub fn function(&self, name: &str) -> Option<&'static Function> {
        match self.0.get(&(Capability::Function, name.to_owned()))? {
            Entry::Function(function) => Some(function),
            _ => None,
        }
    }

    /// An action by its name.
    pub fn action(&self, name: &str) -> Option<&'static Action> {
        match self.0.get(&(Capability::Action, name.to_owned()))? {
            Entry::Action(action) => Some(action),
            _ => None,
        }
    }

    fn resource_type(&self, capability: Capability, name: &str) -> Option<&ResourceType> {
        match self.0.get(&(capability, name.to_owned()))? {
            Entry::ResourceType(resource_type) => Some(resource_type),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::CATALOGUES;
    use crate::kinds::{DATA_SOURCES, KINDS};

    /// `GetMetadata` is the first call of every command.
    #[test]
    fn names_are_listed_without_building_a_schema() {
        fn unbuildable() -> Block {
            unreachable!("a schema was built")
        }
        let kinds: Vec<Kind> = KINDS
            .iter()
            .map(|kind| Kind {
                spec: unbuildable,
                ..*kind
            })
            .collect();
        let registry = Registry::new(kinds.leak(), &[], &[]);
        let names: Vec<&str> = registry.names(Capability::Resource).collect();
        assert!(names.contains(&"hikube_postgres"));
        assert!(names.contains(&"hikube_postgres_user"));
        let mut data_sources = registry.names(Capability::DataSource);
        assert!(data_sources.all(|name| names.contains(&name) && name != "hikube_postgres_user"));
        let mut ephemeral = registry.names(Capability::EphemeralResource);
        assert!(ephemeral.any(|name| name == "hikube_postgres_credentials"));
        let functions = registry.names(Capability::Function);
        assert_eq!(functions.count(), FUNCTIONS.len());
    }

    #[test]
    fn every_name_returns_the_type_of_that_name() {
        let registry = Registry::new(KINDS, DATA_SOURCES, CATALOGUES);
        for name in registry.names(Capability::Resource) {
            assert_eq!(registry.resource(name).unwrap().type_name, name);
        }
        for name in registry.names(Capability::DataSource) {
            assert_eq!(registry.data_source(name).unwrap().type_name(), name);
        }
        for name in registry.names(Capability::EphemeralResource) {
            assert_eq!(registry.ephemeral(name).unwrap().type_name, name);
            assert!(registry.resource(name).is_none());
        }
        for name in registry.names(Capability::Function) {
            assert_eq!(registry.function(name).unwrap().name, name);
        }
        for name in registry.names(Capability::Action) {
            assert_eq!(registry.action(name).unwrap().type_name, name);
        }
    }
}
