use hcl::expr::{Expression, Object, ObjectKey, Traversal, TraversalOperator, Variable};
use hcl::{Block, Body, Identifier};

use crate::resource::{Listed, ResourceType, generate_config, identity_of, validate};
use crate::schema::{Attribute, Shape};
use crate::value::{Path, Step, Value};

/// The value of a secret that a configuration must have. `ignore_changes` keeps that of the object.
const KEPT: &str = "kept-by-ignore-changes";

/// An object with its configuration.
pub(super) struct Exported {
    pub(super) type_name: String,
    /// The namespace and the name, for the label of the block.
    pub(super) place: [String; 2],
    id: String,
    attributes: Vec<(String, Expression)>,
    ignored: Vec<Path>,
}

impl Exported {
    pub(super) fn of(resource_type: &ResourceType, listed: &Listed) -> Exported {
        let mut config = generate_config(resource_type, &listed.state);
        if validate(resource_type, &config).has_errors() {
            for path in &listed.secrets {
                put(&mut config, path.steps(), KEPT.into());
            }
        }
        let identity = identity_of(resource_type, &listed.state);
        let text = |name: &str| {
            identity
                .attribute(name)
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let id = listed.state.attribute("id").as_str().unwrap_or_default();
        Exported {
            type_name: resource_type.type_name.to_string(),
            place: [text("namespace"), text("name")],
            id: id.to_owned(),
            attributes: attributes(&resource_type.schema.attributes, &config),
            ignored: listed.secrets.iter().map(ignorable).collect(),
        }
    }

    /// The `import` block and the resource block with this label.
    pub(super) fn body(&self, label: &str) -> Body {
        let address = Expression::from(
            Traversal::builder(Variable::from(Identifier::sanitized(&self.type_name)))
                .attr(Identifier::sanitized(label))
                .build(),
        );
        let import = Block::builder("import")
            .add_attribute(("to", address))
            .add_attribute(("id", self.id.as_str()))
            .build();
        let mut resource = Block::builder("resource")
            .add_label(self.type_name.as_str())
            .add_label(label);
        for (name, value) in &self.attributes {
            resource = resource.add_attribute((name.as_str(), value.clone()));
        }
        if !self.ignored.is_empty() {
            let ignored: Vec<Expression> = self.ignored.iter().filter_map(reference).collect();
            let lifecycle = Block::builder("lifecycle").add_attribute(("ignore_changes", ignored));
            resource = resource.add_block(lifecycle.build());
        }
        Body::builder()
            .add_block(import)
            .add_block(resource.build())
            .build()
    }
}

/// The part of a path that `ignore_changes` can name: up to the first element of a list, whose place may change.
fn ignorable(path: &Path) -> Path {
    let mut kept = Path::root();
    for step in path.steps() {
        kept = match step {
            Step::Attribute(name) => kept.attribute(name),
            Step::Key(key) => kept.key(key),
            Step::Index(_) => return kept,
        };
    }
    kept
}

fn reference(path: &Path) -> Option<Expression> {
    let mut steps = path.steps().iter();
    let Some(Step::Attribute(first)) = steps.next() else {
        return None;
    };
    let operators = steps.map(|step| match step {
        Step::Attribute(name) => TraversalOperator::GetAttr(Identifier::sanitized(name)),
        Step::Key(key) => TraversalOperator::Index(key.as_str().into()),
        Step::Index(index) => TraversalOperator::Index((*index).into()),
    });
    let operators: Vec<TraversalOperator> = operators.collect();
    let first = Variable::from(Identifier::sanitized(first));
    if operators.is_empty() {
        return Some(first.into());
    }
    Some(Traversal::new(first, operators).into())
}

/// Sets the part of a value at a path, if it exists.
fn put(value: &mut Value, steps: &[Step], new: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = new;
        return;
    };
    let inner = match (step, value) {
        (Step::Attribute(name) | Step::Key(name), Value::Map(entries)) => entries.get_mut(name),
        (Step::Index(index), Value::List(items)) => items.get_mut(*index),
        _ => None,
    };
    if let Some(inner) = inner {
        put(inner, rest, new);
    }
}

/// The attributes of a block that have a value.
fn attributes(declared: &[Attribute], values: &Value) -> Vec<(String, Expression)> {
    let shown = declared.iter().filter_map(|attribute| {
        let value = values.attribute(&attribute.name);
        let value = match value {
            Value::Null => return None,
            value => expression(&attribute.shape, value),
        };
        Some((attribute.name.to_string(), value))
    });
    shown.collect()
}

fn expression(shape: &Shape, value: &Value) -> Expression {
    match (shape, value) {
        (Shape::Object(block), value @ Value::Map(_)) => {
            object(attributes(&block.attributes, value))
        }
        (Shape::Map(element), Value::Map(entries)) => {
            let entries = entries.iter();
            object(entries.map(|(key, entry)| (key.clone(), expression(element, entry))))
        }
        (Shape::List(element) | Shape::Set(element), Value::List(items) | Value::Set(items)) => {
            let items = items.iter().map(|item| expression(element, item));
            items.collect::<Vec<_>>().into()
        }
        (_, value) => plain(value),
    }
}

/// A value without a schema.
fn plain(value: &Value) -> Expression {
    match value {
        Value::Null | Value::Unknown => Expression::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => {
            let text = number.to_string();
            let parsed = text.parse::<i64>().map(hcl::Number::from).ok();
            let parsed = parsed.or_else(|| text.parse().ok().and_then(hcl::Number::from_f64));
            parsed.map_or_else(|| text.as_str().into(), Expression::Number)
        }
        Value::String(text) => text.as_str().into(),
        Value::List(items) | Value::Set(items) => {
            items.iter().map(plain).collect::<Vec<_>>().into()
        }
        Value::Map(entries) => object(
            entries
                .iter()
                .filter(|(_, entry)| !entry.is_null())
                .map(|(key, entry)| (key.clone(), plain(entry))),
        ),
        Value::Dynamic(typed) => plain(&typed.1),
    }
}

fn object(entries: impl IntoIterator<Item = (String, Expression)>) -> Expression {
    let entries = entries.into_iter().map(|(key, value)| {
        let key = match Identifier::new(key.as_str()) {
            Ok(name) => ObjectKey::Identifier(name),
            Err(_) => ObjectKey::Expression(key.into()),
        };
        (key, value)
    });
    Expression::Object(entries.collect::<Object<ObjectKey, Expression>>())
}
