use std::borrow::Cow;
use std::sync::Arc;

use super::declaration::attributes::{
    CredentialStorage, DataSourceIdentity, FoundMetadata, ObjectSettings, Readiness,
    ResourceIdentity, WaitSettings,
};
use super::declaration::dependent::{Dependent, DependentsTimeout};
use super::declaration::entry::{
    EntryCredentials, EntryIdentity, EntryKind, EntryManager, EntrySettings, FoundEntries,
};
use super::declaration::kind::{Adopted, Kind, NameRule, Needs, Timeouts, UsedBy};
use super::declaration::outputs::{Output, OutputSet};
use super::declaration::plan_check::PlanCheck;
use super::entry_of::EntryOf;
use super::lifecycle::{Lifecycle, ObjectRef};
use super::observe::observed::Observed;
use super::session::Session;
use super::wait::outcome::WaitFor;
use crate::api::{ApiResource, JsonSchema, NoSchema, Object};
use crate::schema::{Attribute, AttributeRole, Block, Choices, Releases, Shape, Spec, Text, Usage};
use crate::value::{Type, Value};

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
    /// See [`Kind::plan_checks`].
    pub plan_checks: &'static [&'static dyn PlanCheck],
    /// See [`Kind::instead`].
    pub instead: Option<&'static str>,
    /// See [`Kind::is_record`].
    pub is_record: bool,
    /// See [`Kind::entries`].
    pub entries: &'static [EntryKind],
    /// The kind whose spec contains it; none if it is an object.
    pub entry: Option<EntryOf>,
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
                .chain(settings(kind))
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
                .chain(computed(found_entries(kind)))
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
            plan_checks: kind.plan_checks,
            instead: kind.instead,
            is_record: kind.is_record,
            entries: kind.entries,
            entry: None,
        }
    }

    /// The resource type for entries of a kind.
    ///
    /// # Panics
    /// If the kind has no such attribute, or its elements are not objects, which a test excludes.
    pub fn of_entry(kind: &'static Kind, declared: &'static EntryKind) -> ResourceType {
        let object = ResourceType::of(kind);
        let mut entry = ResourceType::entry_of(&object, kind, declared);
        entry.former = object.former.map(|former| {
            let mut entry = ResourceType::entry_of(&former, kind, declared);
            entry.former = None;
            Box::new(entry)
        });
        entry
    }

    fn entry_of(
        object: &ResourceType,
        kind: &'static Kind,
        declared: &'static EntryKind,
    ) -> ResourceType {
        let attribute = object.spec.attribute(declared.attribute);
        let attribute = attribute.expect("the kind has this attribute");
        let mut spec = attribute
            .shape
            .nested()
            .expect("its elements are objects")
            .clone();
        // Terraform reports former names at the top by itself.
        let is_former = |inner: &Attribute| matches!(inner.role, AttributeRole::Renamed { .. });
        spec.attributes
            .retain(|inner| inner.name != "name" && !is_former(inner));
        spec.is_entry = true;
        let reference = reference_of(kind);
        let outputs: Vec<Output> = declared
            .credentials
            .and_then(|credentials| credentials_of_entry(&object.outputs, credentials))
            .into_iter()
            .collect();
        let keeping = (!outputs.is_empty()).then(CredentialStorage::block);
        let schema = Block {
            attributes: entry_identity(&reference, declared, attribute)
                .chain(spec.attributes.iter().cloned())
                .chain(EntrySettings::block().attributes)
                .chain(declared.lifecycle.wait_for().attributes)
                .chain(WaitSettings::block().attributes)
                .chain(keeping.into_iter().flat_map(|keeping| keeping.attributes))
                .chain(computed(
                    outputs
                        .iter()
                        .map(Output::stored_attribute)
                        .chain(EntryManager::block().attributes)
                        .chain(Readiness::block().attributes)
                        .collect(),
                ))
                .collect(),
            rules: spec.rules.clone(),
            ..Block::default()
        };
        let own = Releases {
            since: declared.since,
            until: None,
        };
        let releases = match declared.moved_to {
            Some(_) => own.within(object.releases),
            None => own.within(attribute.releases().within(object.releases)),
        };
        ResourceType {
            value_type: schema.value_type(),
            data_source: Block::default(),
            data_source_value_type: Block::default().value_type(),
            type_name: declared.type_name.into(),
            names_kind: false,
            title: declared.title.into(),
            description: match releases.requirement() {
                Some(requirement) => {
                    format!("{} Requires {requirement}.", declared.description).into()
                }
                None => declared.description.into(),
            },
            subcategory: object.subcategory.clone(),
            api_resource: object.api_resource.clone(),
            release_prefix: object.release_prefix.clone(),
            releases,
            former: None,
            spec,
            schema,
            outputs,
            output_set: object.output_set,
            lifecycle: declared.lifecycle,
            adopted: None,
            name_rule: object.name_rule,
            waits_for: |_| WaitFor::Workloads,
            dependents: object.dependents,
            dependents_timeout: object.dependents_timeout,
            timeouts: object.timeouts,
            used_by: None,
            needs: None,
            plan_checks: &[],
            instead: None,
            is_record: false,
            entries: &[],
            entry: Some(EntryOf {
                object_type: kind.type_name,
                moved_to: declared.moved_to.map(|resource| resource()),
                attribute: declared.attribute,
                field: attribute.api.to_string(),
                container: object.spec.clone(),
                reference,
                keys: attribute.keys,
            }),
        }
    }

    /// Namespace and name of the object with these values, as in its ID; empty where they are unknown. The name of an
    /// entry is that of its object, `/` and its own.
    pub(crate) fn place(&self, values: &Value) -> [String; 2] {
        let text = |name: &str| values.attribute(name).as_str().unwrap_or_default();
        match &self.entry {
            None => [text("namespace").to_owned(), text("name").to_owned()],
            Some(entry) => match text(&entry.reference).split_once('/') {
                Some((namespace, object)) if !text("name").is_empty() => {
                    [namespace.to_owned(), format!("{object}/{}", text("name"))]
                }
                _ => [String::new(), String::new()],
            },
        }
    }

    /// The same, with `unknown` where it is unknown, for requests that any object answers.
    pub(crate) fn place_or_unknown(&self, values: &Value) -> [String; 2] {
        self.place(values).map(|part| match part {
            part if part.is_empty() => "unknown".to_owned(),
            part => part,
        })
    }

    /// Sets the attributes that [`ResourceType::place`] reads.
    pub(crate) fn put_place(&self, state: &mut Value, [namespace, name]: [&str; 2]) {
        match &self.entry {
            None => {
                state.set_attribute("namespace", namespace.into());
                state.set_attribute("name", name.into());
            }
            Some(entry) => {
                let (object, key) = name.split_once('/').unwrap_or((name, ""));
                let reference = format!("{namespace}/{object}");
                state.set_attribute(&entry.reference, reference.as_str().into());
                state.set_attribute("name", key.into());
            }
        }
    }

    /// The dependents of an object, or those of an entry's object that belong to the entry.
    pub(crate) fn dependents_of(&self, object: &Object) -> Vec<Dependent> {
        match &self.entry {
            None => (self.dependents)(object),
            Some(_) if self.outputs.is_empty() => Vec::new(),
            Some(entry) => (self.dependents)(&entry.alone(object)),
        }
    }

    /// The outputs of the observed object, given its other attributes.
    pub(crate) fn observed(&self, seen: &Observed, values: &Value) -> Value {
        let Some(entry) = &self.entry else {
            return self.output_set.observed(seen, values);
        };
        if self.outputs.is_empty() {
            return Value::Null;
        }
        let (_, key) = seen.object.name.split_once('/').unwrap_or_default();
        let seen = seen.with_object(entry.alone(&seen.object));
        let entries = Value::map([(key.to_owned(), values.clone())]);
        let values = Value::map([(entry.attribute.to_owned(), entries)]);
        let all = self.output_set.observed(&seen, &values);
        let credentials = all.attribute("credentials").attribute(key).clone();
        Value::map([("credentials", credentials)])
    }

    /// The platform's schema of the spec, or of an entry. An entry that the schema does not have is `Ok(None)`.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn schema_on(
        &self,
        session: &Session,
    ) -> Result<Option<Arc<JsonSchema>>, NoSchema> {
        let schema = session.client.schema(&self.api_resource).await?;
        let Some(entry) = &self.entry else {
            return Ok(Some(schema));
        };
        match (entry.schema_in(&schema), &entry.moved_to) {
            (Some(element), _) => Ok(Some(Arc::new(element.clone()))),
            (None, Some(resource)) => session.client.schema(resource).await.map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The platform's schema, if it is available; everything works without it, with fewer checks.
    pub(crate) async fn live(&self, session: &Session) -> Option<Arc<JsonSchema>> {
        self.schema_on(session).await.ok().flatten()
    }

    /// An object of this type.
    pub(crate) fn object<'a>(&'a self, namespace: &'a str, name: &'a str) -> ObjectRef<'a> {
        let container = self.entry.as_ref().map(|entry| &entry.container);
        ObjectRef {
            resource: &self.api_resource,
            spec: container.unwrap_or(&self.spec),
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

/// The attribute that references an object of the kind: `postgres_id` for `hikube_postgres`.
fn reference_of(kind: &Kind) -> String {
    let name = kind.type_name.strip_prefix("hikube_");
    format!("{}_id", name.unwrap_or(kind.type_name))
}

fn credentials_of_entry(outputs: &[Output], declared: EntryCredentials) -> Option<Output> {
    let all = outputs.iter().find(|output| output.name == "credentials")?;
    Some(all.of_entry(declared.description, declared.unknown_when_changed))
}

/// The settings of a resource. A record has no data to protect.
fn settings(kind: &Kind) -> impl Iterator<Item = Attribute> {
    let is_record = kind.is_record;
    let all = ObjectSettings::block().attributes.into_iter();
    all.filter(move |attribute| !is_record || attribute.name != "deletion_protection")
}

fn found_entries(kind: &Kind) -> Vec<Attribute> {
    let has_entries = !kind.entries.is_empty();
    let found = has_entries.then(FoundEntries::block);
    found.map_or_else(Vec::new, |found| found.attributes)
}

/// The attributes that identify an entry.
fn entry_identity(
    reference: &str,
    declared: &EntryKind,
    entries: &Attribute,
) -> impl Iterator<Item = Attribute> {
    let keys = entries
        .keys
        .map_or_else(String::new, |keys| keys.name_documentation());
    let name = format!("Name of the {}.{keys}", declared.title);
    let identity = EntryIdentity::block().attributes.into_iter();
    identity.map(move |mut attribute| {
        if attribute.name == "reference" {
            attribute.name = reference.to_owned().into();
        } else if attribute.name == "name" {
            attribute.description = name.clone().into();
        }
        attribute
    })
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
