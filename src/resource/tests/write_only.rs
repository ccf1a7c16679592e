//! Write-only secrets are sent only if required, and are never stored.

use super::bad_input::{config, model};
use super::plan;
use super::platform::Platform;
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::decode::{Mode, decode};
use crate::resource::state::reported::state_after_apply;
use crate::resource::validate::configuration::{refuse_write_only, validate};
use crate::schema::{AttributeRole, Diagnostics, Shape};
use crate::value::Value;
use serde_json::Value as Json;

/// A database whose user has a write-only password, and other attributes.
fn database(version: i64, password: &str, rest: &str) -> String {
    format!(
        r#"{{"users": {{"alice": {{"password_wo": "{password}", "password_wo_version": {version}}}}} {rest}}}"#
    )
}

struct Case {
    model: &'static ResourceType,
    platform: Platform,
    state: Value,
    spec: serde_json::Map<String, Json>,
}

impl Case {
    fn new(text: &str) -> Case {
        let model = model("hikube_postgres");
        let platform = Platform::on("1.6", model);
        let config = config(model, text);
        let planned = plan(model, &platform, &Value::Null, &config).planned;
        let spec = platform.created(model, &config);
        let object = platform.shown(spec.clone(), &planned);
        let state = state_after_apply(model, &planned, &Observed::alone(object));
        Case {
            model,
            platform,
            state,
            spec,
        }
    }

    fn stored(&self) -> &Json {
        &self.spec["users"]["alice"]["password"]
    }

    /// Plans and applies another configuration. Returns whether there was a change.
    fn change(&mut self, text: &str) -> bool {
        let config = config(self.model, text);
        let object = self.platform.shown(self.spec.clone(), &self.state);
        let prior = self.platform.read(self.model, &self.state, &object);
        assert_eq!(prior, self.state, "a refresh shows no secret and no drift");
        let planned = plan(self.model, &self.platform, &prior, &config).planned;
        let changes = planned != prior;
        if changes {
            let values = [&prior, &planned, &config];
            self.spec = self.platform.updated(self.model, values, &object);
            let object = self.platform.shown(self.spec.clone(), &planned);
            self.state = state_after_apply(self.model, &planned, &Observed::alone(object));
        }
        assert!(
            !format!("{:?}", self.state).contains("hunter"),
            "{:?}",
            self.state
        );
        changes
    }
}

#[test]
fn it_is_sent_when_the_object_is_made() {
    let case = Case::new(&database(1, "hunter-1", ""));
    assert_eq!(case.stored(), "hunter-1");
}

#[test]
fn another_value_alone_is_no_change() {
    let mut case = Case::new(&database(1, "hunter-1", ""));
    assert!(!case.change(&database(1, "hunter-2", "")));
}

/// Values omitted from the state are not compared with the defaults, which would require the platform's schema.
#[test]
fn a_refresh_needs_no_schema_for_it() {
    let model = model("hikube_vm");
    let config = config(
        model,
        r#"{"cloud_init_wo": "hunter", "cloud_init_wo_version": 1}"#,
    );
    let platform = Platform::on("1.6", model);
    let planned = plan(model, &platform, &Value::Null, &config).planned;
    let object = platform.shown(platform.created(model, &config), &planned);
    let mut messages = Diagnostics::new();
    let read = decode(
        &model.spec,
        &object.spec,
        &planned,
        None,
        Mode::Drift,
        &mut messages,
    );
    assert!(!read.in_doubt);
    assert_eq!(read.value.attribute("cloud_init"), &Value::Null);
}

#[test]
fn it_is_sent_again_with_another_version() {
    let mut case = Case::new(&database(1, "hunter-1", ""));
    assert!(case.change(&database(2, "hunter-2", "")));
    assert_eq!(case.stored(), "hunter-2");
}

#[test]
fn a_change_of_something_else_leaves_it() {
    let mut case = Case::new(&database(1, "hunter-1", ""));
    assert!(case.change(&database(1, "hunter-2", r#", "replicas": 3"#)));
    assert_eq!(case.stored(), "hunter-1");
    assert_eq!(case.spec["replicas"], 3);
}

#[test]
fn a_user_that_is_added_gets_his() {
    let mut case = Case::new(&database(1, "hunter-1", ""));
    let more = r#"{"users": {"alice": {"password_wo": "hunter-2", "password_wo_version": 1},
                             "bob": {"password_wo": "hunter-3", "password_wo_version": 1}}}"#;
    assert!(case.change(more));
    assert_eq!(case.stored(), "hunter-1");
    assert_eq!(case.spec["users"]["bob"]["password"], "hunter-3");
}

#[test]
fn an_unset_attribute_is_decided_by_the_platform() {
    let mut case = Case::new(&database(1, "hunter-1", ""));
    assert!(case.change(r#"{"users": {"alice": {}}}"#));
    assert_eq!(case.stored(), &Json::Null);
}

#[test]
fn it_conflicts_with_the_ordinary_attribute_and_requires_its_version() {
    let model = model("hikube_postgres");
    let messages = |text: &str| -> Vec<String> {
        let diagnostics: Diagnostics = validate(model, &config(model, text));
        let shown = diagnostics.iter().map(|message| {
            let path = message.path.as_ref().map(ToString::to_string);
            format!("{}: {}", path.unwrap_or_default(), message.detail)
        });
        shown.collect()
    };
    let both =
        r#"{"users": {"a": {"password": "x", "password_wo": "hunter", "password_wo_version": 1}}}"#;
    let alone = r#"{"users": {"a": {"password_wo": "hunter"}}}"#;
    let whole = r#"{"users": {"a": {"password_wo": "hunter", "password_wo_version": 1}}}"#;
    let found = messages(both);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with(r#"users["a"].password_wo: `password_wo` conflicts with `password`"#),
        "{found:?}"
    );
    let found = messages(alone);
    assert!(
        found[0].contains("requires `password_wo_version`"),
        "{found:?}"
    );
    assert_eq!(messages(whole), Vec::<String>::new());
    for text in [both, alone] {
        assert!(!messages(text)[0].contains("hunter"));
    }
    let refused = refuse_write_only(model, &config(model, whole));
    let paths: Vec<_> = refused
        .iter()
        .filter_map(|message| message.path.clone())
        .collect();
    assert_eq!(paths.len(), 1);
    assert_eq!(paths[0].to_string(), r#"users["a"].password_wo"#);
}

/// Every secret that can be configured has a write-only attribute.
#[test]
fn no_secret_must_be_kept() {
    fn find(shape: &Shape, problems: &mut Vec<String>) {
        let Some(object) = shape.nested() else { return };
        for attribute in &object.attributes {
            let is_secret = attribute.sensitive && attribute.is_configurable();
            let is_beside = attribute.role == AttributeRole::WriteOnly;
            if is_secret && !is_beside && !matches!(attribute.role, AttributeRole::Secret { .. }) {
                problems.push(attribute.name.to_string());
            }
            find(&attribute.shape, problems);
        }
    }
    let mut problems = Vec::new();
    for kind in crate::kinds::KINDS {
        find(&Shape::Object(ResourceType::of(kind).schema), &mut problems);
    }
    assert_eq!(problems, Vec::<String>::new());
}
