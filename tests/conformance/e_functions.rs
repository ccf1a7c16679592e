//! The functions.

use std::collections::BTreeSet;

use hikube::protocol::wire::{
    DynamicValue, FunctionError, call_function, function::Parameter, get_functions, get_metadata,
    get_provider_schema,
};
use hikube::value::{Type, Value};
use serde_json::{from_slice, json};

use crate::terraform::Core;
use crate::wire::{pack, typed, unpack};

fn ty(json: &[u8]) -> Type {
    Type::from_json(&from_slice(json).unwrap()).expect("a type")
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn texts(texts: &[&str]) -> Vec<DynamicValue> {
    let pack = |text: &&str| pack(&Value::from(*text), &Type::String).unwrap();
    texts.iter().map(pack).collect()
}

async fn call(core: &Core, name: &str, arguments: Vec<DynamicValue>) -> call_function::Response {
    let request = call_function::Request {
        name: name.to_owned(),
        arguments,
    };
    core.client()
        .call_function(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_43_every_call_declares_the_same_functions() {
    let core = Core::unconfigured().await;
    let mut client = core.client();
    let request = get_provider_schema::Request {};
    let declared = client.get_provider_schema(request).await.unwrap();
    let declared = declared.into_inner().functions;
    let request = get_functions::Request {};
    let functions = client.get_functions(request).await.unwrap().into_inner();
    assert!(functions.diagnostics.is_empty());
    assert_eq!(functions.functions, declared);
    let request = get_metadata::Request {};
    let metadata = client.get_metadata(request).await.unwrap().into_inner();
    let names: BTreeSet<_> = metadata.functions.iter().map(|one| &one.name).collect();
    assert!(declared.keys().eq(names) && declared.len() >= 6);
    for (name, function) in &declared {
        assert!(is_identifier(name), "{name}");
        assert!(!function.summary.is_empty() && !function.description.is_empty());
        ty(&function.r#return.as_ref().expect("a result").r#type);
        let parameters = function.parameters.iter();
        let mut names = BTreeSet::new();
        for Parameter {
            name: parameter,
            r#type,
            description,
            ..
        } in parameters.chain(&function.variadic_parameter)
        {
            assert!(is_identifier(parameter), "{name}.{parameter}");
            assert!(names.insert(parameter), "{name}.{parameter} twice");
            assert!(!description.is_empty(), "{name}.{parameter}");
            ty(r#type);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_43_a_function_is_called_without_a_configuration() {
    let core = Core::unconfigured().await;
    let arguments = texts(&["tenant-acme", "dev"]);
    let as_json = arguments.iter().map(|_| DynamicValue::default());
    let mut as_json: Vec<_> = as_json.collect();
    as_json[0].json = b"\"tenant-acme\"".to_vec();
    as_json[1].json = b"\"dev\"".to_vec();
    // Terraform compares the results of plan and apply.
    for arguments in [arguments.clone(), arguments.clone(), as_json] {
        let called = call(&core, "tenant_namespace", arguments).await;
        assert_eq!(called.error, None);
        let result = unpack(called.result.as_ref(), &Type::String);
        assert_eq!(result, Value::from("tenant-acme-dev"));
    }
    let unknown = pack(&Value::Unknown, &Type::String).unwrap();
    let called = call(
        &core,
        "tenant_namespace",
        vec![arguments[0].clone(), unknown],
    )
    .await;
    assert_eq!(
        unpack(called.result.as_ref(), &Type::String),
        Value::Unknown
    );
    // A dynamic argument has its type.
    let kind = Type::object([("host", Type::String), ("token", Type::String)]);
    let parts = json!({"host": "https://api.example.org", "token": "abc"});
    let parts = Value::Dynamic(Box::new((kind.clone(), typed(&kind, &parts))));
    let argument = pack(&parts, &Type::Dynamic).unwrap();
    let called = call(&core, "kubeconfig", vec![argument]).await;
    assert_eq!(called.error, None);
    let names = [
        "kubeconfig",
        "host",
        "cluster_ca_certificate",
        "client_certificate",
        "client_key",
        "token",
    ];
    let result = Type::object(names.map(|name| (name, Type::String)));
    let result = unpack(called.result.as_ref(), &result);
    assert_eq!(result.attribute("token"), &Value::from("abc"));
    assert!(result.attribute("client_key").is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_43_an_error_names_the_argument() {
    let core = Core::unconfigured().await;
    let valid = texts(&["tenant-acme"])[0].clone();
    let null = pack(&Value::Null, &Type::String).unwrap();
    let number = pack(&Value::from(7), &Type::Number).unwrap();
    for (arguments, position, part) in [
        (texts(&["tenant-acme", "my-dev"]), Some(1), "got `my-dev`"),
        (texts(&["\u{1b}[31m", "dev"]), Some(0), "\\u{1b}"),
        (vec![valid.clone(), null], Some(1), "must not be null"),
        // What OpenTofu sends for null.
        (
            vec![DynamicValue::default(), valid.clone()],
            Some(0),
            "must not be null",
        ),
        (vec![valid.clone(), number], Some(1), "cannot be read"),
        (vec![valid], None, "requires 2 arguments, got 1"),
    ] {
        let called = call(&core, "tenant_namespace", arguments).await;
        assert_eq!(called.result, None);
        let FunctionError {
            text,
            function_argument,
        } = called.error.expect("an error");
        assert_eq!(function_argument, position, "{text}");
        // Terraform adds the full stop.
        assert!(text.contains(part) && !text.ends_with('.'), "{text}");
    }
    let null = pack(&Value::Null, &Type::Dynamic).unwrap();
    let called = call(&core, "kubeconfig", vec![null]).await;
    assert_eq!(called.error.unwrap().text, "must not be null");
}
