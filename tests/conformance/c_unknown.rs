//! Unknown and invalid values.

use hikube::protocol::wire::{
    call_function, close_ephemeral_resource, generate_resource_config, get_states,
    import_resource_state, invoke_action, invoke_action::event, list_resource, move_resource_state,
    open_ephemeral_resource, plan_action, plan_resource_change, read_data_source, read_resource,
    renew_ephemeral_resource, upgrade_resource_identity, upgrade_resource_state,
    validate_action_config, validate_data_resource_config, validate_ephemeral_resource_config,
    validate_list_resource_config, validate_provider_config, validate_resource_config,
};
use hikube::schema::{Block, Shape, Spec};
use hikube::value::{Type, Value};
use serde_json::json;
use tokio_stream::StreamExt as _;

use crate::platform::Platform;
use crate::terraform::{Core, Stated, block, block_value};
use crate::wire::{Messages, at, ephemerals, kinds, model, pack, resource, with};

const BUCKET: &str = "hikube_bucket";
const POSTGRES: &str = "hikube_postgres";
const VM: &str = "hikube_vm";

/// Sets every configurable attribute at this depth to an unknown value, and one element of nested attributes. Only one
/// of the nested objects in an object is known to be set, as they may conflict.
fn unknown(object: &Block, depth: u32, pick: usize) -> Value {
    let nested = object.attributes.iter();
    let nested = nested.filter(|attribute| matches!(attribute.shape, Shape::Object(_)));
    let picked = nested
        .enumerate()
        .find(|(index, _)| *index == pick)
        .map(|(_, attribute)| &*attribute.name);
    let configurable = object.attributes.iter().map(|attribute| {
        let is_left =
            matches!(attribute.shape, Shape::Object(_)) && picked != Some(&*attribute.name);
        let value = match attribute.is_configurable() {
            true if is_left => Value::Unknown,
            true => unknown_part(&attribute.shape, depth, pick),
            false => Value::Null,
        };
        (attribute.name.clone(), value)
    });
    Value::map(configurable)
}

fn unknown_part(shape: &Shape, depth: u32, pick: usize) -> Value {
    match shape {
        _ if depth == 0 => Value::Unknown,
        Shape::Object(object) => unknown(object, depth - 1, pick),
        Shape::List(element) => Value::List(vec![unknown_part(element, depth - 1, pick)]),
        Shape::Map(element) => Value::map([("a", unknown_part(element, depth - 1, pick))]),
        _ => Value::Unknown,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_every_check_ignores_unknown_values() {
    let core = Core::unconfigured().await;
    let degrees = (0..5).flat_map(|depth| (0..8).map(move |pick| (depth, pick)));
    for (depth, pick) in degrees {
        for kind in kinds() {
            let config = unknown(&model(kind).schema, depth, pick);
            core.validate(kind, &config).await.assert_fine();
            let planned = core.plan(kind, &Stated::default(), &config).await;
            planned.messages.assert_fine();
            let request = validate_data_resource_config::Request {
                type_name: kind.to_owned(),
                config: pack(
                    &unknown(&model(kind).data_source, depth, pick),
                    &model(kind).data_source_value_type,
                ),
            };
            let answer = core.client().validate_data_resource_config(request).await;
            Messages::of(&answer.unwrap().into_inner().diagnostics).assert_fine();
        }
        for (type_name, ephemeral) in ephemerals() {
            let config = unknown(&ephemeral.schema, depth, pick);
            let request = validate_ephemeral_resource_config::Request {
                type_name,
                config: pack(&config, &ephemeral.value_type),
            };
            let answer = core
                .client()
                .validate_ephemeral_resource_config(request)
                .await;
            Messages::of(&answer.unwrap().into_inner().diagnostics).assert_fine();
        }
        let block = hikube::provider::ProviderBlock::block();
        let request = validate_provider_config::Request {
            config: pack(&unknown(&block, depth, pick), &block.value_type()),
        };
        let answer = core.client().validate_provider_config(request).await;
        Messages::of(&answer.unwrap().into_inner().diagnostics).assert_fine();
    }
    // An unknown object is not null.
    let request = validate_resource_config::Request {
        type_name: VM.to_owned(),
        config: pack(&Value::Unknown, &model(VM).value_type),
        client_capabilities: None,
    };
    let answer = core.client().validate_resource_config(request).await;
    Messages::of(&answer.unwrap().into_inner().diagnostics).assert_fine();
}

#[tokio::test(flavor = "multi_thread")]
async fn case_27_an_unknown_provider_configuration_plans_without_requests() {
    let platform = Platform::start();
    let config = resource(BUCKET, &json!({"name": "case27"}));
    let created = Core::on(&platform).await.create(BUCKET, &config).await;
    platform.reset().await;
    for attribute in ["token", "kubeconfig", "namespace", "exec"] {
        let core = Core::unconfigured().await;
        let known = block_value(&block(&platform));
        core.configure(&with(&known, attribute, Value::Unknown))
            .await
            .assert_fine();
        core.validate(BUCKET, &config).await.assert_fine();
        // A configured namespace is known.
        let planned = core.plan(BUCKET, &Stated::default(), &config).await;
        planned.messages.assert_fine();
        let is_known = attribute != "namespace";
        assert_eq!(
            at(&planned.to.state, "namespace").as_str().is_some(),
            is_known,
            "{attribute}"
        );
        // A partly unknown identity is omitted.
        assert_eq!(planned.to.identity.is_null(), !is_known);
        // An existing object keeps its namespace, and can be changed and destroyed.
        core.assert_settled(BUCKET, &created, &config).await;
        let changed = with(&config, "labels", Value::map([("a", Value::from("b"))]));
        let planned = core.plan(BUCKET, &created, &changed).await;
        planned.messages.assert_fine();
        assert!(planned.replaces.is_empty());
        let destroyed = core.plan(BUCKET, &created, &Value::Null).await;
        destroyed.messages.assert_fine();
        assert_eq!(destroyed.to.private, created.private);
        // If nothing can be compared, the state is kept, with a warning.
        let read = core.read(BUCKET, &created).await;
        read.messages.assert_fine();
        assert!(
            read.messages.0[0]
                .detail
                .contains(&format!("`{attribute}`"))
        );
        assert_eq!(read.now, created);
    }
    assert_eq!(platform.requests().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_28_required_nested_attributes_may_be_unknown() {
    let core = Core::unconfigured().await;
    let disks = |first: Value| Value::List(vec![first]);
    let disk = Value::map([("bus", Value::Null), ("name", Value::Unknown)]);
    for (kind, path, value) in [
        (VM, "disks", Value::Unknown),
        (VM, "disks", disks(Value::Unknown)),
        (VM, "disks", disks(disk)),
        (VM, "resources", Value::Unknown),
        ("hikube_vm_disk", "source", Value::Unknown),
        (POSTGRES, "bootstrap", Value::Unknown),
        (POSTGRES, "users", Value::map([("a", Value::Unknown)])),
    ] {
        let bare = resource(kind, &json!({"name": "a", "namespace": "tenant-a"}));
        let config = with(&bare, path, value.clone());
        core.validate(kind, &config).await.assert_fine();
        let planned = core.plan(kind, &Stated::default(), &config).await;
        planned.messages.assert_fine();
        assert_eq!(at(&planned.to.state, path), &value);
    }
    let http = Value::map([("url", Value::Unknown)]);
    for inner in [Value::Unknown, http] {
        let bare = json!({"name": "a", "namespace": "tenant-a", "source": {}});
        let config = with(
            &resource("hikube_vm_disk", &bare),
            "source.http",
            inner.clone(),
        );
        core.validate("hikube_vm_disk", &config).await.assert_fine();
        let planned = core
            .plan("hikube_vm_disk", &Stated::default(), &config)
            .await;
        planned.messages.assert_fine();
        assert_eq!(at(&planned.to.state, "source.http"), &inner);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_29_missing_and_read_only_attributes_are_errors_with_a_path() {
    const MISSING: &str = "Missing Configuration for Required Attribute";
    const READ_ONLY: &str = "Invalid Configuration for Read-Only Attribute";
    const INVALID: &str = "Invalid Attribute Value";
    let core = Core::unconfigured().await;
    // All errors at once.
    let config = resource(
        VM,
        &json!({"id": "x", "ready": true, "disks": [{"name": "a"}, {"bus": "sata"}, null],
                "networks": [{}], "external_ip": "10.0.0.1", "external_method": "None"}),
    );
    let expected = [
        ("disks[1].name", MISSING),
        ("disks[2]", INVALID),
        ("external_ip", READ_ONLY),
        ("external_method", INVALID),
        ("id", READ_ONLY),
        ("name", MISSING),
        ("networks[0].name", MISSING),
        ("ready", READ_ONLY),
    ];
    assert_eq!(core.validate(VM, &config).await.errors(), expected);
    let config = resource(
        POSTGRES,
        &json!({"name": "a", "users": {"b c": null}, "credentials": {"a": {"password": "x"}}}),
    );
    let expected = [("credentials", READ_ONLY), (r#"users["b c"]"#, INVALID)];
    let found = core.validate(POSTGRES, &config).await;
    assert!(
        expected.iter().all(|one| found.errors().contains(one)),
        "{found:?}"
    );
    let config = resource(
        "hikube_vm_disk",
        &json!({"name": "a", "source": {"http": {}}}),
    );
    let found = core.validate("hikube_vm_disk", &config).await;
    assert_eq!(found.errors(), [("source.http.url", MISSING)]);
}

fn nothing() -> Option<hikube::protocol::wire::DynamicValue> {
    pack(&Value::Null, &Type::object::<&str>([]))
}

#[tokio::test(flavor = "multi_thread")]
async fn case_30_an_unknown_type_is_an_error() {
    const NAME: &str = "hikube_nonsense";
    const SUMMARY: &str = "Resource Type Not Found";
    let platform = Platform::start();
    /// Sends a call with the name of an unknown type. The response must be an error that states this.
    macro_rules! assert_told {
        ($core:ident, $($call:ident($request:ident: $name:ident),)*) => {$({
            let request = $request::Request { $name: NAME.to_owned(), ..Default::default() };
            let answer = $core.client().$call(request).await.expect("an answer").into_inner();
            Messages::of(&answer.diagnostics).assert_error(SUMMARY);
            assert!(answer.diagnostics[0].detail.contains(NAME));
        })*};
    }
    for core in [Core::unconfigured().await, Core::on(&platform).await] {
        assert_told!(
            core,
            validate_resource_config(validate_resource_config: type_name),
            plan_resource_change(plan_resource_change: type_name),
            import_resource_state(import_resource_state: type_name),
            upgrade_resource_state(upgrade_resource_state: type_name),
            upgrade_resource_identity(upgrade_resource_identity: type_name),
            move_resource_state(move_resource_state: target_type_name),
            generate_resource_config(generate_resource_config: type_name),
            validate_data_resource_config(validate_data_resource_config: type_name),
            read_data_source(read_data_source: type_name),
            validate_ephemeral_resource_config(validate_ephemeral_resource_config: type_name),
            open_ephemeral_resource(open_ephemeral_resource: type_name),
            renew_ephemeral_resource(renew_ephemeral_resource: type_name),
            close_ephemeral_resource(close_ephemeral_resource: type_name),
            validate_list_resource_config(validate_list_resource_config: type_name),
            validate_action_config(validate_action_config: type_name),
            plan_action(plan_action: action_type),
        );
        // These must also keep known values unchanged.
        let request = read_resource::Request {
            type_name: NAME.to_owned(),
            current_state: nothing(),
            private: b"kept".to_vec(),
            ..read_resource::Request::default()
        };
        let answer = core
            .client()
            .read_resource(request.clone())
            .await
            .unwrap()
            .into_inner();
        Messages::of(&answer.diagnostics).assert_error(SUMMARY);
        assert_eq!(
            (answer.new_state, answer.private),
            (request.current_state, request.private)
        );
        let request = hikube::protocol::wire::apply_resource_change::Request {
            type_name: NAME.to_owned(),
            prior_state: nothing(),
            planned_private: b"kept".to_vec(),
            ..Default::default()
        };
        let answer = core.client().apply_resource_change(request.clone()).await;
        let answer = answer.unwrap().into_inner();
        Messages::of(&answer.diagnostics).assert_error(SUMMARY);
        assert_eq!(
            (answer.new_state, answer.private),
            (request.prior_state, request.planned_private)
        );
        // Streams.
        let request = list_resource::Request {
            type_name: NAME.to_owned(),
            ..list_resource::Request::default()
        };
        let listed = core.client().list_resource(request).await.unwrap();
        let events: Vec<_> = listed.into_inner().collect().await;
        let [Ok(event)] = &events[..] else {
            panic!("{events:?}")
        };
        Messages::of(&event.diagnostic).assert_error(SUMMARY);
        let request = invoke_action::Request {
            action_type: NAME.to_owned(),
            ..invoke_action::Request::default()
        };
        let invoked = core.client().invoke_action(request).await.unwrap();
        let events: Vec<_> = invoked.into_inner().collect().await;
        let [Ok(event)] = &events[..] else {
            panic!("{events:?}")
        };
        let Some(event::Type::Completed(completed)) = &event.r#type else {
            panic!("{event:?}")
        };
        Messages::of(&completed.diagnostics).assert_error(SUMMARY);
        // Functions have errors of their own, and state stores are not called without a declaration.
        let request = call_function::Request {
            name: "nonsense".to_owned(),
            arguments: Vec::new(),
        };
        let called = core
            .client()
            .call_function(request)
            .await
            .unwrap()
            .into_inner();
        assert!(called.result.is_none() && called.error.unwrap().text.contains("`nonsense`"));
        let request = get_states::Request {
            type_name: NAME.to_owned(),
        };
        let refused = core.client().get_states(request).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::Unimplemented);
    }
}
