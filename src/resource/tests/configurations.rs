//! Generates valid configurations of a kind from its schema.

use crate::resource::resource_type::ResourceType;
use crate::resource::spec::live::check_live;
use crate::resource::validate::configuration::validate;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::{collection, string};
use unicode_normalization::UnicodeNormalization;

use super::parts;
use super::platform::Platform;
use super::written;
use crate::schema::pattern::whole;
use crate::schema::{Attribute, Block, Diagnostics, Keys, Meaning, Severity, Shape, Text, Usage};
use crate::value::arbitrary::strings;
use crate::value::{Path, Value};

/// Pairs of equivalent amounts.
const QUANTITIES: &[&str] = &[
    "1Gi", "1024Mi", "10Gi", "10240Mi", "5Gi", "5120Mi", "20Gi", "20480Mi", "500m", "0.5", "2",
    "2000m", "1e3", "1k", "0", "0Gi",
];
/// Pairs of equivalent durations.
const DURATIONS: &[&str] = &["10m", "600s", "1h30m", "1.5h", "0", "0s", "5m0s", "300s"];
const OBJECTS: &[&str] = &[
    "{}",
    r#"{"a":1}"#,
    r#"{ "a": 1.0, "b": [1, 2.50, 1e3] }"#,
    r#"{"b":{"c":"d","e":false},"a":""}"#,
    r#"{"a":12345678901234567890,"b":0.1}"#,
    "{\"a\":\"\\u003c\"}\n",
];
const NUMBERS_OR_TEXTS: &[&str] = &[
    "100",
    "0",
    "-5",
    "-0",
    "007",
    " 42 ",
    "42\n",
    "4MB",
    "on",
    "1e3",
    "1.5",
    "1.0",
    "9007199254740993",
    "",
];

/// Keys that YAML parses as other types if they are not quoted.
const ODD: &[&str] = &[
    "",
    " ",
    ".",
    "..",
    "a.b",
    "a b",
    "A",
    "\"",
    "\"a\".b",
    "'",
    "\\",
    "a/b",
    "~1",
    "[0]",
    "0",
    "-",
    "*",
    "${a}",
    "%{a}",
    "null",
    "ä",
    "é",
    "日本",
    "\u{1F9E1}",
    "\n",
    "metadata",
    "notOurs/a",
];

/// Configurations that are valid on a release of the platform.
pub(super) fn configurations(
    model: &'static ResourceType,
    platform: &Platform,
) -> BoxedStrategy<Value> {
    let schema = platform.schema.clone();
    object(&model.schema)
        .prop_map(move |config| repaired(model, &schema, config))
        .boxed()
}

/// A configuration, and another that differs in a few attributes.
pub(super) fn changes(
    model: &'static ResourceType,
    platform: &Platform,
) -> BoxedStrategy<(Value, Value)> {
    let schema = platform.schema.clone();
    let one = configurations(model, platform);
    let other = object(&model.schema);
    let places = collection::vec((any::<Index>(), select(CHANGES)), 0..4);
    (one, other, places)
        .prop_map(move |(one, other, places)| {
            let mut changed = one.clone();
            for (place, change) in places {
                let has_parts = |a: &&Attribute| match one.attribute(&a.name) {
                    Value::Map(parts) => !parts.is_empty(),
                    Value::List(parts) => !parts.is_empty(),
                    _ => false,
                };
                let attributes = &model.schema.attributes;
                let whole: Vec<_> = attributes.iter().filter(has_parts).collect();
                let attribute = match change {
                    Change::Dependent if !whole.is_empty() => place.get(&whole),
                    _ => place.get(attributes),
                };
                let [before, after] = [&one, &other].map(|value| value.attribute(&attribute.name));
                let value = match change {
                    Change::Spelling => respelled(&attribute.shape, before),
                    Change::Whole => after.clone(),
                    Change::Dependent => partly(&attribute.shape, before, after),
                };
                // An object with another identity is not a change of this one.
                let is_identity = matches!(&*attribute.name, "name" | "namespace")
                    || is_reference(model, &attribute.name);
                if !is_identity {
                    changed.set_attribute(&attribute.name, value);
                }
            }
            (one, repaired(model, &schema, changed))
        })
        .boxed()
}

fn is_reference(model: &ResourceType, name: &str) -> bool {
    let entry = model.entry.as_ref();
    entry.is_some_and(|entry| entry.reference == name)
}

/// The configuration with some unknown values.
pub(super) fn with_unknowns(schema: &Block, config: &Value, places: &[Index]) -> Value {
    let mut partly = config.clone();
    for place in places {
        let paths = parts::paths(schema, &partly);
        parts::put(&mut partly, place.get(&paths), Value::Unknown);
    }
    partly
}

/// The change of an attribute.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// Another spelling of an equivalent value.
    Spelling,
    /// Another value.
    Whole,
    /// Another spelling, with another value in a part of it.
    Dependent,
}

const CHANGES: &[Change] = &[Change::Spelling, Change::Whole, Change::Dependent];

/// Another spelling, with one element, entry or attribute of the other value.
fn partly(shape: &Shape, one: &Value, other: &Value) -> Value {
    let said = respelled(shape, one);
    match (shape, said, other) {
        (Shape::List(element), Value::List(mut items), Value::List(others)) => {
            let last = items.len().saturating_sub(1);
            match (items.get_mut(last), others.first()) {
                (Some(item), Some(other)) => *item = partly(element, item, other),
                (None, Some(other)) => items.push(other.clone()),
                (_, None) => {}
            }
            Value::List(items)
        }
        (Shape::Map(element), Value::Map(mut entries), Value::Map(others)) => {
            match (entries.values_mut().next_back(), others.values().next()) {
                (Some(entry), Some(other)) => *entry = partly(element, entry, other),
                (_, Some(_)) => entries.extend(others.clone()),
                (_, None) => {}
            }
            Value::Map(entries)
        }
        (Shape::Object(nested), mut said @ Value::Map(_), Value::Map(_)) => {
            let differs = |name: &&str| said.attribute(name) != other.attribute(name);
            let mut names = nested.attributes.iter().map(|inner| &*inner.name);
            if let Some(name) = names.find(differs) {
                said.set_attribute(name, other.attribute(name).clone());
            }
            said
        }
        (_, _, other) => other.clone(),
    }
}

/// Another spelling.
fn respelled(shape: &Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::Text(text), Value::String(content)) => {
            let partner = |texts: &[&str]| {
                let place = texts.iter().position(|text| text == content);
                place.map_or(value.clone(), |place| Value::from(texts[place ^ 1]))
            };
            if let Some(synonym) = text.synonym(content) {
                return Value::from(synonym);
            }
            match text.meaning {
                Meaning::Quantity => partner(QUANTITIES),
                Meaning::Duration => partner(DURATIONS),
                Meaning::Json => Value::from(format!(" {content}")),
                Meaning::Plain | Meaning::IntOrString => value.clone(),
            }
        }
        (Shape::List(element), Value::List(items)) => {
            Value::List(items.iter().map(|item| respelled(element, item)).collect())
        }
        (Shape::Map(element), Value::Map(entries)) => {
            let entries = entries.iter();
            Value::map(entries.map(|(key, entry)| (key.clone(), respelled(element, entry))))
        }
        (Shape::Object(nested), Value::Map(_)) => {
            let attributes = nested.attributes.iter();
            Value::map(attributes.map(|inner| {
                let value = value.attribute(&inner.name);
                (inner.name.clone(), respelled(&inner.shape, value))
            }))
        }
        _ => value.clone(),
    }
}

/// Drops values until the configuration is valid offline and on the release.
fn repaired(model: &ResourceType, schema: &crate::api::JsonSchema, mut config: Value) -> Value {
    for _ in 0..200 {
        let mut diagnostics = validate(model, &config);
        check_live(
            &model.spec,
            [&Value::Null, &config],
            schema,
            &mut diagnostics,
        );
        let mut refused = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error);
        let Some(first) = refused.next() else {
            return config;
        };
        let path = first
            .path
            .clone()
            .expect("an error about an attribute has its path");
        drop_refused(&mut config, path);
    }
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(validate(model, &config));
    panic!("{config:?} cannot be repaired: {diagnostics:?}");
}

fn drop_refused(config: &mut Value, path: Path) {
    let is_missing = parts::get(config, &path).is_none_or(Value::is_null);
    let is_element = matches!(path.steps().last(), Some(step) if !matches!(step, crate::value::Step::Attribute(_)));
    if path == Path::of("name") && !config.attribute("roles").is_unknown() {
        // An entry without effect.
        let users = Value::Set(vec!["a".into()]);
        let roles = [("admin", users), ("readonly", Value::Null)];
        config.set_attribute("roles", Value::map(roles));
        return;
    }
    let mut path = path;
    if is_missing && !is_element {
        let Some(parent) = parts::parent(&path) else {
            // Of an entry, whose attributes are those of a resource: a password.
            let step = path.to_string();
            config.set_attribute(&step, "secret".into());
            return;
        };
        path = parent;
    }
    parts::drop_part(config, &path);
}

fn object(object: &Block) -> BoxedStrategy<Value> {
    let attributes = object.attributes.iter();
    let attributes: Vec<_> = attributes
        .map(|a| (Just(a.name.to_string()), attribute(a)))
        .collect();
    attributes.prop_map(Value::map).boxed()
}

fn attribute(attribute: &Attribute) -> BoxedStrategy<Value> {
    let known = match (&*attribute.name, attribute.usage) {
        (_, Usage::Computed) => return Just(Value::Null).boxed(),
        ("name", Usage::Required) => "[a-z][a-z0-9]{0,6}".prop_map(Value::from).boxed(),
        (name, Usage::Required) if name.ends_with("_id") => {
            "tenant-[a-z]{1,3}/[a-z]{1,3}".prop_map(Value::from).boxed()
        }
        ("namespace", Usage::OptionalComputed) => "tenant-[a-z]{1,3}".prop_map(Value::from).boxed(),
        _ => with_default(attribute),
    };
    match attribute.usage {
        Usage::Required => known,
        _ => prop_oneof![1 => Just(Value::Null), 1 => known].boxed(),
    }
}

/// Any value, and frequently the platform's default.
fn with_default(attribute: &Attribute) -> BoxedStrategy<Value> {
    let known = match (&attribute.shape, &attribute.keys) {
        (Shape::Map(element), Some(keys)) => map(keys_of(keys), element),
        (shape, _) => values(shape),
    };
    match &attribute.default {
        Some(default) => {
            let default = written::value(&attribute.shape, default);
            prop_oneof![4 => known, 1 => Just(default)].boxed()
        }
        None => known,
    }
}

fn values(shape: &Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Shape::Integer { min, max } => {
            let least = min.unwrap_or(-3);
            let most = max.unwrap_or(least + 12);
            prop_oneof![3 => least..=most.min(least + 12), 1 => least..=most, 1 => Just(most)]
                .prop_map(Value::from)
                .boxed()
        }
        Shape::Text(text) => texts(text)
            .prop_map(|text| Value::from(text.nfc().collect::<String>()))
            .boxed(),
        Shape::List(element) => collection::vec(values(element), 0..=3)
            .prop_map(Value::List)
            .boxed(),
        Shape::Set(element) => collection::vec(values(element), 0..=3)
            .prop_map(Value::set)
            .boxed(),
        Shape::Map(element) => map(any_keys(), element),
        Shape::Object(nested) => object(nested),
        Shape::Dynamic => strings()
            .prop_map(|text| Value::from(text).into_dynamic())
            .boxed(),
    }
}

fn texts(text: &Text) -> BoxedStrategy<String> {
    let owned = |texts: &'static [&'static str]| select(texts).prop_map(str::to_owned).boxed();
    if !text.choices.values.is_empty() {
        let names: Vec<String> = text.choices.names().map(str::to_owned).collect();
        let other = if text.choices.open { 1 } else { 0 };
        return prop_oneof![8 => select(names), other => Just("other".to_owned())].boxed();
    }
    if let Some(fields) = text.cron_fields {
        let of = |fields: usize| vec!["*"; fields].join(" ");
        return select(vec![of(fields), "@daily".to_owned(), String::new()]).boxed();
    }
    if let Some((pattern, _)) = text.pattern {
        let texts = string::string_regex(&format!("(?:{pattern})"));
        return texts.expect("texts of every declared pattern").boxed();
    }
    match text.meaning {
        Meaning::Plain => prop_oneof![3 => "[a-z][a-z0-9.-]{0,6}", 1 => strings()].boxed(),
        Meaning::Quantity => select(quantities(text)).prop_map(str::to_owned).boxed(),
        Meaning::Duration => owned(DURATIONS),
        Meaning::Json => owned(OBJECTS),
        Meaning::IntOrString => owned(NUMBERS_OR_TEXTS),
    }
}

/// Valid amounts of a unit.
fn quantities(text: &Text) -> Vec<&'static str> {
    let can_be_meant = |amount: &&str| {
        let problem = text.unit.and_then(|unit| unit.problem(amount));
        problem.is_none()
    };
    QUANTITIES.iter().copied().filter(can_be_meant).collect()
}

fn map(keys: BoxedStrategy<String>, element: &Shape) -> BoxedStrategy<Value> {
    let entries = collection::btree_map(keys, values(element), 0..=3);
    entries.prop_map(Value::Map).boxed()
}

/// Keys of entries that the platform adds itself.
const FILLED_IN: &[&str] = &["md0", "max_connections", "cpu", "memory", "storage"];

/// Keys that are valid names on the platform.
fn keys_of(keys: &Keys) -> BoxedStrategy<String> {
    let pattern = keys.pattern;
    let of_pattern = string::string_regex(pattern).expect("keys of every declared pattern");
    let known = select(FILLED_IN).prop_map(str::to_owned);
    prop_oneof![5 => "[a-z][a-z0-9]{0,3}", 2 => known, 3 => of_pattern]
        .prop_filter("a key of the pattern", move |key| whole(pattern, key))
        .boxed()
}

/// Keys of maps without a rule for keys.
fn any_keys() -> BoxedStrategy<String> {
    prop_oneof![
        5 => "[a-z][a-z0-9]{0,3}",
        2 => select(FILLED_IN).prop_map(str::to_owned),
        2 => select(ODD).prop_map(str::to_owned),
        1 => strings(),
        1 => "[a-zé.]{300}",
    ]
    .boxed()
}

mod tests {
    use std::collections::BTreeSet;

    use super::super::hold;
    use super::*;
    use std::cell::RefCell;

    /// If an attribute is never generated, it is not tested.
    #[test]
    fn every_attribute_is_generated_sometimes() {
        for model in crate::resource::tests::TYPES.iter() {
            let given = RefCell::new(BTreeSet::new());
            let mut runner = proptest::test_runner::TestRunner::deterministic();
            for platform in Platform::all(model) {
                let strategy = configurations(model, &platform);
                for _ in 0..30 {
                    let tree = strategy.new_tree(&mut runner).expect("a configuration");
                    let config = proptest::strategy::ValueTree::current(&tree);
                    let spec = model.spec.attributes.iter();
                    let names = spec
                        .map(|a| &*a.name)
                        .filter(|name| !config.attribute(name).is_null());
                    given.borrow_mut().extend(names);
                }
            }
            let gone = ["running"];
            for attribute in &model.spec.attributes {
                let name = &*attribute.name;
                assert!(
                    given.borrow().contains(name) || gone.contains(&name),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn every_configuration_is_valid() {
        hold(16, changes, |model, _, (one, other)| {
            prop_assert!(!validate(model, &one).has_errors());
            prop_assert!(!validate(model, &other).has_errors());
            Ok(())
        });
    }
}
