//! Values in all calls.

use hikube::protocol::wire::{
    ClientCapabilities, DynamicValue, RawState, generate_resource_config, move_resource_state,
    validate_resource_config,
};
use hikube::value::{Number, Value};
use serde_json::json;

use crate::platform::Platform;
use crate::terraform::{Core, Stated, left};
use crate::wire::{Messages, at, model, pack, resource, unpack, unpack_identity, with};

const BUCKET: &str = "hikube_bucket";
const POSTGRES: &str = "hikube_postgres";
const VM: &str = "hikube_vm";

fn text_map(entries: &[(&str, Value)]) -> Value {
    Value::map(entries.iter().cloned())
}

#[tokio::test(flavor = "multi_thread")]
async fn case_16_numbers_keep_every_digit() {
    let core = Core::unconfigured().await;
    for text in [
        "0.1",
        "1e30",
        "9223372036854775808",
        "-0",
        "3.0",
        "9007199254740993",
    ] {
        let raw = format!(r#"{{"name": "a", "namespace": "tenant-a", "replicas": {text}}}"#);
        let (state, messages) = core.upgrade(POSTGRES, raw.as_bytes()).await;
        messages.assert_fine();
        let number: Number = text.parse().unwrap();
        assert_eq!(
            at(&state, "replicas"),
            &Value::Number(number.clone()),
            "{text}"
        );
        // A plan keeps it unchanged, even if it is invalid.
        let planned = core.plan(POSTGRES, &Stated::default(), &state).await;
        assert_eq!(at(&planned.to.state, "replicas"), &Value::Number(number));
        let is_whole = ["-0", "3.0", "9007199254740993"].contains(&text);
        let refused = core
            .validate(POSTGRES, &with(&state, "id", Value::Null))
            .await;
        let wanted: &[(&str, &str)] = match text {
            // Below the minimum.
            "-0" => &[("replicas", "Invalid Attribute Value")],
            _ if is_whole => &[],
            _ => &[("replicas", "Invalid Attribute Value")],
        };
        assert_eq!(refused.errors(), wanted, "{text}");
    }
    // The same number in each of its msgpack encodings.
    let config = resource(
        POSTGRES,
        &json!({"name": "a", "namespace": "tenant-a", "replicas": 3}),
    );
    let whole = pack(&config, &model(POSTGRES).value_type).unwrap().msgpack;
    let place = b"\xa8replicas";
    let start = whole.windows(9).position(|window| window == place).unwrap() + 9;
    assert_eq!(whole[start], 3);
    for form in [
        &b"\x03"[..],
        b"\xcc\x03",
        b"\xd3\0\0\0\0\0\0\0\x03",
        b"\xcb\x40\x08\0\0\0\0\0\0",
        b"\xca\x40\x40\0\0",
        b"\xa13",
        b"\xa33.0",
    ] {
        let sent = [&whole[..start], form, &whole[start + 1..]].concat();
        let mut request = Core::plan_request(POSTGRES, &Stated::default(), &config);
        request.config = Some(DynamicValue {
            msgpack: sent,
            json: Vec::new(),
        });
        let answer = core.client().plan_resource_change(request).await.unwrap();
        let planned = answer.into_inner().planned_state;
        let planned = unpack(planned.as_ref(), &model(POSTGRES).value_type);
        assert_eq!(at(&planned, "replicas"), &Value::from(3), "{form:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_17_a_set_has_neither_order_nor_duplicates() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = resource(
        VM,
        &json!({"name": "case17", "external_ports": [443, 22, 80]}),
    );
    let created = core.create(VM, &config).await;
    // The sets here are sorted, so another order must be encoded by hand.
    let mut request = Core::plan_request(VM, &created, &config);
    let bytes = &mut request.config.as_mut().unwrap().msgpack;
    let (sorted, other) = (b"\x93\x16\x50\xcd\x01\xbb", b"\x94\xcd\x01\xbb\x50\x16\x50");
    let start = bytes
        .windows(6)
        .position(|window| window == sorted)
        .unwrap();
    bytes.splice(start..start + 6, other.iter().copied());
    let answer = core.client().plan_resource_change(request.clone()).await;
    assert_eq!(
        answer.unwrap().into_inner().planned_state,
        request.prior_state
    );
    // An unknown element is planned as unknown, and the others are unchanged.
    let ports = Value::set([Value::from(22), Value::Unknown]);
    let partly = with(&config, "external_ports", ports.clone());
    let planned = core.plan(VM, &created, &partly).await;
    assert_eq!(at(&planned.to.state, "external_ports"), &ports);
    // Sets do not contain objects, so nothing inside can be computed.
    fn sets(shape: &hikube::schema::Shape) {
        let is_set = matches!(shape, hikube::schema::Shape::Set(_));
        if let Some(object) = shape.nested() {
            assert!(!is_set, "{object:?}");
            object
                .attributes
                .iter()
                .for_each(|inner| sets(&inner.shape));
        }
    }
    for kind in crate::wire::kinds() {
        let attributes = model(kind).schema.attributes.iter();
        attributes.for_each(|attribute| sets(&attribute.shape));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_18_a_nested_object_may_be_null_empty_or_unknown() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let bare = resource(POSTGRES, &json!({"name": "case18"}));
    let tls = |enabled: Value| text_map(&[("enabled", enabled)]);
    let user = || resource(POSTGRES, &json!({"users": {"a": {"replication": true}}}));
    let user = user();
    let user = at(&user, "users.a");
    for (path, value) in [
        ("tls", Value::Null),
        ("tls", tls(Value::Null)),
        ("tls", Value::Unknown),
        ("tls", tls(Value::Unknown)),
        ("tls", tls(true.into())),
        ("users", Value::map::<&str>([])),
        ("users", Value::Unknown),
        (
            "users",
            text_map(&[("a", Value::Unknown), ("b", user.clone())]),
        ),
        (
            "users",
            text_map(&[("a", with(user, "replication", Value::Unknown))]),
        ),
        (
            "users",
            text_map(&[("a", with(user, "replication", Value::Null))]),
        ),
    ] {
        let config = with(&bare, path, value.clone());
        core.validate(POSTGRES, &config).await.assert_fine();
        let planned = core.plan(POSTGRES, &Stated::default(), &config).await;
        planned.messages.assert_fine();
        assert_eq!(at(&planned.to.state, path), &value, "{path}");
    }
    let disk = |name: Value| text_map(&[("bus", Value::Null), ("name", name)]);
    for disks in [
        Value::List(Vec::new()),
        Value::List(vec![Value::Unknown]),
        Value::List(vec![disk(Value::Unknown), disk("b".into())]),
    ] {
        let config = with(
            &resource(VM, &json!({"name": "case18"})),
            "disks",
            disks.clone(),
        );
        core.validate(VM, &config).await.assert_fine();
        let planned = core.plan(VM, &Stated::default(), &config).await;
        assert_eq!(at(&planned.to.state, "disks"), &disks);
    }
    // Empty and absent values stay different in all operations.
    for given in [
        json!({"name": "empty", "tls": {}, "users": {"a": {}}}),
        json!({"name": "bare"}),
    ] {
        let config = resource(POSTGRES, &given);
        let created = core.create(POSTGRES, &config).await;
        let read = core.read(POSTGRES, &created).await.fine();
        assert_eq!(at(&read.state, "tls"), at(&config, "tls"));
        core.assert_settled(POSTGRES, &read, &config).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_19_a_collection_with_an_unknown_element_is_planned_as_it_is() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let known = json!({"name": "case19", "postgresql": {"parameters": {"work_mem": "4MB"}},
                       "labels": {"a": "b"}});
    let config = resource(POSTGRES, &known);
    let created = core.create(POSTGRES, &config).await;
    let parameters = text_map(&[
        ("max_connections", Value::Unknown),
        ("work_mem", "4096kB".into()),
    ]);
    let labels = text_map(&[("a", Value::Unknown), ("c", "d".into())]);
    let partly = with(&config, "postgresql.parameters", parameters.clone());
    let partly = with(&partly, "labels", labels.clone());
    for prior in [&Stated::default(), &created] {
        let planned = core.plan(POSTGRES, prior, &partly).await;
        planned.messages.assert_fine();
        assert_eq!(at(&planned.to.state, "postgresql.parameters"), &parameters);
        assert_eq!(at(&planned.to.state, "labels"), &labels);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_22_refinements_are_read_and_none_is_written() {
    let core = Core::unconfigured().await;
    let known = resource(BUCKET, &json!({"namespace": "tenant-a"}));
    let config = with(&known, "name", Value::Unknown);
    let plain = pack(&config, &model(BUCKET).value_type).unwrap().msgpack;
    let unknown = b"\xd4\0\0";
    let start = plain
        .windows(3)
        .position(|window| window == unknown)
        .unwrap();
    for refined in [
        // Not null, and begins with "ab".
        &b"\xc7\x07\x0c\x82\x01\xc2\x02\xa2ab"[..],
        // Keys of later versions of the encoding.
        b"\xc7\x05\x0c\x82\x01\xc2\x63\x07",
        b"\xc7\x01\x0c\x80",
        // Unknown values with other lengths.
        b"\xc7\x00\x00",
        b"\xd5\x00\x00\x00",
    ] {
        let sent = [&plain[..start], refined, &plain[start + 3..]].concat();
        let mut request = Core::plan_request(BUCKET, &Stated::default(), &config);
        request.config = Some(DynamicValue {
            msgpack: sent,
            json: Vec::new(),
        });
        let answer = core.client().plan_resource_change(request).await.unwrap();
        let answer = answer.into_inner();
        Messages::of(&answer.diagnostics).assert_fine();
        // Every response is checked to contain only plain unknown values.
        let planned = unpack(answer.planned_state.as_ref(), &model(BUCKET).value_type);
        assert!(at(&planned, "name").is_unknown());
        assert!(at(&planned, "id").is_unknown());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_23_any_string_round_trips() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let large = "é🦀\n\"\\".repeat(100_000);
    for (name, text) in [
        ("emoji", "🦀 e\u{301}\u{1F468}\u{200D}\u{1F469}"),
        ("large", &large),
    ] {
        let config = resource(VM, &json!({"name": name, "cloud_init": text}));
        let composed = at(&config, "cloud_init").clone();
        let created = core.create(VM, &config).await;
        assert_eq!(at(&created.state, "cloud_init"), &composed);
        let read = core.read(VM, &created).await.fine();
        core.assert_settled(VM, &read, &config).await;
    }
    // A string is converted to normal form C, in which Terraform compares it.
    let config = resource(
        BUCKET,
        &json!({"name": "case23", "annotations": {"a": "\u{e9}"}}),
    );
    let mut request = Core::plan_request(BUCKET, &Stated::default(), &config);
    let bytes = &mut request.config.as_mut().unwrap().msgpack;
    let start = bytes
        .windows(3)
        .position(|window| window == b"\xa2\xc3\xa9")
        .unwrap();
    bytes.splice(start..start + 3, b"\xa3e\xcc\x81".iter().copied());
    let answer = core.client().plan_resource_change(request).await.unwrap();
    let planned = answer.into_inner().planned_state;
    let planned = unpack(planned.as_ref(), &model(BUCKET).value_type);
    assert_eq!(at(&planned, "annotations.a").as_str(), Some("\u{e9}"));
}

/// A configuration with write-only values at both depths at which they occur.
fn secretive(version: i64, secret: &str) -> (Value, Value) {
    let vm = json!({"name": "case24", "cloud_init_wo": secret, "cloud_init_wo_version": version});
    let user = json!({"password_wo": secret, "password_wo_version": version});
    let postgres = json!({"name": "case24", "users": {"a": user}});
    (resource(VM, &vm), resource(POSTGRES, &postgres))
}

#[tokio::test(flavor = "multi_thread")]
async fn case_24_write_only_values_are_in_no_response() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let (first, second) = (secretive(1, "hunter-1"), secretive(2, "hunter-2"));
    let same = secretive(1, "hunter-2");
    for (kind, config, revalued, other) in [
        (VM, first.0, same.0, second.0),
        (POSTGRES, first.1, same.1, second.1),
    ] {
        // Every plan and state is checked to have null here; this checks that the value was sent.
        let shown = |state: &Stated| {
            let text = format!("{state:?}");
            assert!(!text.contains("_wo\": String"), "{text}");
        };
        let created = core.create(kind, &config).await;
        let read = core.read(kind, &created).await.fine();
        core.assert_settled(kind, &read, &config).await;
        // Another value with the same version is not a change; another version is.
        let ty = &model(kind).value_type;
        let given =
            |config| String::from_utf8_lossy(&pack(config, ty).unwrap().msgpack).into_owned();
        assert!(given(&config).contains("hunter-1") && given(&revalued).contains("hunter-2"));
        core.assert_settled(kind, &read, &revalued).await;
        let planned = core.plan(kind, &read, &other).await;
        assert_ne!(planned.to.state, read.state);
        let updated = core.apply(kind, &read, &planned, &other).await.fine();
        for state in [&created, &read, &planned.to, &updated] {
            shown(state);
        }
        // An import reads the secret from the platform.
        let imported = core.take_over(kind, "case24").await;
        let text = format!("{:?}", imported.state);
        assert!(
            text.contains("hunter-2") && !text.contains("hunter-1"),
            "{text}"
        );
        shown(&imported);
        // A write-only value in a prior state or a move is not returned either.
        let raw = hikube::value::json::encode(&with_secret(&updated.state), ty).unwrap();
        let raw = raw.to_string().into_bytes();
        assert!(String::from_utf8_lossy(&raw).contains("hunter-3"));
        let (upgraded, messages) = core.upgrade(kind, &raw).await;
        messages.assert_fine();
        assert_eq!(upgraded, updated.state);
        let request = move_resource_state::Request {
            source_provider_address: "registry.opentofu.org/hikube/hikube".to_owned(),
            source_type_name: kind.to_owned(),
            source_state: Some(RawState {
                json: raw,
                ..RawState::default()
            }),
            target_type_name: kind.to_owned(),
            ..move_resource_state::Request::default()
        };
        let answer = core.client().move_resource_state(request).await.unwrap();
        let answer = answer.into_inner();
        let identity = unpack_identity(answer.target_identity.as_ref());
        let state = answer.target_state.as_ref();
        let moved = left(
            kind,
            state,
            answer.target_private,
            identity,
            &answer.diagnostics,
        );
        assert_eq!(moved.fine().state, updated.state);
        let request = generate_resource_config::Request {
            type_name: kind.to_owned(),
            state: pack(&with_secret(&updated.state), ty),
        };
        let answer = core
            .client()
            .generate_resource_config(request)
            .await
            .unwrap();
        let config = unpack(answer.into_inner().config.as_ref(), ty);
        assert!(!format!("{config:?}").contains("hunter-3"));
    }
}

/// A state with a write-only value, which should not exist.
fn with_secret(state: &Value) -> Value {
    let secret = || Value::from("hunter-3");
    match at(state, "users.a") {
        Value::Map(_) => with(state, "users.a.password_wo", secret()),
        _ => with(state, "cloud_init_wo", secret()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_24_a_client_that_would_store_it_is_rejected() {
    let core = Core::unconfigured().await;
    let (vm, postgres) = secretive(1, "hunter-1");
    for capabilities in [None, Some(ClientCapabilities::default())] {
        for (kind, config, path) in [
            (VM, &vm, "cloud_init_wo"),
            (POSTGRES, &postgres, r#"users["a"].password_wo"#),
        ] {
            let request = validate_resource_config::Request {
                type_name: kind.to_owned(),
                config: pack(config, &model(kind).value_type),
                client_capabilities: capabilities,
            };
            let answer = core.client().validate_resource_config(request).await;
            let messages = Messages::of(&answer.unwrap().into_inner().diagnostics);
            assert_eq!(
                messages.errors(),
                [(path, "WriteOnly Attribute Not Allowed")]
            );
            assert!(!format!("{messages:?}").contains("hunter"));
            // Without such a value, the same client is supported.
            let mut request = Core::plan_request(
                kind,
                &Stated::default(),
                &resource(kind, &json!({"name": "a", "namespace": "tenant-a"})),
            );
            request.client_capabilities = capabilities;
            let answer = core.client().plan_resource_change(request).await.unwrap();
            Messages::of(&answer.into_inner().diagnostics).assert_fine();
        }
    }
}
