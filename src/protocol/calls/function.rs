use std::collections::BTreeMap;

use crate::function::{self, Arguments, WrongArgument};
use crate::protocol::convert::{decode_argument, encode};
use crate::protocol::wire::function::{Parameter, Return};
use crate::protocol::wire::{DynamicValue, Function, FunctionError, StringKind, call_function};
use crate::provider::{Capability, Provider};
use crate::redaction::redact;
use crate::schema::Diagnostics;
use crate::value::{Type, Value};

/// The declarations of all functions, by name.
pub(crate) fn functions(provider: &Provider) -> BTreeMap<String, Function> {
    let registry = provider.registry();
    let names = registry.names(Capability::Function);
    names
        .filter_map(|name| Some((name.to_owned(), declaration(registry.function(name)?))))
        .collect()
}

fn declaration(function: &function::Function) -> Function {
    let parameters = function.parameters.iter().map(|parameter| Parameter {
        name: parameter.name.to_owned(),
        r#type: type_json(&parameter.kind),
        allow_null_value: false,
        allow_unknown_values: false,
        description: parameter.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
    });
    Function {
        parameters: parameters.collect(),
        variadic_parameter: None,
        r#return: Some(Return {
            r#type: type_json(&function.returns.value_type()),
        }),
        summary: function.summary.to_owned(),
        description: function.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn type_json(kind: &Type) -> Vec<u8> {
    kind.to_json().to_string().into_bytes()
}

pub(crate) fn call(
    provider: &Provider,
    request: &call_function::Request,
) -> call_function::Response {
    match called(provider, request) {
        Ok(result) => call_function::Response {
            result: Some(result),
            error: None,
        },
        Err(error) => call_function::Response {
            result: None,
            error: Some(FunctionError {
                text: redact(&error.text).into_owned(),
                function_argument: error.argument,
            }),
        },
    }
}

/// The error of a call. Terraform adds a full stop.
struct CallError {
    text: String,
    argument: Option<i64>,
}

impl From<String> for CallError {
    fn from(text: String) -> CallError {
        CallError {
            text,
            argument: None,
        }
    }
}

impl From<WrongArgument> for CallError {
    fn from(wrong: WrongArgument) -> CallError {
        CallError {
            text: wrong.problem,
            argument: i64::try_from(wrong.index).ok(),
        }
    }
}

fn called(
    provider: &Provider,
    request: &call_function::Request,
) -> Result<DynamicValue, CallError> {
    let name = &request.name;
    let function = provider.registry().function(name);
    let function = function.ok_or_else(|| format!("the provider has no function `{name}`"))?;
    let (count, expected) = (request.arguments.len(), function.parameters.len());
    if count != expected {
        return Err(format!("`{name}` requires {expected} arguments, got {count}").into());
    }
    let mut arguments = Vec::with_capacity(count);
    for (index, (argument, parameter)) in request
        .arguments
        .iter()
        .zip(function.parameters)
        .enumerate()
    {
        let at = |problem: String| WrongArgument { index, problem };
        let value = decode_argument(argument, &parameter.kind);
        let value = value.map_err(|error| at(format!("cannot be read: {error}")))?;
        if is_null(&value) {
            return Err(at("must not be null".to_owned()).into());
        }
        arguments.push(value);
    }
    let kind = function.returns.value_type();
    // Terraform does not call functions with unknown arguments.
    let result = if arguments.iter().all(Value::is_wholly_known) {
        (function.body)(&Arguments::new(arguments))?
    } else {
        Value::Unknown
    };
    let mut diagnostics = Diagnostics::new();
    let result = encode(&result, &kind, &mut diagnostics);
    Ok(result.ok_or_else(|| format!("the result of `{name}` cannot be written"))?)
}

fn is_null(value: &Value) -> bool {
    match value {
        Value::Dynamic(inner) => inner.1.is_null(),
        other => other.is_null(),
    }
}
