//! If the API repeats requests, no secret of a request and none of the provider is in a message, for each kind with
//! each of its secrets.

mod server;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hikube::protocol::wire::{
    Diagnostic, apply_resource_change, open_ephemeral_resource, plan_resource_change,
    read_data_source, read_resource, validate_resource_config,
};
use hikube::schema::{AttributeRole, Block, Shape, Usage};
use hikube::value::Value;
use serde_json::json;
use tokio::task::JoinSet;

use crate::terraform::{Core, block_value};
use crate::wire::{MODERN, ephemerals, kinds, model, pack, resource, typed, unpack};
use server::{Echo, Mode};

/// Secrets by their path.
#[derive(Default)]
struct Planted(BTreeMap<String, String>);

impl Planted {
    /// Adds a secret of two lines whose characters encodings change.
    fn plant(&mut self, place: &str) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{}x{next}x", std::process::id());
        let text = format!("planted{mark} \"é\" <&>\\ 100%\nthesecond{mark}?~ÿ");
        self.0.insert(place.to_owned(), text.clone());
        text
    }

    /// The secrets that a state can contain, which are all secrets of a call without a configuration.
    fn stated(&self) -> Planted {
        let stated = self.0.iter().filter(|(place, _)| !place.ends_with("_wo"));
        let stated: BTreeMap<_, _> = stated
            .map(|(place, text)| (place.clone(), text.clone()))
            .collect();
        Planted(stated)
    }

    fn texts(&self) -> Vec<String> {
        self.0.values().cloned().collect()
    }

    /// Asserts that the messages contain masked quotes, but no secret and no control character.
    #[track_caller]
    fn are_masked_in(&self, call: &str, diagnostics: &[Diagnostic]) {
        let texts = diagnostics.iter();
        let texts = texts.flat_map(|diagnostic| [&diagnostic.summary, &diagnostic.detail]);
        let all: String = texts.map(|text| format!("{text}\n")).collect();
        assert!(
            all.contains("(sensitive value)"),
            "{call} quotes nothing: {all}"
        );
        assert!(all.contains("\\u{1b}]0;owned\\u{7}"), "{call}: {all}");
        assert!(
            !all.contains(|c: char| c.is_control() && c != '\n'),
            "{call}: {all:?}"
        );
        for (place, secret) in &self.0 {
            let lines = secret
                .lines()
                .map(|line| line.split(' ').next().unwrap_or(line));
            let encoded = [STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
            let within = STANDARD.encode(format!(
                "x\"{}",
                secret.chars().take(20).collect::<String>()
            ));
            let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let forms = lines
                .map(str::to_owned)
                .chain(encoded)
                .chain([within, percent]);
            for form in forms {
                let start: String = form.chars().take(20).collect();
                assert!(
                    !all.contains(&start),
                    "{place} in {call}, as {start}: {all}"
                );
            }
        }
    }
}

/// A value with all secrets, and the attributes that these require.
fn filled(object: &Block, path: &str, plant: &mut dyn FnMut(&str) -> String) -> Value {
    let filled = object.attributes.iter().map(|attribute| {
        let path = format!("{path}.{}", attribute.name);
        let is_secret = attribute.sensitive || attribute.role == AttributeRole::WriteOnly;
        let has_secret = attribute.shape.nested().is_some_and(Block::has_secrets);
        let value = match attribute.role {
            AttributeRole::Version => Value::from(1),
            _ if is_secret || has_secret => inside(&attribute.shape, &path, is_secret, plant),
            _ if attribute.usage == Usage::Required => needed(&attribute.shape),
            _ => Value::Null,
        };
        (attribute.name.clone(), value)
    });
    Value::map(filled)
}

fn inside(
    shape: &Shape,
    path: &str,
    is_secret: bool,
    plant: &mut dyn FnMut(&str) -> String,
) -> Value {
    let mut element = |shape: &Shape| inside(shape, &format!("{path}[a]"), is_secret, plant);
    match shape {
        Shape::Object(object) if is_secret => {
            let all = object.attributes.iter();
            Value::map(all.map(|one| {
                let path = format!("{path}.{}", one.name);
                (one.name.clone(), inside(&one.shape, &path, true, plant))
            }))
        }
        Shape::Object(object) => filled(object, path, plant),
        Shape::Map(shape) => Value::map([("a", element(shape))]),
        Shape::List(shape) => Value::List(vec![element(shape)]),
        Shape::Set(shape) => Value::set([element(shape)]),
        Shape::Text(_) => plant(path).into(),
        Shape::Bool => true.into(),
        Shape::Integer { .. } => 1.into(),
        Shape::Dynamic => Value::map([("a", plant(path).into())]).into_dynamic(),
    }
}

fn needed(shape: &Shape) -> Value {
    match shape {
        Shape::Text(text) => text.choices.names().next().unwrap_or("10Gi").into(),
        Shape::Integer { .. } => 1.into(),
        Shape::Bool => true.into(),
        _ => Value::Null,
    }
}

/// The value without the attributes for which `is_left_out` is true, at any depth.
fn without(object: &Block, value: &Value, left_out: &dyn Fn(AttributeRole) -> bool) -> Value {
    let mut value = value.clone();
    hikube::schema::nullify(object, &mut value, &|attribute| left_out(attribute.role));
    value
}

/// A provider with a secret token, for an API that repeats requests.
async fn ground() -> (Echo, Core, Planted) {
    let echo = Echo::start().await;
    let core = Core::unconfigured().await;
    let mut own = Planted::default();
    // One line, because it is part of a header.
    let token = own
        .plant("token")
        .replace('\n', "")
        .replace(['é', 'ÿ'], "e");
    own.0.insert("token".to_owned(), token.clone());
    let block = json!({"host": echo.address, "token": token, "namespace": "tenant-demo"});
    core.configure(&block_value(&block)).await.assert_fine();
    (echo, core, own)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kind_shows_a_secret_that_the_api_repeats() {
    let mut kinds: JoinSet<usize> = kinds().into_iter().map(echoed).collect();
    let mut places = 0;
    while let Some(of_kind) = kinds.join_next().await {
        places += of_kind.unwrap();
    }
    assert!(places > 12, "{places} places for secrets");
}

/// Plans, creates, reads, changes and destroys an object of a kind. Returns the number of its secrets.
async fn echoed(kind: &'static str) -> usize {
    let (echo, core, own) = ground().await;
    let (schema, ty) = (&model(kind).schema, &model(kind).value_type);
    let mut planted = own;
    let mut config = filled(schema, kind, &mut |place| planted.plant(place));
    for (name, value) in [
        ("name", Value::from("echo")),
        ("namespace", "tenant-demo".into()),
        ("id", "tenant-demo/echo".into()),
        ("wait_for", "ready".into()),
    ] {
        config.set_attribute(name, value);
    }
    let config = unpack(pack(&config, ty).as_ref(), ty);
    let planned = without(schema, &config, &|role| role == AttributeRole::WriteOnly);
    let told = planted.texts();
    let mut client = core.client();

    let request = validate_resource_config::Request {
        type_name: kind.to_owned(),
        config: pack(&config, ty),
        client_capabilities: Some(MODERN),
    };
    let validated = client
        .validate_resource_config(request)
        .await
        .unwrap()
        .into_inner();
    for diagnostic in validated.diagnostics {
        assert!(
            !format!("{diagnostic:?}").contains("planted"),
            "{diagnostic:?}"
        );
    }

    let create = apply_resource_change::Request {
        type_name: kind.to_owned(),
        prior_state: pack(&Value::Null, ty),
        planned_state: pack(&planned, ty),
        config: pack(&config, ty),
        ..Default::default()
    };
    for code in [403, 422, 500] {
        echo.set(Mode::Refuses(code), &told);
        let refused = client
            .apply_resource_change(create.clone())
            .await
            .unwrap()
            .into_inner();
        planted.are_masked_in(&format!("{kind}: a create, {code}"), &refused.diagnostics);
    }
    echo.set(Mode::Accepts, &told);
    let mut hasty = planned.clone();
    hasty.set_attribute("timeouts", Value::map([("create", Value::from("15s"))]));
    let hasty = apply_resource_change::Request {
        planned_state: pack(&hasty, ty),
        ..create.clone()
    };
    let created = client
        .apply_resource_change(hasty)
        .await
        .unwrap()
        .into_inner();
    planted.are_masked_in(&format!("{kind}: conditions"), &created.diagnostics);

    let request = plan_resource_change::Request {
        type_name: kind.to_owned(),
        prior_state: pack(&Value::Null, ty),
        proposed_new_state: pack(&planned, ty),
        config: pack(&config, ty),
        client_capabilities: Some(MODERN),
        ..Default::default()
    };
    echo.set(Mode::Refuses(403), &told);
    let plan = client
        .plan_resource_change(request)
        .await
        .unwrap()
        .into_inner();
    planted.are_masked_in(&format!("{kind}: a plan"), &plan.diagnostics);

    let mut changed = planned.clone();
    changed.set_attribute("labels", Value::map([("a", Value::from("b"))]));
    let stated = planted.stated();
    for code in [403, 422, 500] {
        for to in [&changed, &Value::Null] {
            let (what, config, sent) = match to {
                Value::Null => ("a delete", to, &stated),
                _ => ("an update", &config, &planted),
            };
            echo.set(Mode::RefusesWrites(code), &sent.texts());
            let request = apply_resource_change::Request {
                prior_state: pack(&planned, ty),
                planned_state: pack(to, ty),
                config: pack(config, ty),
                planned_private: created.private.clone(),
                ..create.clone()
            };
            let refused = client
                .apply_resource_change(request)
                .await
                .unwrap()
                .into_inner();
            sent.are_masked_in(&format!("{kind}: {what}, {code}"), &refused.diagnostics);
        }
        echo.set(Mode::Refuses(code), &stated.texts());
        let request = read_resource::Request {
            type_name: kind.to_owned(),
            current_state: pack(&planned, ty),
            private: created.private.clone(),
            client_capabilities: Some(MODERN),
            ..Default::default()
        };
        let read = client.read_resource(request).await.unwrap().into_inner();
        stated.are_masked_in(&format!("{kind}: a read, {code}"), &read.diagnostics);
    }
    planted.0.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn data_sources_and_ephemeral_resources_show_no_token_that_the_api_repeats() {
    let (echo, core, own) = ground().await;
    echo.set(Mode::Refuses(403), &own.texts());
    let given = json!({"name": "echo"});
    for kind in kinds() {
        let request = read_data_source::Request {
            type_name: kind.to_owned(),
            config: pack(
                &typed(&model(kind).data_source_value_type, &given),
                &model(kind).data_source_value_type,
            ),
            ..Default::default()
        };
        let read = core
            .client()
            .read_data_source(request)
            .await
            .unwrap()
            .into_inner();
        own.are_masked_in(kind, &read.diagnostics);
    }
    for (name, ephemeral) in ephemerals() {
        let request = open_ephemeral_resource::Request {
            type_name: name.clone(),
            config: pack(&typed(&ephemeral.value_type, &given), &ephemeral.value_type),
            client_capabilities: None,
        };
        let opened = core
            .client()
            .open_ephemeral_resource(request)
            .await
            .unwrap()
            .into_inner();
        own.are_masked_in(&name, &opened.diagnostics);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secrets_of_a_request_are_masked_for_that_request_alone() {
    let (echo, core, _) = ground().await;
    let mut planted = Planted::default();
    let secret = planted.plant("cloud_init");
    let config = resource(
        "hikube_vm",
        &json!({"name": "echo", "namespace": "tenant-demo", "cloud_init": secret}),
    );
    let ty = &model("hikube_vm").value_type;
    let read = |state: Value| read_resource::Request {
        type_name: "hikube_vm".to_owned(),
        current_state: pack(&state, ty),
        client_capabilities: Some(MODERN),
        ..Default::default()
    };
    echo.set(Mode::Refuses(422), &planted.texts());
    let mut client = core.client();
    let with = client
        .read_resource(read(config))
        .await
        .unwrap()
        .into_inner();
    planted.are_masked_in("its own request", &with.diagnostics);
    let other = resource(
        "hikube_vm",
        &json!({"name": "echo", "namespace": "tenant-demo"}),
    );
    let without = client
        .read_resource(read(other))
        .await
        .unwrap()
        .into_inner();
    assert!(
        without.diagnostics[0]
            .detail
            .contains(secret.lines().last().unwrap())
    );
}
