//! Schemas satisfy Terraform's rules, and declarations are consistent.

use crate::resource::resource_type::ResourceType;
use std::collections::BTreeSet;

use regex_lite::Regex;

use crate::kinds::KINDS;
use crate::provider::ProviderBlock;
use crate::schema::{
    Attribute, Block, Field, FormerShape, Meaning, Releases, Shape, Spec, TakesEffect, Text, Usage,
};

const RESERVED_IN_RESOURCES: &[&str] = &[
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];
const RESERVED_IN_PROVIDERS: &[&str] = &["alias", "version"];

/// The errors of a top-level schema.
fn problems(object: &Block, reserved: &[&str]) -> Vec<String> {
    let names = object.attributes.iter().map(|a| &*a.name);
    let mut problems: Vec<String> = names
        .filter(|name| reserved.contains(name))
        .map(|name| format!("`{name}` is kept by Terraform"))
        .collect();
    within(object, "", false, &mut problems);
    problems
}

fn within(object: &Block, path: &str, computed: bool, problems: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    let name_form = Regex::new("^[a-z_][a-z0-9_]*$").expect("a pattern");
    for attribute in &object.attributes {
        let name = &*attribute.name;
        let at = format!("{path}{name}");
        let mut wrong = |what: &str| problems.push(format!("`{at}` {what}"));
        if !name_form.is_match(name) {
            wrong("is no name");
        }
        if !names.insert(name) {
            wrong("is there twice");
        }
        if attribute.description.is_empty() || !attribute.documentation().ends_with(['.', '*', ')'])
        {
            wrong("is not described in sentences");
        }
        if attribute.deprecated.is_some_and(str::is_empty) {
            wrong("is deprecated without a word");
        }
        if computed && attribute.usage != Usage::Computed {
            wrong("could be configured in what the provider decides");
        }
        if attribute.usage == Usage::OptionalComputed && !path.is_empty() {
            wrong("is decided by either, below the top");
        }
        if let Some(TakesEffect::FirstBoot { again }) = attribute.takes_effect
            && object.attribute(again).is_none()
        {
            wrong("is read again with an attribute that is not beside it");
        }
        if attribute
            .former_shape
            .is_some_and(|former| !fits(&attribute.shape, former))
        {
            wrong("had another shape that cannot be converted to today's");
        }
        let is_number = matches!(attribute.shape, Shape::Integer { .. });
        if attribute.grow_only && !is_number && !is_quantity(&attribute.shape) {
            wrong("grows and is no amount");
        }
        if attribute.usage == Usage::Required && attribute.default.is_some() {
            wrong("is required and has a default");
        }
        of_shape(attribute, &attribute.shape, &at, problems);
    }
}

fn of_shape(attribute: &Attribute, shape: &Shape, at: &str, problems: &mut Vec<String>) {
    let computed = attribute.usage == Usage::Computed;
    match shape {
        Shape::Object(nested) => within(nested, &format!("{at}."), computed, problems),
        Shape::List(element) | Shape::Set(element) | Shape::Map(element) => {
            if matches!(**element, Shape::List(_) | Shape::Set(_) | Shape::Map(_))
                && element.nested().is_some()
            {
                problems.push(format!("`{at}` nests objects that the schema cannot say"));
            }
            of_shape(attribute, element, at, problems);
        }
        Shape::Integer { min, max } => {
            if let (Some(min), Some(max)) = (min, max)
                && min > max
            {
                problems.push(format!("`{at}` has no possible value"));
            }
        }
        Shape::Text(text) => of_text(text, at, problems),
        Shape::Bool | Shape::Dynamic => {}
    }
}

fn of_text(text: &Text, at: &str, problems: &mut Vec<String>) {
    if let Some((pattern, words)) = text.pattern {
        if Regex::new(&format!("^(?:{pattern})$")).is_err() {
            problems.push(format!("`{at}` has a pattern that does not compile"));
        }
        if words.is_empty() || words.ends_with('.') {
            problems.push(format!(
                "`{at}` has a pattern without words to complete a sentence"
            ));
        }
        if text.meaning != Meaning::Plain || !text.choices.values.is_empty() {
            problems.push(format!("`{at}` has a pattern that is never checked"));
        }
    }
    let distinct: BTreeSet<_> = text.choices.names().collect();
    if distinct.len() != text.choices.values.len() {
        problems.push(format!("`{at}` lists a value twice"));
    }
}

/// Whether a value of the former shape can be converted: list items have the key, and map entries do not have a field
/// of that name.
fn fits(shape: &Shape, former: FormerShape) -> bool {
    let has = |key: &str| {
        let nested = shape.nested().into_iter();
        nested.flat_map(Block::fields).any(|inner| inner.api == key)
    };
    match (former, shape) {
        (FormerShape::Map { key }, Shape::List(_)) => has(key),
        (FormerShape::List { key }, Shape::Map(_)) => shape.nested().is_some() && !has(key),
        _ => false,
    }
}

fn is_quantity(shape: &Shape) -> bool {
    matches!(shape, Shape::Text(text) if text.meaning == Meaning::Quantity)
}

/// The API's field names of one object, including former ones.
fn api_names(object: &Block, problems: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    for attribute in object.fields() {
        let former = attribute.renamed_from.as_ref().map(|former| former.name);
        for name in [Some(&*attribute.api), former].into_iter().flatten() {
            if !names.insert(name) {
                problems.push(format!("two attributes are `{name}` in the API"));
            }
        }
        if let Some(nested) = attribute.shape.nested() {
            api_names(nested, problems);
        }
    }
}

#[test]
fn every_schema_is_valid() {
    let none = Vec::<String>::new();
    for kind in KINDS {
        let model = &ResourceType::of(kind);
        assert_eq!(problems(&model.schema, RESERVED_IN_RESOURCES), none);
        assert_eq!(problems(&model.data_source, RESERVED_IN_RESOURCES), none);
        let mut twice = Vec::new();
        api_names(&model.spec, &mut twice);
        assert_eq!(twice, none, "{}", kind.type_name);
    }
    assert_eq!(
        problems(&ProviderBlock::block(), RESERVED_IN_PROVIDERS),
        none
    );
}

#[test]
fn every_kind_has_names_of_its_own() {
    let form = Regex::new("^hikube_[a-z][a-z0-9_]*$").expect("a pattern");
    let mut seen = BTreeSet::new();
    for kind in KINDS {
        assert!(form.is_match(kind.type_name), "{}", kind.type_name);
        for name in [
            kind.type_name.into(),
            (kind.api_resource)().kind,
            (kind.api_resource)().plural,
        ] {
            assert!(seen.insert(name.clone()), "{name}");
        }
        // Only applications have a release, and some have the same prefix.
        let is_application = (kind.api_resource)().group == "apps.cozystack.io";
        let prefix = kind.release_prefix;
        let is_prefix = prefix.is_empty() || is_application && prefix.ends_with('-');
        assert!(is_prefix, "{}", kind.type_name);
    }
}

/// All attributes of a data source are computed, except for those that identify the object and `store_credentials`.
#[test]
fn a_data_source_has_only_identifying_arguments() {
    for kind in KINDS {
        let resource_type = ResourceType::of(kind);
        let given: Vec<_> = resource_type
            .data_source
            .attributes
            .iter()
            .filter(|attribute| attribute.is_configurable())
            .map(|attribute| (&*attribute.name, attribute.replace))
            .collect();
        let mut place = vec![("name", false), ("namespace", false)];
        let has_secrets = kind.outputs.declared().iter().any(|output| output.secret);
        if has_secrets || (kind.spec)().has_secrets() {
            place.push(("store_credentials", false));
        }
        assert_eq!(given, place);
    }
}

/// Every rule rejects some schema.
#[test]
fn a_broken_schema_is_found() {
    let text = |pattern: Option<(&'static str, &'static str)>| {
        Shape::Text(Text {
            pattern,
            ..Text::default()
        })
    };
    let new = |name| Attribute::new::<Option<String>>(name, name, "Something.");
    let nested = |inner: Attribute| {
        Shape::Object(Block {
            attributes: vec![inner],
            ..Block::default()
        })
    };
    for broken in [
        new("Upper"),
        new("1st"),
        new("count"),
        new("shrinking").grow_only(),
        new("old").deprecated(""),
        Attribute::new::<Option<String>>("silent", "silent", ""),
        Attribute::new::<String>("needed", "needed", "Something.").default("x"),
        Attribute::new::<Option<i64>>("range", "range", "Something.")
            .min(2)
            .max(1),
        new("text").was_map("name"),
        Attribute {
            shape: Shape::List(Box::new(nested(new("inner")))),
            ..new("keyless").was_map("name")
        },
        new("script").takes_effect(TakesEffect::FirstBoot { again: "seed" }),
        Attribute {
            shape: nested(new("inner")),
            usage: Usage::Computed,
            ..new("outer")
        },
        Attribute {
            shape: nested(new("inner").computed()),
            ..new("outer")
        },
        Attribute {
            shape: text(Some(("(", "a bracket"))),
            ..new("open")
        },
        Attribute {
            shape: text(Some(("a", ""))),
            ..new("wordless")
        },
        Attribute {
            shape: Shape::List(Box::new(Shape::Map(Box::new(nested(new("inner")))))),
            ..new("deep")
        },
    ] {
        let object = Block {
            attributes: vec![broken],
            ..Block::default()
        };
        assert_eq!(
            problems(&object, RESERVED_IN_RESOURCES).len(),
            1,
            "{object:?}"
        );
    }
    let twice = Block {
        attributes: vec![new("one"), new("one")],
        ..Block::default()
    };
    assert_eq!(problems(&twice, &[]).len(), 1);
    let mut names = Vec::new();
    api_names(&twice, &mut names);
    assert_eq!(names.len(), 1);
    assert!(!is_quantity(&String::shape()));
}

/// The attributes with a release that their parent already has.
fn redundant_releases(block: &Block, outer: Releases, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in &block.attributes {
        let (path, own) = (format!("{path}.{}", attribute.name), attribute.releases());
        let says_again = |own: Option<&str>, outer: Option<&str>| own.is_some() && own == outer;
        if says_again(own.since, outer.since) || says_again(own.until, outer.until) {
            found.push(path.clone());
        }
        if let Some(nested) = attribute.shape.nested() {
            found.extend(redundant_releases(nested, own.within(outer), &path));
        }
    }
    found
}

#[test]
fn a_nested_attribute_does_not_repeat_the_release_of_what_it_is_in() {
    let all = Releases::default();
    for kind in KINDS {
        let found = redundant_releases(&(kind.spec)(), all, kind.type_name);
        assert_eq!(found, Vec::<String>::new());
    }
    let new = |name| Attribute::new::<Option<String>>(name, name, "Something.");
    let inner = |attribute| Block {
        attributes: vec![attribute],
        ..Block::default()
    };
    let outer = |attribute| Block {
        attributes: vec![Attribute {
            shape: Shape::Object(inner(attribute)),
            ..new("outer").since("1.3")
        }],
        ..Block::default()
    };
    assert_eq!(
        redundant_releases(&outer(new("a").since("1.3")), all, "").len(),
        1
    );
    assert_eq!(
        redundant_releases(&outer(new("a").since("1.6")), all, "").len(),
        0
    );
}
