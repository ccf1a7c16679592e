//! What a spec can and cannot have, and what is shown of it.

use serde_json::{Value as Json, json};

use super::Kind;
use crate::app::inferred::inferred_block;
use crate::app::shown::shown_spec;
use crate::app::typed::typed_spec;
use crate::schema::Severity;
use crate::value::{Type, Value};

fn ferretdb() -> Kind {
    Kind::on("0.41", "FerretDB")
}

/// Path, severity and detail of each message of a plan.
fn messages(kind: &Kind, prior: &Value, spec: Json) -> Vec<(String, Severity, String)> {
    let config = kind.config(Value::of_json(&spec));
    let plan = kind.plan(prior, &config);
    let messages = plan.diagnostics.iter().map(|message| {
        let path = message.path.as_ref();
        let path = path.map_or_else(String::new, ToString::to_string);
        (path, message.severity, message.detail.clone())
    });
    messages.collect()
}

#[test]
fn what_the_kind_does_not_have_is_an_error_with_its_path() {
    let kind = ferretdb();
    for (spec, path, phrase) in [
        (
            json!({"replica": 2}),
            "spec.replica",
            "Did you mean `replicas`?",
        ),
        (
            json!({"quorum": {"max_sync_replicas": 1}}),
            "spec.quorum.max_sync_replicas",
            "`maxSyncReplicas`?",
        ),
        (
            json!({"users": {"app": {"pass": "x"}}}),
            "spec.users[\"app\"].pass",
            "Did you mean `password`?",
        ),
        (
            json!({"replicas": "2"}),
            "spec.replicas",
            "must be a whole number",
        ),
        (
            json!({"replicas": 1.5}),
            "spec.replicas",
            "must be a whole number",
        ),
        (
            json!({"external": "yes"}),
            "spec.external",
            "must be `true` or `false`",
        ),
        (json!({"users": ["app"]}), "spec.users", "must be an object"),
        (json!({"size": "much"}), "spec.size", "must be an amount"),
        (
            json!({"size": {}}),
            "spec.size",
            "must be a string or a number",
        ),
        (
            json!({"resourcesPreset": "Micro"}),
            "spec.resourcesPreset",
            "Did you mean `micro`?",
        ),
        (
            json!({"storageClass": 1}),
            "spec.storageClass",
            "must be a string",
        ),
    ] {
        let found = messages(&kind, &Value::Null, spec);
        let is_it = |(at, severity, detail): &(String, Severity, String)| {
            at == path && *severity == Severity::Error && detail.contains(phrase)
        };
        assert!(found.iter().any(is_it), "{path}: {found:?}");
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn a_message_has_the_path_in_the_configuration() {
    let kind = ferretdb();
    let config = kind.config(Value::of_json(&json!({"users": {"app": {"pass": 1}}})));
    let plan = kind.plan(&Value::Null, &config);
    let path = plan
        .diagnostics
        .iter()
        .find_map(|message| message.path.clone());
    let steps = path.map_or(0, |path| path.steps().len());
    assert_eq!(steps, 4);
    let before = kind
        .created(&kind.config(Value::of_json(&json!({"storageClass": "a"}))))
        .1;
    let main = Kind::on("main", "Valkey");
    let config = main.config(Value::of_json(&json!({"storageClass": "b"})));
    let mut before = before;
    before.set_attribute("kind", "Valkey".into());
    let plan = main.plan(&before, &config);
    let paths: Vec<_> = plan
        .requires_replace
        .iter()
        .map(|path| path.steps().len())
        .collect();
    assert_eq!(paths, [2], "{:?}", plan.requires_replace);
}

/// An upgrade of the platform can remove a field that the configuration still sets.
#[test]
fn a_field_that_the_platform_no_longer_has_is_a_warning_until_it_changes() {
    let kind = ferretdb();
    let spec = |replicas: i64| json!({"former": {"a": 1}, "replicas": replicas});
    let (object, mut state) = kind.created(&kind.config(Value::of_json(&json!({"replicas": 1}))));
    state.set_attribute("spec", Value::of_json(&spec(1)).into_dynamic());
    let [(path, severity, _)] = &messages(&kind, &state, spec(2))[..] else {
        panic!("not one message");
    };
    assert_eq!(
        (path.as_str(), *severity),
        ("spec.former", Severity::Warning)
    );
    assert_eq!(kind.read(&state, &object), state);
    let changed = json!({"former": {"a": 2}, "replicas": 2});
    let [(_, severity, _)] = &messages(&kind, &state, changed)[..] else {
        panic!("not one message");
    };
    assert_eq!(*severity, Severity::Error);
}

#[test]
fn a_removed_entry_may_have_data() {
    let kind = ferretdb();
    let spec = |users: Json| kind.config(Value::of_json(&json!({"users": users})));
    let before = kind.created(&spec(json!({"app": {}, "ops": {}}))).1;
    let fewer = spec(json!({"app": {}}));
    let plan = kind.plan(&before, &fewer);
    let warning = plan.diagnostics.iter().next().expect("a warning");
    assert_eq!(warning.severity, Severity::Warning);
    assert!(
        warning.summary.ends_with("spec.users[\"ops\"]"),
        "{}",
        warning.summary
    );
    assert!(
        warning
            .detail
            .contains("the entry `ops` and its data, if it has any"),
        "{}",
        warning.detail
    );
    assert!(
        kind.plan_with(&before, &fewer, true)
            .diagnostics
            .has_errors()
    );
    assert!(
        !kind
            .plan_with(
                &before,
                &spec(json!({"app": {}, "ops": {}, "new": {}})),
                true
            )
            .diagnostics
            .has_errors()
    );
}

#[test]
fn what_did_not_change_is_shown_as_configured() {
    let kind = ferretdb();
    let users = Type::map(Type::object([("password", Type::String)]));
    let user = |password: &str| Value::map([("password", password.into())]);
    let spec = Value::map([
        ("replicas", 2.into()),
        ("size", "1024Mi".into()),
        ("external", Value::Null),
        ("users", Value::map([("app", user("x"))])),
    ]);
    let types = Type::object([
        ("replicas", Type::Number),
        ("size", Type::String),
        ("external", Type::Bool),
        ("users", users),
    ]);
    let mut config = kind.config(Value::Null);
    config.set_attribute("spec", Value::Dynamic(Box::new((types, spec))));
    let (mut object, state) = kind.created(&config);
    assert_eq!(kind.read(&state, &object), state);
    object.spec.insert("size".to_owned(), json!("1Gi"));
    assert_eq!(kind.read(&state, &object), state);
    object.spec.insert("replicas".to_owned(), json!(3));
    object.spec.insert("external".to_owned(), json!(true));
    object.spec["users"]["ops"] = json!({});
    let shown = kind.read(&state, &object).attribute("spec").to_json();
    let expected = json!({
        "replicas": 3, "size": "1024Mi", "external": true, "users": {"app": {"password": "x"}, "ops": {}},
    });
    assert_eq!(shown, expected);
}

#[test]
fn without_a_schema_only_configured_fields_are_compared() {
    let spec = json!({"replicas": 2, "quorum": {"max": 1}, "ports": [1, 2], "hosts": ["a"], "items": [{"a": "b"}, {"c": true}]});
    let spec = Value::of_json(&spec).into_dynamic();
    let block = inferred_block(&[&spec, &Value::Null]);
    let (fields, problems) = typed_spec(&block, &spec);
    assert_eq!(problems, []);
    let typed = Value::Map(fields);
    assert_eq!(
        shown_spec(&block, [&Value::Null, &typed], &Value::Null),
        spec
    );
    let names: Vec<_> = block.attributes.iter().map(|field| &*field.name).collect();
    assert_eq!(
        names,
        [
            "spec.hosts",
            "spec.items",
            "spec.ports",
            "spec.quorum",
            "spec.replicas"
        ]
    );
}
