use std::borrow::Cow;

use super::declaration::attributes::{
    CredentialStorage, DataSourceIdentity, FoundMetadata, ObjectSettings, Readiness,
    ResourceIdentity, WaitSettings,
};
use super::declaration::dependent::{Dependent, DependentsTimeout};
use super::declaration::kind::{Adopted, Kind, NameRule, Needs, Timeouts, UsedBy};
use super::declaration::outputs::{Output, OutputSet};
use super::lifecycle::{Lifecycle, ObjectRef};
use super::wait::outcome::WaitFor;
use crate::api::{ApiResource, Object};
use crate::schema::{Attribute, Block, Choices, Releases, Shape, Spec, Text, Usage};
use crate::value::Type;

/// A resource type: its names, its schemas, and the lifecycle of its objects. Most are built from a [`Kind`], once per
/// process; one whose names come from the platform is built at run time.
pub struct ResourceType {
    /// The name of the resource type, `hikube_…`.
    pub type_name: Cow<'static, str>,
    /// Whether its configuration names the kind, which is part of its IDs: see [`crate::app`].
    pub names_kind: bool,
    /// The title for use within a sentence: `PostgreSQL database`.
    pub title: Cow<'static, str>,
    /// The description: one or two sentences of Markdown.
    pub description: Cow<'static, str>,
    /// The subcategory in the Registry: `Databases`.
    pub subcategory: Cow<'static, str>,
    /// Group, version, kind and plural in the API.
    pub api_resource: ApiResource,
    /// The prefix of the release name before the object's name.
    pub release_prefix: Cow<'static, str>,
    /// The platform releases that have it.
    pub releases: Releases,
    /// The resource type with the kind of earlier platform releases, if its name changed.
    pub former: Option<Box<ResourceType>>,
    /// The attributes of the spec.
    pub spec: Block,
    /// The attributes of the resource: those of the spec and those of every resource.
    pub schema: Block,
    /// The attributes of the data source: the same, computed except for name and namespace.
    pub data_source: Block,
    /// The type of the resource's values.
    pub value_type: Type,
    /// The type of the data source's values.
    pub data_source_value_type: Type,
    /// The outputs in addition to those of every resource.
    pub outputs: Vec<Output>,
    /// The computation of outputs: see [`Kind::outputs`].
    pub output_set: OutputSet,
    /// See [`Kind::lifecycle`].
    pub lifecycle: &'static dyn Lifecycle,
    /// See [`Kind::adopted`].
    pub adopted: Option<Adopted>,
    /// See [`Kind::name_rule`].
    pub name_rule: NameRule,
    /// See [`Kind::waits_for`].
    pub waits_for: fn(&Object) -> WaitFor,
    /// See [`Kind::dependents`].
    pub dependents: fn(&Object) -> Vec<Dependent>,
    /// See [`Kind::dependents_timeout`].
    pub dependents_timeout: Option<DependentsTimeout>,
    /// See [`Kind::timeouts`].
    pub timeouts: Timeouts,
    /// See [`Kind::used_by`].
    pub used_by: Option<UsedBy>,
    /// See [`Kind::needs`].
    pub needs: Option<Needs>,
}

impl ResourceType {
    /// Builds the resource type of a declaration.
    pub fn of(kind: &Kind) -> ResourceType {
        let mut resource_type = ResourceType::with_spec(kind, (kind.spec)());
        resource_type.former = kind.renamed_from.map(|former| {
            let plain = Kind {
                api_resource: former.api_resource,
                release_prefix: former.release_prefix,
                renamed_from: None,
                ..*kind
            };
            Box::new(ResourceType::of(&plain))
        });
        resource_type
    }

    /// The same with another spec, which can be known only at run time.
    pub fn with_spec(kind: &Kind, spec: Block) -> ResourceType {
        let declared = kind.outputs.declared();
        let outputs = || {
            let outputs = declared.iter().map(Output::stored_attribute);
            computed(outputs.chain(Readiness::block().attributes).collect())
        };
        let has_credentials = declared.iter().any(|output| output.secret);
        let keeping = |has_secrets: bool| {
            let keeping = has_secrets.then(CredentialStorage::block);
            keeping.into_iter().flat_map(|keeping| keeping.attributes)
        };
        let schema = Block {
            attributes: named(ResourceIdentity::block(), kind.adopted)
                .chain(spec.attributes.iter().cloned())
                .chain(ObjectSettings::block().attributes)
                .chain(kind.lifecycle.wait_for().attributes)
                .chain(WaitSettings::block().attributes)
                .chain(keeping(has_credentials))
                .chain(outputs())
                .collect(),
            rules: spec.rules.clone(),
            ..Block::default()
        };
        let data_source = Block {
            attributes: named(DataSourceIdentity::block(), kind.adopted)
                .chain(spec.computed().attributes)
                .chain(computed(FoundMetadata::block().attributes))
                .chain(keeping(has_credentials || spec.has_secrets()))
                .chain(outputs())
                .chain(computed(kind.lifecycle.status().attributes))
                .collect(),
            ..Block::default()
        };
        ResourceType {
            value_type: schema.value_type(),
            data_source_value_type: data_source.value_type(),
            spec,
            schema,
            data_source,
            outputs: declared,
            former: None,
            type_name: kind.type_name.into(),
            names_kind: false,
            title: kind.title.into(),
            description: described(kind),
            subcategory: kind.subcategory.into(),
            api_resource: (kind.api_resource)(),
            release_prefix: kind.release_prefix.into(),
            releases: Releases {
                since: kind.since,
                until: kind.until,
            },
            output_set: kind.outputs,
            lifecycle: kind.lifecycle,
            adopted: kind.adopted,
            name_rule: kind.name_rule,
            waits_for: kind.waits_for,
            dependents: kind.dependents,
            dependents_timeout: kind.dependents_timeout,
            timeouts: kind.timeouts,
            used_by: kind.used_by,
            needs: kind.needs,
        }
    }

    /// An object of this type.
    pub(crate) fn object<'a>(&'a self, namespace: &'a str, name: &'a str) -> ObjectRef<'a> {
        ObjectRef {
            resource: &self.api_resource,
            spec: &self.spec,
            namespace,
            name,
        }
    }

    /// The ID for an import of the object with this `namespace/name`.
    pub(crate) fn import_id(&self, id: &str) -> String {
        match id.split_once('/') {
            Some((namespace, name)) if self.names_kind => {
                format!("{namespace}/{}/{name}", self.api_resource.kind)
            }
            _ => id.to_owned(),
        }
    }

    /// The name of the object that the platform creates, if the configuration does not set one.
    pub(crate) fn own_name(&self) -> Option<&'static str> {
        self.adopted.map(|adopted| adopted.name)
    }

    /// Whether an attribute belongs to the spec, so that a change of it is written.
    pub(crate) fn is_spec(&self, name: &str) -> bool {
        self.spec.attribute(name).is_some()
    }
}

/// The attributes that identify the object. The name of an adopted object is optional.
fn named(identity: Block, adopted: Option<Adopted>) -> impl Iterator<Item = Attribute> {
    identity.attributes.into_iter().map(move |attribute| {
        let Some(adopted) = adopted.filter(|_| attribute.name == "name") else {
            return attribute;
        };
        let only = (adopted.name.to_owned(), String::new());
        Attribute {
            description: "Name of the object, which is the same in each tenant.".into(),
            shape: Shape::Text(Text {
                choices: Choices {
                    values: vec![only],
                    open: false,
                },
                ..Text::default()
            }),
            usage: Usage::OptionalComputed,
            ..attribute
        }
    })
}

fn computed(attributes: Vec<Attribute>) -> Vec<Attribute> {
    Block {
        attributes,
        ..Block::default()
    }
    .computed()
    .attributes
}

/// The description of a kind, with the platform releases that have it.
fn described(kind: &Kind) -> Cow<'static, str> {
    let releases = Releases {
        since: kind.since,
        until: kind.until,
    };
    match releases.requirement() {
        Some(requirement) => format!("{} Requires {requirement}.", kind.description).into(),
        None => kind.description.into(),
    }
}
