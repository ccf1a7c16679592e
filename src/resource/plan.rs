use std::collections::BTreeMap;

use super::model::Model;
use super::outputs::id;
use super::private::Private;
use super::spec::{
    check_live, default_of, entry_of, field_of, filled_entry, has_renames, is_immutable, renamed,
};
use crate::api::JsonSchema;
use crate::schema::{Amount, Attribute, Diagnostics, Object, Role, Shape, same};
use crate::value::{Number, Path, Value};

/// The provider's namespace, for objects that name none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Namespace {
    /// There is none.
    #[default]
    None,
    /// It is known only after apply.
    Unknown,
    /// It is this.
    Known(String),
}

/// What a plan is made from.
pub struct PlanRequest<'a> {
    /// The state; null where there is no object yet.
    pub prior: &'a Value,
    /// The configuration; null to destroy.
    pub config: &'a Value,
    /// What the provider remembers of the object.
    pub private: &'a [u8],
    /// The provider's namespace.
    pub namespace: &'a Namespace,
    /// Whether credentials are kept in the state where the resource does not say.
    pub stores_credentials: bool,
    /// The platform's schema, where known.
    pub live: Option<&'a JsonSchema>,
}

/// What an apply shall reach.
#[derive(Debug, Default)]
pub struct Plan {
    /// The state afterwards, unknown where only the platform can tell.
    pub planned: Value,
    /// The attributes whose change makes a new object.
    pub requires_replace: Vec<Path>,
    /// What the apply shall know of the plan, beside what is remembered of the object.
    pub private: Vec<u8>,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
}

impl Model {
    /// Plans a change. The same request makes the same plan: nothing but the request is looked at.
    pub fn plan(&self, request: &PlanRequest<'_>) -> Plan {
        let mut plan = Plan {
            private: request.private.to_vec(),
            ..Plan::default()
        };
        if request.config.is_null() {
            return plan;
        }
        plan.planned = merged_object(&self.resource, request.config, request.prior, request.live);
        self.place(request, &mut plan);
        let waits = plan.planned.attribute("wait_for").as_str() != Some("none");
        let goes_on_waiting = waits
            && request.prior.attribute("ready").as_bool() == Some(false)
            && Private::read(request.private).waiting;
        self.report(request, &mut plan.planned, goes_on_waiting);
        if !request.prior.is_null() {
            self.replace(request, &mut plan);
            self.growth(request, &mut plan);
            self.check_change(request, &mut plan);
        }
        if let Some(live) = request.live {
            check_live(&self.spec, &plan.planned, live, &mut plan.diagnostics);
            if has_renames(&self.spec) {
                plan.private = Private {
                    renamed: Some(renamed(&self.spec, live)),
                    ..Private::read(request.private)
                }
                .to_bytes();
            }
        }
        plan
    }

    /// Decides the namespace, and the id, which is known once there is an object.
    fn place(&self, request: &PlanRequest<'_>, plan: &mut Plan) {
        if request.config.attribute("namespace").is_null() {
            let namespace = match (request.prior.attribute("namespace"), request.namespace) {
                (Value::Null, Namespace::Known(namespace)) => Value::from(namespace.as_str()),
                (Value::Null, Namespace::Unknown) => Value::Unknown,
                (Value::Null, Namespace::None) => {
                    plan.diagnostics.error_at(
                        &Path::of("namespace"),
                        "Missing Namespace",
                        format!(
                            "Neither this {} nor the provider names a namespace, and the kubeconfig's context \
                             has none. Give `namespace` here or in the provider block: the namespace of your \
                             tenant, such as `tenant-acme`.",
                            self.kind.title
                        ),
                    );
                    Value::Unknown
                }
                (prior, _) => prior.clone(),
            };
            plan.planned.set_attribute("namespace", namespace);
        }
        let place = (
            plan.planned.attribute("namespace"),
            plan.planned.attribute("name"),
        );
        // What takes the id of an object that is yet to be made is to wait for it.
        let id = match place {
            (Value::String(namespace), Value::String(name)) => {
                let id = Value::from(id(namespace, name));
                let stays = id == *request.prior.attribute("id");
                if stays { id } else { Value::Unknown }
            }
            _ => Value::Unknown,
        };
        plan.planned.set_attribute("id", id);
    }

    /// Finds the changes that a living object cannot take. Leaving a field out and giving it its default is
    /// no change.
    fn replace(&self, request: &PlanRequest<'_>, plan: &mut Plan) {
        for attribute in &self.resource.attributes {
            let is_field = self.is_spec(attribute.name) && attribute.is_field();
            let live = request.live.filter(|_| is_field);
            if !attribute.replace && !is_immutable(attribute, live) {
                continue;
            }
            let (prior, planned) = (
                request.prior.attribute(attribute.name),
                plan.planned.attribute(attribute.name),
            );
            if prior != planned && !same_effect(attribute, prior, planned, live) {
                plan.requires_replace.push(Path::of(attribute.name));
            }
        }
    }

    fn growth(&self, request: &PlanRequest<'_>, plan: &mut Plan) {
        for attribute in self
            .spec
            .attributes
            .iter()
            .filter(|attribute| attribute.grow_only)
        {
            let amount = |value: &Value| match effective(attribute, value, request.live) {
                Value::String(text) => Amount::parse(&text),
                _ => None,
            };
            let prior = request.prior.attribute(attribute.name);
            let planned = plan.planned.attribute(attribute.name);
            let (Some(from), Some(to)) = (amount(prior), amount(planned)) else {
                continue;
            };
            // Of an object that is replaced anyway, nothing shrinks.
            if to < from && plan.requires_replace.is_empty() {
                plan.diagnostics.error_at(
                    &Path::of(attribute.name),
                    "Storage Cannot Shrink",
                    format!(
                        "`{}` would shrink, which the platform ignores: the storage stays as large as it is. \
                         Keep at least the present size, or make a new {} and move the data. To destroy it as \
                         it is: `terraform destroy -refresh=false`.",
                        attribute.name, self.kind.title
                    ),
                );
            }
        }
    }
}

/// The configuration, in the state's spelling where that means the same. `live` is the schema of the fields.
fn merged_object(
    object: &Object,
    config: &Value,
    prior: &Value,
    live: Option<&JsonSchema>,
) -> Value {
    Value::map(object.attributes.iter().map(|attribute| {
        let (config, prior) = (
            config.attribute(attribute.name),
            prior.attribute(attribute.name),
        );
        let merged = match attribute.role {
            Role::WriteOnly => Value::Null,
            _ => merged(&attribute.shape, config, prior, field_of(attribute, live)),
        };
        (attribute.name, merged)
    }))
}

fn merged(shape: &Shape, config: &Value, prior: &Value, live: Option<&JsonSchema>) -> Value {
    match (shape, config) {
        (_, Value::Null | Value::Unknown) => config.clone(),
        (Shape::Object(object), Value::Map(_)) => merged_object(object, config, prior, live),
        (Shape::Map(element), Value::Map(entries)) if matches!(**element, Shape::Object(_)) => {
            Value::map(entries.iter().map(|(key, entry)| {
                let live = entry_of(live, key);
                let merged = merged(element, entry, prior.attribute(key), live);
                (key.clone(), merged)
            }))
        }
        (Shape::List(element), Value::List(items)) if matches!(**element, Shape::Object(_)) => {
            let before = prior.as_elements().unwrap_or_default();
            let live = live.and_then(|live| live.items.as_deref());
            let items = items.iter().enumerate();
            let items = items.map(|(index, item)| {
                let before = before.get(index).unwrap_or(&Value::Null);
                merged(element, item, before, live)
            });
            Value::List(items.collect())
        }
        // An import does not show the entries that the platform fills in, and cannot tell whether they were
        // given as well.
        (Shape::Map(element), Value::Map(entries))
            if adds_defaults(element, entries, prior, live) =>
        {
            prior.clone()
        }
        // Terraform takes a list, set or map of plain values as a whole, and with an unknown element only as
        // it is configured: what is learned of that element later must not change the spelling of the others.
        (Shape::List(_) | Shape::Set(_) | Shape::Map(_), _) => config.clone(),
        _ if same(shape, config, prior) => prior.clone(),
        _ => config.clone(),
    }
}

/// Whether a map of plain values has nothing more than the state's but entries that the platform fills in with
/// the same value.
fn adds_defaults(
    element: &Shape,
    entries: &BTreeMap<String, Value>,
    prior: &Value,
    live: Option<&JsonSchema>,
) -> bool {
    let Some(before) = prior.as_map().filter(|before| !before.is_empty()) else {
        return false;
    };
    before.keys().all(|key| entries.contains_key(key))
        && before.len() < entries.len()
        && entries.iter().all(|(key, entry)| match before.get(key) {
            Some(before) => before == entry,
            None => {
                filled_entry(element, key, live).is_some_and(|filled| same(element, entry, &filled))
            }
        })
}

/// Whether two values have the same effect on the platform. `live` is the schema the attribute is a field of.
pub(super) fn same_effect(
    attribute: &Attribute,
    one: &Value,
    other: &Value,
    live: Option<&JsonSchema>,
) -> bool {
    if one.is_unknown() || other.is_unknown() {
        return false;
    }
    if let Shape::Object(object) = &attribute.shape {
        // An object without attributes says something by being there.
        if object.attributes.is_empty() {
            return one.is_null() == other.is_null();
        }
        let live = live.and_then(|live| live.properties.get(attribute.api));
        return object.attributes.iter().all(|inner| {
            same_effect(
                inner,
                one.attribute(inner.name),
                other.attribute(inner.name),
                live,
            )
        });
    }
    same(
        &attribute.shape,
        &effective(attribute, one, live),
        &effective(attribute, other, live),
    )
}

/// A value, or where it is left out the platform's default, as far as it is a plain one.
pub(super) fn effective(attribute: &Attribute, value: &Value, live: Option<&JsonSchema>) -> Value {
    if !value.is_null() {
        return value.clone();
    }
    match default_of(attribute, live) {
        Some(serde_json::Value::String(text)) => Value::String(text),
        Some(serde_json::Value::Bool(flag)) => Value::Bool(flag),
        Some(serde_json::Value::Number(number)) => number
            .to_string()
            .parse::<Number>()
            .map_or(Value::Null, Value::Number),
        _ => Value::Null,
    }
}
