use serde_json::{Value as Json, json};

use super::{Arguments, FUNCTIONS, Function, WrongArgument};
use crate::value::{Type, Value, json};

fn function(name: &str) -> &'static Function {
    let mut all = FUNCTIONS.iter();
    all.find(|function| function.name == name).unwrap()
}

/// Calls a function with arguments of the types of its parameters. The result has the declared type.
fn call(name: &str, arguments: &[Json]) -> Result<Json, WrongArgument> {
    let function = function(name);
    assert_eq!(function.parameters.len(), arguments.len());
    let pairs = function.parameters.iter().zip(arguments);
    let arguments = pairs.map(|(parameter, argument)| match parameter.kind {
        Type::Dynamic => dynamic(argument),
        _ => json::decode(argument, &parameter.kind).unwrap(),
    });
    let result = (function.body)(&Arguments::new(arguments.collect()))?;
    Ok(json::encode(&result, &function.returns.value_type()).unwrap())
}

/// A dynamic value. A list of pairs is a tuple.
fn dynamic(argument: &Json) -> Value {
    let kind = type_of(argument);
    let value = json::decode(argument, &kind).unwrap();
    Value::Dynamic(Box::new((kind, value)))
}

fn type_of(argument: &Json) -> Type {
    match argument {
        Json::Object(entries) => {
            Type::object(entries.iter().map(|(name, value)| (name, type_of(value))))
        }
        Json::Array(items) => Type::Tuple(items.iter().map(type_of).collect()),
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        _ => Type::String,
    }
}

const PEM: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

fn kubeconfig(cluster: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: main\ncontexts:\n- name: main\n  context: {{cluster: c, user: u}}\n\
         clusters:\n- name: c\n  cluster: {{server: 'https://api.example.org', {cluster}}}\nusers:\n- name: u\n  user: {{{user}}}\n"
    )
}

#[test]
fn results() {
    let id = |namespace, name, kind: Option<&str>, key: Option<&str>| json!({"namespace": namespace, "name": name, "kind": kind, "key": key});
    for (name, arguments, result) in [
        (
            "tenant_namespace",
            json!(["tenant-root", "acme"]),
            json!("tenant-acme"),
        ),
        (
            "tenant_namespace",
            json!(["tenant-acme", "dev"]),
            json!("tenant-acme-dev"),
        ),
        (
            "tenant_namespace",
            json!(["tenant-root", "root"]),
            json!("tenant-root"),
        ),
        // Computed with `sha256sum`.
        (
            "vpc_subnet_id",
            json!(["tenant-acme", "main", "app"]),
            json!("subnet-130a3dec"),
        ),
        (
            "parse_id",
            json!(["tenant-acme/main"]),
            id("tenant-acme", "main", None, None),
        ),
        (
            "parse_id",
            json!(["tenant-acme/Valkey/main"]),
            id("tenant-acme", "main", Some("Valkey"), None),
        ),
        (
            "parse_id",
            json!(["tenant-acme/main/App_1"]),
            id("tenant-acme", "main", None, Some("App_1")),
        ),
        ("quantity", json!(["1Gi"]), json!(1_073_741_824)),
        ("quantity", json!(["500m"]), json!(0.5)),
        ("quantity", json!(["2"]), json!(2)),
        ("quantity", json!(["1.5G"]), json!(1_500_000_000)),
    ] {
        let arguments = arguments.as_array().unwrap();
        assert_eq!(call(name, arguments), Ok(result), "{name} {arguments:?}");
    }
}

#[test]
fn a_backend_has_what_other_storage_than_amazon_requires() {
    let result = call(
        "s3_backend",
        &[json!("https://s3.example.org/"), json!("bucket-1a2b")],
    );
    let result = result.unwrap();
    assert_eq!(result["bucket"], "bucket-1a2b");
    assert_eq!(result["endpoints"], json!({"s3": "https://s3.example.org"}));
    let settings = result.as_object().unwrap().values();
    assert_eq!(settings.filter(|value| **value == json!(true)).count(), 6);
}

#[test]
fn a_kubeconfig_and_its_parts_have_the_same_access() {
    let parts = json!({
        "host": "https://api.example.org",
        "cluster_ca_certificate": PEM,
        "client_certificate": PEM,
        "client_key": PEM.replace("CERTIFICATE", "PRIVATE KEY"),
        "token": "t0ken: \"quoted\"",
    });
    let first = call("kubeconfig", std::slice::from_ref(&parts)).unwrap();
    for (name, part) in parts.as_object().unwrap() {
        assert_eq!(first[name], *part, "{name}");
    }
    let text = first["kubeconfig"].clone();
    assert_eq!(
        call("kubeconfig", std::slice::from_ref(&text)).unwrap(),
        first
    );
    let object = json!({"kubeconfig": text, "host": "ignored", "endpoint": "ignored"});
    assert_eq!(call("kubeconfig", &[object]).unwrap(), first);
    let token = kubeconfig("", "token: abc");
    let result = call("kubeconfig", &[json!(token)]).unwrap();
    assert_eq!(result["token"], "abc");
    assert!(result["client_key"].is_null() && result["cluster_ca_certificate"].is_null());
}

/// The wrong arguments of each function, with the position and a part of the message.
fn wrong() -> Vec<(&'static str, Json, usize, &'static str)> {
    let host = "https://api.example.org";
    let files = kubeconfig("certificate-authority: /ca.crt", "token: abc");
    let program = kubeconfig("", "exec: {command: login, apiVersion: v1}");
    vec![
        (
            "tenant_namespace",
            json!(["Acme", "dev"]),
            0,
            "must be a namespace",
        ),
        (
            "tenant_namespace",
            json!(["", "dev"]),
            0,
            "must be a namespace",
        ),
        (
            "tenant_namespace",
            json!(["default", "dev"]),
            0,
            "begins with `tenant-`",
        ),
        (
            "tenant_namespace",
            json!(["tenant-acme", "my-dev"]),
            1,
            "only lowercase letters and digits",
        ),
        (
            "tenant_namespace",
            json!(["tenant-acme", "tenant-acme/dev"]),
            1,
            "that is an ID, the name is `dev`",
        ),
        (
            "tenant_namespace",
            json!(["tenant-acme", "a".repeat(60)]),
            1,
            "would have 72 characters",
        ),
        (
            "vpc_subnet_id",
            json!(["tenant_acme", "main", "app"]),
            0,
            "must be a namespace",
        ),
        (
            "vpc_subnet_id",
            json!(["tenant-acme", "Main", "app"]),
            1,
            "start with a letter and not end with a dash, got `Main`",
        ),
        (
            "vpc_subnet_id",
            json!(["tenant-acme", "tenant-acme/main", "app"]),
            1,
            "the name is `main`",
        ),
        (
            "vpc_subnet_id",
            json!(["tenant-acme", "main", "-app"]),
            2,
            "at both ends, got `-app`",
        ),
        ("parse_id", json!([""]), 0, "must be an ID"),
        ("parse_id", json!(["main"]), 0, "which has no namespace"),
        ("parse_id", json!(["tenant-acme/"]), 0, "got `tenant-acme/`"),
        ("parse_id", json!(["tenant-acme/main/"]), 0, "must be an ID"),
        (
            "parse_id",
            json!(["tenant-acme/Valkey/Main"]),
            0,
            "must be an ID",
        ),
        ("parse_id", json!(["a/b/c/d"]), 0, "must be an ID"),
        ("quantity", json!([""]), 0, "must be a quantity"),
        ("quantity", json!(["1 Gi"]), 0, "use `1Gi`"),
        ("quantity", json!(["10GB"]), 0, "use `10G` or `10Gi`"),
        ("quantity", json!(["10gib"]), 0, "use `10Gi`"),
        ("quantity", json!(["10K"]), 0, "use `10k` or `10Ki`"),
        ("quantity", json!(["ten"]), 0, "got `ten`"),
        (
            "quantity",
            json!([format!("{}Ei", "9".repeat(38))]),
            0,
            "too large",
        ),
        ("quantity", json!(["x".repeat(500)]), 0, "xxx…`"),
        (
            "kubeconfig",
            json!([7]),
            0,
            "must be a kubeconfig, or an object",
        ),
        (
            "kubeconfig",
            json!([["a"]]),
            0,
            "must be a kubeconfig, or an object",
        ),
        (
            "kubeconfig",
            json!(["s3cret"]),
            0,
            "is not a kubeconfig: expected YAML",
        ),
        (
            "kubeconfig",
            json!([{"kubeconfig": 1}]),
            0,
            "`kubeconfig` that is not a string",
        ),
        (
            "kubeconfig",
            json!([{"token": "s3cret"}]),
            0,
            "must have `kubeconfig` or `host`",
        ),
        (
            "kubeconfig",
            json!([{"host": "api", "token": "s3cret"}]),
            0,
            "not a URL",
        ),
        (
            "kubeconfig",
            json!([{"host": host, "token": 1}]),
            0,
            "`token` that is not a string",
        ),
        (
            "kubeconfig",
            json!([{"host": host, "client_key": "s3cret"}]),
            0,
            "`client_key` that is not in PEM",
        ),
        (
            "kubeconfig",
            json!([{"host": host, "client_key": PEM}]),
            0,
            "both `client_certificate` and `client_key`",
        ),
        (
            "kubeconfig",
            json!([{"host": host}]),
            0,
            "must have `token`, or",
        ),
        (
            "kubeconfig",
            json!([files]),
            0,
            "kubectl config view --raw --flatten",
        ),
        ("kubeconfig", json!([program]), 0, "cannot run a program"),
        (
            "s3_backend",
            json!(["s3.example.org", "media"]),
            0,
            "must be a URL such as `https://s3.example.org`, got `s3.example.org`",
        ),
        (
            "s3_backend",
            json!(["https://me:s3cret@a", "media"]),
            0,
            "without a user",
        ),
        (
            "s3_backend",
            json!(["https://a/media", "media"]),
            0,
            "without a path",
        ),
        (
            "s3_backend",
            json!(["https://a", "Media"]),
            1,
            "must be the name of a bucket",
        ),
        ("s3_backend", json!(["https://a", "m"]), 1, "3 to 63"),
    ]
}

/// Terraform puts the parameter before the message and a full stop after it.
#[test]
fn a_wrong_argument_has_its_position_and_a_message() {
    for (name, arguments, index, part) in wrong() {
        let arguments = arguments.as_array().unwrap();
        let error = call(name, arguments).expect_err(name);
        let problem = &error.problem;
        assert_eq!(error.index, index, "{name} {arguments:?}: {problem}");
        assert!(problem.contains(part), "{name} {arguments:?}: {problem}");
        assert!(!problem.contains("s3cret"), "{name}: {problem}");
        assert!(!problem.ends_with(['.', '?']), "{name}: {problem}");
        assert!(
            problem.starts_with(|c: char| c.is_ascii_lowercase() || c == '`'),
            "{name}: {problem}"
        );
        assert!(problem.len() < 300, "{name}: {problem}");
    }
    for function in FUNCTIONS {
        for index in 0..function.parameters.len() {
            let is_tested = wrong()
                .iter()
                .any(|case| case.0 == function.name && case.2 == index);
            assert!(is_tested, "{} {index}", function.name);
        }
    }
}

#[test]
fn a_function_is_described() {
    for function in FUNCTIONS {
        assert!(function.summary.starts_with("Returns ") && function.summary.ends_with('.'));
        assert!(function.description.ends_with('.'), "{}", function.name);
        for parameter in function.parameters {
            assert!(parameter.description.ends_with('.'), "{}", parameter.name);
        }
    }
}
