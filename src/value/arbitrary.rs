//! Arbitrary types and values for property tests.

use std::collections::BTreeMap;

use proptest::{collection, prelude::*};
use unicode_normalization::UnicodeNormalization;

use super::number::Number;
use super::value::Value;
use super::value_type::Type;

/// Maximum nesting of dynamic values.
const DYNAMIC_LEVELS: u32 = 2;

/// Any type, including `dynamic` at any depth.
pub(crate) fn types() -> BoxedStrategy<Type> {
    nested(prop_oneof![4 => primitives(), 1 => Just(Type::Dynamic)].boxed())
}

/// A value of this type, with null values and, if `with_unknown`, unknown values at any depth.
///
/// Numbers are finite and strings are in normal form C, so every codec preserves every value. JSON does not support
/// unknown values.
pub(crate) fn values(ty: &Type, with_unknown: bool) -> BoxedStrategy<Value> {
    values_within(ty, with_unknown, DYNAMIC_LEVELS)
}

/// Small numbers, the limits of integers, floats and other decimals.
pub(crate) fn numbers() -> BoxedStrategy<Number> {
    let floats = any::<f64>().prop_filter_map("a finite float", |float| {
        Number::from_f64(float).filter(|_| float.is_finite())
    });
    let decimals = "-?[0-9]{1,30}(\\.[0-9]{1,30})?(e-?[0-9]{1,4})?";
    prop_oneof![
        (-300_i64..300).prop_map(Number::from),
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from_u64),
        floats,
        decimals.prop_map(|text| text.parse().expect("a decimal number")),
    ]
    .boxed()
}

/// Short strings in any script, in Unicode normal form C.
pub(crate) fn strings() -> BoxedStrategy<String> {
    prop_oneof![
        "[a-z0-9_]{0,8}",
        "\\PC{0,8}",
        "(e\u{301}|\u{1F9E1}|o\u{308}|\u{0}|\n){0,4}"
    ]
    .prop_map(|text| text.nfc().collect())
    .boxed()
}

fn primitives() -> BoxedStrategy<Type> {
    prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String)].boxed()
}

/// Types that consist of these.
fn nested(leaves: BoxedStrategy<Type>) -> BoxedStrategy<Type> {
    leaves
        .prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                inner.clone().prop_map(Type::list),
                inner.clone().prop_map(Type::set),
                inner.clone().prop_map(Type::map),
                collection::btree_map("[a-z_]{1,6}", inner.clone(), 0..4).prop_map(Type::Object),
                collection::vec(inner, 0..4).prop_map(Type::Tuple),
            ]
        })
        .boxed()
}

fn values_within(ty: &Type, with_unknown: bool, levels: u32) -> BoxedStrategy<Value> {
    let unknown = if with_unknown {
        Value::Unknown
    } else {
        Value::Null
    };
    let known = known_values(ty, with_unknown, levels);
    prop_oneof![8 => known, 1 => Just(Value::Null), 1 => Just(unknown)].boxed()
}

fn known_values(ty: &Type, with_unknown: bool, levels: u32) -> BoxedStrategy<Value> {
    let of = |ty: &Type| values_within(ty, with_unknown, levels);
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => numbers().prop_map(Value::Number).boxed(),
        Type::String => strings().prop_map(Value::String).boxed(),
        Type::Dynamic => dynamic_values(with_unknown, levels),
        Type::List(element) => collection::vec(of(element), 0..4)
            .prop_map(Value::List)
            .boxed(),
        Type::Set(element) => collection::vec(of(element), 0..4)
            .prop_map(Value::set)
            .boxed(),
        Type::Map(element) => collection::btree_map(strings(), of(element), 0..4)
            .prop_map(Value::Map)
            .boxed(),
        Type::Object(attributes) => attributes
            .iter()
            .map(|(name, ty)| (Just(name.clone()), of(ty)))
            .collect::<Vec<_>>()
            .prop_map(|entries| Value::Map(BTreeMap::from_iter(entries)))
            .boxed(),
        Type::Tuple(types) => types
            .iter()
            .map(of)
            .collect::<Vec<_>>()
            .prop_map(Value::List)
            .boxed(),
    }
}

/// A value with a type other than `dynamic`.
fn dynamic_values(with_unknown: bool, levels: u32) -> BoxedStrategy<Value> {
    let inner = if levels == 0 {
        nested(primitives())
    } else {
        types()
    };
    inner
        .prop_filter("a dynamic value has another type", |ty| {
            *ty != Type::Dynamic
        })
        .prop_flat_map(move |ty| {
            let value = values_within(&ty, with_unknown, levels.saturating_sub(1));
            (Just(ty), value).prop_map(|inner| Value::Dynamic(Box::new(inner)))
        })
        .boxed()
}
