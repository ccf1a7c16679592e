use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// A type of Terraform's type system, as in schemas and dynamic values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`: any size and precision.
    Number,
    /// `string`
    String,
    /// `dynamic`: the value contains its type.
    Dynamic,
    /// `list(T)`
    List(Box<Type>),
    /// `set(T)`
    Set(Box<Type>),
    /// `map(T)`
    Map(Box<Type>),
    /// `object({name = T, ...})`: exactly these attributes.
    Object(BTreeMap<String, Type>),
    /// `tuple([T, ...])`
    Tuple(Vec<Type>),
}

impl Type {
    /// A list of this type.
    pub fn list(element: Type) -> Type {
        Type::List(Box::new(element))
    }

    /// A set of this type.
    pub fn set(element: Type) -> Type {
        Type::Set(Box::new(element))
    }

    /// A map of this type.
    pub fn map(element: Type) -> Type {
        Type::Map(Box::new(element))
    }

    /// An object with these attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Type)>) -> Type {
        Type::Object(
            attributes
                .into_iter()
                .map(|(name, kind)| (name.into(), kind))
                .collect(),
        )
    }

    /// The JSON encoding of the type in schemas and dynamic values, for example `["list","string"]`.
    pub fn to_json(&self) -> Json {
        match self {
            Type::Bool => json!("bool"),
            Type::Number => json!("number"),
            Type::String => json!("string"),
            Type::Dynamic => json!("dynamic"),
            Type::List(element) => json!(["list", element.to_json()]),
            Type::Set(element) => json!(["set", element.to_json()]),
            Type::Map(element) => json!(["map", element.to_json()]),
            Type::Object(attributes) => {
                let attributes: serde_json::Map<String, Json> = attributes
                    .iter()
                    .map(|(name, kind)| (name.clone(), kind.to_json()))
                    .collect();
                json!(["object", attributes])
            }
            Type::Tuple(elements) => {
                json!([
                    "tuple",
                    elements.iter().map(Type::to_json).collect::<Vec<_>>()
                ])
            }
        }
    }

    /// Parses the JSON encoding. The optional attributes of an object type are ignored, as they do not affect values.
    /// None if the JSON is not a valid type.
    pub fn from_json(json: &Json) -> Option<Type> {
        if let Some(name) = json.as_str() {
            return match name {
                "bool" => Some(Type::Bool),
                "number" => Some(Type::Number),
                "string" => Some(Type::String),
                "dynamic" => Some(Type::Dynamic),
                _ => None,
            };
        }
        let parts = json.as_array()?;
        let argument = parts.get(1)?;
        match parts.first()?.as_str()? {
            "list" => Some(Type::list(Type::from_json(argument)?)),
            "set" => Some(Type::set(Type::from_json(argument)?)),
            "map" => Some(Type::map(Type::from_json(argument)?)),
            "object" => {
                let attributes = argument.as_object()?.iter();
                let attributes: Option<_> = attributes
                    .map(|(name, kind)| Some((name.clone(), Type::from_json(kind)?)))
                    .collect();
                Some(Type::Object(attributes?))
            }
            "tuple" => {
                let elements: Option<_> =
                    argument.as_array()?.iter().map(Type::from_json).collect();
                Some(Type::Tuple(elements?))
            }
            _ => None,
        }
    }
}
