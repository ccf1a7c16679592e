//! Each mistake in a configuration is an error at its attribute, with what to do about it.
use crate::resource::plan::request::Namespace;
use crate::resource::read::import::import;
use crate::resource::resource_type::ResourceType;
use crate::resource::validate::configuration::validate;
use serde_json::{Value as Json, json};

use super::written;
use crate::schema::{Diagnostics, Severity};
use crate::value::Value;

/// A mistake a line: the configuration, the path and a part of the message, separated by bars.
pub(super) fn refused(type_name: &str, cases: &str) {
    let model = model(type_name);
    for [given, path, phrase] in rows(cases) {
        let messages = errors(&validate(model, &config(model, given)));
        let [(at, detail)] = &messages[..] else {
            panic!("{type_name} {given}: {messages:?}");
        };
        assert_eq!(at, path, "{type_name} {given}: {detail}");
        assert!(detail.contains(phrase), "{type_name} {given}: {detail}");
        assert!(detail.ends_with(['.', '?']), "no sentence: {detail}");
    }
}

/// The rows of a table of three columns.
pub(super) fn rows(table: &str) -> Vec<[&str; 3]> {
    let rows = table.lines().filter(|line| !line.trim().is_empty());
    rows.map(|line| {
        let columns: Vec<&str> = line.split(" | ").map(str::trim).collect();
        columns.try_into().expect("three columns")
    })
    .collect()
}

pub(super) fn errors(messages: &Diagnostics) -> Vec<(String, String)> {
    let errors = messages
        .iter()
        .filter(|message| message.severity == Severity::Error);
    errors
        .map(|message| {
            let path = message.path.as_ref().map(ToString::to_string);
            (path.unwrap_or_default(), message.detail.clone())
        })
        .collect()
}

/// A configuration with these attributes, with the name `main` unless they set it.
pub(super) fn config(model: &ResourceType, given: &str) -> Value {
    let given: Json = serde_json::from_str(given).expect(given);
    let mut config = json!({"name": "main"});
    let fields = config.as_object_mut().expect("an object");
    fields.extend(given.as_object().expect("an object").clone());
    written::object(&model.schema, &config)
}

pub(super) fn model(type_name: &str) -> &'static ResourceType {
    let mut types = super::TYPES.iter();
    let found = types.find(|one| one.type_name == type_name);
    found.expect("a known type")
}

#[test]
fn names() {
    refused(
        "hikube_bucket",
        r#"
        {"name": null}     | name | is required. Name of the object
        {"name": ""}       | name | start with a letter
        {"name": "Main"}   | name | lowercase letters
        {"name": "main_1"} | name | digits and dashes
        {"name": "main.1"} | name | digits and dashes
        {"name": "1main"}  | name | start with a letter
        {"name": "main-"}  | name | not end with a dash
        {"name": "main\n"} | name | lowercase letters
        {"name": "mäin"}   | name | lowercase letters
        "#,
    );
    refused(
        "hikube_tenant",
        r#"
        {"name": "a-b"} | name | A tenant name cannot contain dashes
        {"name": "A"}   | name | lowercase letters and digits
        "#,
    );
}

#[test]
fn a_name_leaves_room_for_its_prefix() {
    for (kind, longest) in [
        ("hikube_tenant", 46),
        ("hikube_bucket", 46),
        ("hikube_postgres", 44),
        ("hikube_kubernetes", 42),
        ("hikube_vm", 41),
        ("hikube_vm_disk", 45),
    ] {
        let model = &model(kind);
        let named = |length: usize| {
            let given = json!({"name": "a".repeat(length)}).to_string();
            errors(&validate(model, &config(model, &given)))
        };
        assert_eq!(named(longest), [], "{kind}");
        let messages = named(longest + 1);
        let said = format!("at most {longest} characters, but has {}", longest + 1);
        assert!(messages[0].1.contains(&said), "{messages:?}");
    }
}

#[test]
fn namespaces() {
    refused(
        "hikube_bucket",
        r#"
        {"namespace": ""}      | namespace | at most 63
        {"namespace": "Acme"}  | namespace | such as `tenant-acme`
        {"namespace": "-acme"} | namespace | such as `tenant-acme`
        {"namespace": "a/b"}   | namespace | such as `tenant-acme`
        "#,
    );
    let long = json!({"namespace": "a".repeat(64)});
    refused("hikube_bucket", &format!("{long} | namespace | at most 63"));
}

#[test]
fn labels() {
    refused(
        "hikube_vm",
        r#"
        {"labels": {"a b": "x"}}      | labels["a b"]      | The key `a b` must be at most 63
        {"labels": {"": "x"}}         | labels[""]         | must be at most 63
        {"labels": {"-a": "x"}}       | labels["-a"]       | must be at most 63
        {"labels": {"a/": "x"}}       | labels["a/"]       | must be at most 63
        {"labels": {"A_b/c": "x"}}    | labels["A_b/c"]    | domain such as `example.com`
        {"labels": {"/c": "x"}}       | labels["/c"]       | domain such as `example.com`
        {"labels": {"a": "b c"}}      | labels["a"]        | Use `annotations`
        {"labels": {"a": "-"}}        | labels["a"]        | begin and end with a letter or digit
        {"labels": {"a": null}}       | labels["a"]        | must not be null
        {"annotations": {"a b": "x"}} | annotations["a b"] | must be at most 63
        {"annotations": {"a": null}}  | annotations["a"]   | must not be null
        {"labels": {"app.kubernetes.io/managed-by": "x"}} | labels["app.kubernetes.io/managed-by"] | reserved for the provider
        "#,
    );
    let (key, value) = ("a".repeat(46), "a".repeat(64));
    let long = format!(
        r#"
        {{"labels": {{"{key}": "x"}}}} | labels["{key}"] | at most 45 characters
        {{"labels": {{"a": "{value}"}}}} | labels["a"] | at most 63 letters
        "#
    );
    refused("hikube_vm", &long);
}

#[test]
fn what_every_kind_has() {
    refused(
        "hikube_bucket",
        r#"
        {"id": "x"}             | id             | is read-only
        {"ready": true}         | ready          | Remove it
        {"wait_for": "Ready"}   | wait_for       | Did you mean `ready`?
        {"wait_for": "redy"}    | wait_for       | `none`, `ready`, `workloads`
        {"wait_for": ""}        | wait_for       | one of `none`, `ready`, `workloads`
        {"timeouts": {"create": "10 minutes"}} | timeouts.create | `10m` or `1h30m`
        {"timeouts": {"delete": "5"}}          | timeouts.delete | Units are ns, us, ms
        {"timeouts": {"update": ""}}           | timeouts.update | a duration
        {"timeouts": {"update": "-5m"}}        | timeouts.update | got `-5m`
        "#,
    );
    refused(
        "hikube_tenant",
        r#"{"status_namespace": "x"} | status_namespace | Remove it"#,
    );
}

#[test]
fn import_ids() {
    let model = model("hikube_vm");
    let acme = Namespace::Known("tenant-acme".to_owned());
    for id in ["", "/", "a/", "/a", "a/b/c", "//"] {
        let imported = import(model, id, &acme);
        let messages = errors(&imported.diagnostics);
        assert!(imported.state.is_null(), "{id}");
        assert!(messages[0].1.contains("`namespace/name`"), "{messages:?}");
    }
    for unknown in [Namespace::None, Namespace::Unknown] {
        assert!(import(model, "main", &unknown).diagnostics.has_errors());
    }
    for (id, namespace) in [("main", "tenant-acme"), ("tenant-b/main", "tenant-b")] {
        let state = import(model, id, &acme).state;
        assert_eq!(state.attribute("namespace").as_str(), Some(namespace));
        assert_eq!(state.attribute("name").as_str(), Some("main"));
    }
}
