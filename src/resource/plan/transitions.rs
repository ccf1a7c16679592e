use super::effect::{effective, same_effect};
use crate::api::JsonSchema;
use crate::resource::spec::names::{element, entry, field_name, field_of, is_ignored};
use crate::schema::{Attribute, Block, Shape};
use crate::value::{Path, Value};

/// The prior and the planned value of an attribute, at any depth.
pub(crate) struct Transition<'a> {
    /// The attribute.
    pub(crate) attribute: &'a Attribute,
    /// Its path in the planned values.
    pub(crate) path: Path,
    /// Its prior value.
    pub(crate) prior: &'a Value,
    /// Its planned value.
    pub(crate) planned: &'a Value,
    /// The platform's schema of the parent object.
    pub(crate) live: Option<&'a JsonSchema>,
    /// The parent object: its attributes, its path, and its prior and planned values.
    object: (&'a Block, Path, [&'a Value; 2]),
}

impl<'a> Transition<'a> {
    /// Whether the effective value changes. An unset attribute equals its default.
    pub(crate) fn has_effect(&self) -> bool {
        self.prior != self.planned
            && !same_effect(self.attribute, self.prior, self.planned, self.live)
    }

    /// The effective prior and planned values, with the platform's default for an unset attribute.
    pub(crate) fn effective(&self) -> [Value; 2] {
        [self.prior, self.planned].map(|value| effective(self.attribute, value, self.live))
    }

    /// Whether one of the values is unknown until the apply.
    pub(crate) fn is_unknown(&self) -> bool {
        self.prior.is_unknown() || self.planned.is_unknown()
    }

    /// The attributes of the same object.
    pub(crate) fn siblings(&self) -> impl Iterator<Item = Transition<'a>> {
        let (block, path, values) = &self.object;
        of_object(block, *values, path.clone(), self.live)
    }
}

/// All attributes of an object, at any depth, that exist before and after the change. Map entries are matched by key,
/// list items by `name`, or by position if they have none. Added and removed entries and items are skipped. `live`
/// returns the platform's schema of a top-level attribute.
pub(crate) fn transitions<'a>(
    block: &'a Block,
    values: [&'a Value; 2],
    live: impl Fn(&Attribute) -> Option<&'a JsonSchema>,
) -> Vec<Transition<'a>> {
    let mut found = Vec::new();
    for mut transition in of_object(block, values, Path::root(), None) {
        transition.live = live(transition.attribute);
        add(transition, &mut found);
    }
    found
}

fn of_object<'a>(
    block: &'a Block,
    values: [&'a Value; 2],
    path: Path,
    live: Option<&'a JsonSchema>,
) -> impl Iterator<Item = Transition<'a>> {
    block.attributes.iter().map(move |attribute| {
        let [prior, planned] = values.map(|value| value.attribute(&attribute.name));
        Transition {
            attribute,
            path: path.attribute(&attribute.name),
            prior,
            planned,
            live,
            object: (block, path.clone(), values),
        }
    })
}

/// Adds an attribute and its nested attributes, except for fields that the platform does not have.
fn add<'a>(transition: Transition<'a>, found: &mut Vec<Transition<'a>>) {
    let name = field_name(transition.attribute, transition.live, None).name;
    if transition.attribute.is_field() && is_ignored(transition.live, name) {
        return;
    }
    let shape = &transition.attribute.shape;
    let values = [transition.prior, transition.planned];
    let live = field_of(transition.attribute, transition.live);
    let path = transition.path.clone();
    found.push(transition);
    let Some(block) = shape.nested() else { return };
    let mut inside = |values, path, live| {
        of_object(block, values, path, live).for_each(|transition| add(transition, found));
    };
    match (shape, values) {
        // If the object is unset, the defaults of its attributes are in effect.
        (Shape::Object(_), _) if values.iter().any(|value| !value.is_null()) => {
            inside(values, path, live);
        }
        (Shape::Map(_), [Value::Map(prior), Value::Map(planned)]) => {
            for (key, after) in planned {
                if let Some(before) = prior.get(key) {
                    inside([before, after], path.key(key), entry(live, key));
                }
            }
        }
        (Shape::List(_), [Value::List(prior), Value::List(planned)]) => {
            for (index, after) in planned.iter().enumerate() {
                if let Some(before) = matching(block, prior, after, index) {
                    inside([before, after], path.index(index), element(live));
                }
            }
        }
        _ => {}
    }
}

/// The list item in the state that corresponds to a planned one.
fn matching<'a>(
    block: &Block,
    prior: &'a [Value],
    planned: &Value,
    index: usize,
) -> Option<&'a Value> {
    if block.attribute("name").is_none() {
        return prior.get(index);
    }
    let name = planned.attribute("name").as_str()?;
    let mut items = prior.iter();
    items.find(|item| item.attribute("name").as_str() == Some(name))
}
