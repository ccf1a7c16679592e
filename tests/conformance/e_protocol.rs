//! The protocol: the provider's types, and rules that apply to all calls.

use std::collections::{BTreeMap, BTreeSet};

use hikube::protocol::wire::{
    ActionSchema, ClientCapabilities, Diagnostic, Schema, close_ephemeral_resource,
    generate_resource_config, get_metadata, get_provider_schema, get_resource_identity_schemas,
    import_resource_state, open_ephemeral_resource, read_data_source, read_resource,
    renew_ephemeral_resource, validate_ephemeral_resource_config,
};
use hikube::value::Value;
use prost::Message as _;
use serde_json::{Value as Json, json};

use crate::consistency::{assert_plan_valid, assert_wholly_known};
use crate::internal_validate::{assert_identity_valid, assert_schema_valid};
use crate::platform::Platform;
use crate::terraform::{Core, Stated, block, block_value};
use crate::wire::{Messages, at, ephemerals, kinds, model, pack, resource, typed, unpack, with};

const BUCKET: &str = "hikube_bucket";
const POSTGRES: &str = "hikube_postgres";
const VM: &str = "hikube_vm";

async fn schemas(core: &Core) -> get_provider_schema::Response {
    let request = get_provider_schema::Request {};
    let answer = core.client().get_provider_schema(request).await;
    answer.unwrap().into_inner()
}

fn action_schemas(schemas: BTreeMap<String, ActionSchema>) -> BTreeMap<String, Schema> {
    let schemas = schemas.into_iter();
    schemas
        .map(|(name, action)| (name, action.schema.expect("a schema")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_40_core_would_accept_every_schema() {
    let core = Core::unconfigured().await;
    let schemas = schemas(&core).await;
    assert!(schemas.diagnostics.is_empty() && schemas.encoded_len() < 4 << 20);
    let provider = schemas.provider.as_ref().expect("a provider block");
    assert_schema_valid("provider", provider, &["alias", "version"]);
    let reserved = [
        "connection",
        "count",
        "depends_on",
        "for_each",
        "lifecycle",
        "provider",
        "provisioner",
    ];
    let actions = action_schemas(schemas.action_schemas.clone());
    for schemas in [
        &schemas.resource_schemas,
        &schemas.data_source_schemas,
        &schemas.ephemeral_resource_schemas,
        &actions,
    ] {
        assert!(schemas.len() >= 3);
        for (name, schema) in schemas {
            assert_schema_valid(name, schema, &reserved);
        }
    }
    let request = get_resource_identity_schemas::Request {};
    let identities = core.client().get_resource_identity_schemas(request).await;
    let identities = identities.unwrap().into_inner();
    for (name, schema) in &identities.identity_schemas {
        assert_identity_valid(name, schema);
    }
    // All calls list the same names.
    let request = get_metadata::Request {};
    let metadata = core
        .client()
        .get_metadata(request)
        .await
        .unwrap()
        .into_inner();
    let names: Vec<_> = metadata
        .resources
        .iter()
        .map(|one| &one.type_name)
        .collect();
    assert!(schemas.resource_schemas.keys().eq(names));
    assert!(
        schemas
            .resource_schemas
            .keys()
            .eq(identities.identity_schemas.keys())
    );
    let names: Vec<_> = metadata
        .data_sources
        .iter()
        .map(|one| &one.type_name)
        .collect();
    assert!(schemas.data_source_schemas.keys().eq(names));
    let names: BTreeSet<_> = metadata
        .ephemeral_resources
        .iter()
        .map(|one| &one.type_name)
        .collect();
    assert!(schemas.ephemeral_resource_schemas.keys().eq(names));
    let names: Vec<_> = metadata.actions.iter().map(|one| &one.type_name).collect();
    assert!(actions.keys().eq(names));
    assert_eq!(schemas.server_capabilities, metadata.server_capabilities);
    let capabilities = schemas.server_capabilities.expect("capabilities");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_20_21_there_are_no_blocks() {
    let core = Core::unconfigured().await;
    let schemas = schemas(&core).await;
    assert!(schemas.state_store_schemas.is_empty());
    assert!(schemas.provider_meta.is_none());
    let all = [
        schemas.resource_schemas,
        schemas.data_source_schemas,
        schemas.ephemeral_resource_schemas,
        action_schemas(schemas.action_schemas),
    ];
    for (name, schema) in all
        .into_iter()
        .flatten()
        .chain([("provider".to_owned(), schemas.provider.unwrap())])
    {
        let block = schema.block.unwrap();
        assert!(block.block_types.is_empty(), "{name}");
        assert!(!format!("{block:?}").contains("\"dynamic\""), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_42_a_data_source_returns_its_arguments_and_known_values() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for kind in kinds() {
        let config = resource(kind, &json!({"name": "case42", "wait_for": "none"}));
        core.create(kind, &config).await;
        let model = model(kind);
        let (ty, schema) = (&model.data_source_value_type, &model.data_source);
        let read = async |given: &Json| {
            let config = typed(ty, given);
            let request = read_data_source::Request {
                type_name: kind.to_owned(),
                config: pack(&config, ty),
                provider_meta: None,
                client_capabilities: Some(crate::wire::MODERN),
            };
            let answer = core
                .client()
                .read_data_source(request)
                .await
                .unwrap()
                .into_inner();
            assert!(answer.deferred.is_none());
            let messages = Messages::of(&answer.diagnostics);
            (config, unpack(answer.state.as_ref(), ty), messages)
        };
        for given in [
            json!({"name": "case42"}),
            json!({"name": "case42", "namespace": "tenant-demo"}),
        ] {
            let (config, state, messages) = read(&given).await;
            messages.assert_fine();
            assert_eq!(assert_wholly_known(&state), Vec::<String>::new());
            let problems = assert_plan_valid(schema, &Value::Null, &config, &state);
            assert_eq!(problems, Vec::<String>::new());
            assert_eq!(at(&state, "id"), &Value::from("tenant-demo/case42"));
        }
        let (_, state, messages) = read(&json!({"name": "absent"})).await;
        messages.assert_error("not found");
        assert!(state.is_null());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_44_an_ephemeral_resource_opens_renews_and_closes() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for kind in [POSTGRES, BUCKET] {
        core.create(
            kind,
            &resource(kind, &json!({"name": "case44", "users": {"a": {}}})),
        )
        .await;
    }
    let all = ephemerals();
    let opened = async |name: &str, given: Json| {
        let ephemeral = &all[name];
        let config = typed(&ephemeral.value_type, &given);
        let request = open_ephemeral_resource::Request {
            type_name: name.to_owned(),
            config: pack(&config, &ephemeral.value_type),
            // Terraform does not call these without a declaration.
            client_capabilities: Some(ClientCapabilities::default()),
        };
        let answer = core
            .client()
            .open_ephemeral_resource(request)
            .await
            .unwrap()
            .into_inner();
        assert!(answer.deferred.is_none());
        (config, answer)
    };
    for (name, given) in [
        ("hikube_postgres_credentials", json!({"name": "case44"})),
        (
            "hikube_postgres_credentials",
            json!({"id": "tenant-demo/case44"}),
        ),
        (
            "hikube_bucket_credentials",
            json!({"name": "case44", "namespace": "tenant-demo"}),
        ),
        (
            "hikube_secret",
            json!({"name": "postgres-case44-credentials"}),
        ),
    ] {
        let (config, answer) = opened(name, given).await;
        Messages::of(&answer.diagnostics).assert_fine();
        let ephemeral = &all[name];
        let result = unpack(answer.result.as_ref(), &ephemeral.value_type);
        assert_eq!(assert_wholly_known(&result), Vec::<String>::new());
        let problems = assert_plan_valid(&ephemeral.schema, &Value::Null, &config, &result);
        assert_eq!(problems, Vec::<String>::new());
        assert!(!result.is_null() && answer.renew_at.is_none());
        // A renew is not expected, and returns that there is nothing to renew.
        let request = renew_ephemeral_resource::Request {
            type_name: name.to_owned(),
            private: Some(b"kept".to_vec()),
        };
        let renewed = core
            .client()
            .renew_ephemeral_resource(request.clone())
            .await;
        let renewed = renewed.unwrap().into_inner();
        assert_eq!((renewed.private, renewed.renew_at), (request.private, None));
        assert!(renewed.diagnostics.is_empty());
        // With the private data of the open, any number of times, and without a platform.
        for core in [core.clone(), core.clone(), Core::unconfigured().await] {
            let request = close_ephemeral_resource::Request {
                type_name: name.to_owned(),
                private: answer.private.clone(),
            };
            let closed = core
                .client()
                .close_ephemeral_resource(request)
                .await
                .unwrap();
            assert!(closed.into_inner().diagnostics.is_empty());
        }
    }
    // Computed attributes cannot be configured.
    let ty = &all["hikube_secret"].value_type;
    let request = validate_ephemeral_resource_config::Request {
        type_name: "hikube_secret".to_owned(),
        config: pack(&typed(ty, &json!({"name": "a", "data": {}})), ty),
    };
    let answer = core
        .client()
        .validate_ephemeral_resource_config(request)
        .await;
    let found = Messages::of(&answer.unwrap().into_inner().diagnostics);
    let read_only = "Invalid Configuration for Read-Only Attribute";
    assert_eq!(found.errors(), [("data", read_only)]);
    let (_, absent) = opened("hikube_bucket_credentials", json!({"name": "absent"})).await;
    assert!(Messages::of(&absent.diagnostics).fail());
    let result = unpack(
        absent.result.as_ref(),
        &all["hikube_bucket_credentials"].value_type,
    );
    assert!(result.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_47_a_generated_configuration_is_valid_and_plans_nothing() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    core.create_needed().await;
    let generated = async |kind: &str, state: &Value| {
        let ty = &model(kind).value_type;
        let request = generate_resource_config::Request {
            type_name: kind.to_owned(),
            state: pack(state, ty),
        };
        let answer = core
            .client()
            .generate_resource_config(request)
            .await
            .unwrap()
            .into_inner();
        Messages::of(&answer.diagnostics).assert_fine();
        unpack(answer.config.as_ref(), ty)
    };
    for (kind, given) in kinds().into_iter().map(|kind| (kind, json!({"name": "case47"}))).chain([
        (POSTGRES, json!({"name": "full", "users": {"a": {"password_wo": "x", "password_wo_version": 1}}})),
        (VM, json!({"name": "full", "subnets": [{"name": "s"}], "cloud_init": "#cloud-config"})),
        (BUCKET, json!({"name": "full", "users": {"a": {}}, "labels": {"a": "b"}})),
    ]) {
        let name = given["name"].as_str().unwrap();
        core.create(kind, &resource(kind, &given)).await;
        let imported = core.take_over(kind, name).await;
        let config = generated(kind, &imported.state).await;
        // A deprecated attribute is set, with a warning: without it, the plan would remove the value.
        let said = core.validate(kind, &config).await.0;
        let warned = said.iter().map(|one| (one.is_error, one.path.as_str()));
        let expected = (!given["subnets"].is_null()).then_some((false, "subnets"));
        assert_eq!(warned.collect::<Vec<_>>(), Vec::from_iter(expected), "{kind}");
        assert!(config.is_wholly_known());
        assert!(at(&config, "id").is_null() && at(&config, "ready").is_null());
        let planned = core.plan(kind, &imported, &config).await;
        planned.messages.assert_fine();
        assert!(planned.replaces.is_empty(), "{kind}: {:?}", planned.replaces);
        assert_eq!(planned.to.state, imported.state, "{kind}");
        let nothing = generated(kind, &Value::Null).await;
        assert!(nothing.as_map().unwrap().values().all(Value::is_null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_48_nothing_is_ever_deferred() {
    let platform = Platform::start();
    let config = resource(BUCKET, &json!({"name": "case48", "users": {"a": {}}}));
    let created = Core::on(&platform).await.create(BUCKET, &config).await;
    let bits = |n: u8| ClientCapabilities {
        deferral_allowed: n & 1 > 0,
        write_only_attributes_allowed: n & 2 > 0,
        store_planned_private: n & 4 > 0,
        computed_blocks_allowed: n & 8 > 0,
    };
    let capabilities = (0..16).map(|n| Some(bits(n))).chain([None]);
    let unknown = with(&block_value(&block(&platform)), "token", Value::Unknown);
    let later = Core::unconfigured().await;
    later.configure(&unknown).await.assert_fine();
    let (ty, found) = (
        &model(BUCKET).value_type,
        &model(BUCKET).data_source_value_type,
    );
    let opened = &ephemerals()["hikube_bucket_credentials"].value_type;
    let place = json!({"name": "case48"});
    for client_capabilities in capabilities {
        for (core, answers) in [(&Core::on(&platform).await, true), (&later, false)] {
            let fine = |diagnostics: &[Diagnostic]| {
                let messages = Messages::of(diagnostics);
                assert!(!answers || !messages.fail(), "{messages:?}");
            };
            for name in ["case48".into(), Value::Unknown] {
                let config = with(&config, "name", name);
                let mut request = Core::plan_request(BUCKET, &Stated::default(), &config);
                request.client_capabilities = client_capabilities;
                let answer = core.client().plan_resource_change(request).await.unwrap();
                let answer = answer.into_inner();
                assert!(answer.deferred.is_none());
                fine(&answer.diagnostics);
            }
            let request = read_resource::Request {
                type_name: BUCKET.to_owned(),
                current_state: pack(&created.state, ty),
                client_capabilities,
                ..read_resource::Request::default()
            };
            let answer = core.client().read_resource(request).await.unwrap();
            let answer = answer.into_inner();
            assert!(answer.deferred.is_none());
            fine(&answer.diagnostics);
            let request = import_resource_state::Request {
                type_name: BUCKET.to_owned(),
                id: "case48".to_owned(),
                client_capabilities,
                identity: None,
            };
            let answer = core.client().import_resource_state(request).await.unwrap();
            let answer = answer.into_inner();
            assert!(answer.deferred.is_none());
            fine(&answer.diagnostics);
            let request = read_data_source::Request {
                type_name: BUCKET.to_owned(),
                config: pack(&typed(found, &place), found),
                provider_meta: None,
                client_capabilities,
            };
            let answer = core.client().read_data_source(request).await.unwrap();
            let answer = answer.into_inner();
            assert!(answer.deferred.is_none());
            fine(&answer.diagnostics);
            let request = open_ephemeral_resource::Request {
                type_name: "hikube_bucket_credentials".to_owned(),
                config: pack(&typed(opened, &place), opened),
                client_capabilities,
            };
            let answer = core.client().open_ephemeral_resource(request).await;
            let answer = answer.unwrap().into_inner();
            assert!(answer.deferred.is_none());
            fine(&answer.diagnostics);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_52_a_missing_configuration_is_an_error() {
    const SUMMARY: &str = "Provider is not configured";
    let core = Core::unconfigured().await;
    let bare = resource(BUCKET, &json!({"name": "case52"}));
    let unplaced = core.plan(BUCKET, &Stated::default(), &bare).await;
    unplaced.messages.assert_error("Missing namespace");
    let config = with(&bare, "namespace", "tenant-demo".into());
    let planned = core.plan(BUCKET, &Stated::default(), &config).await;
    planned.messages.assert_fine();
    let refused = core
        .apply(BUCKET, &Stated::default(), &planned, &config)
        .await;
    refused.messages.assert_error(SUMMARY);
    assert!(refused.now.state.is_null());
    let imported = core
        .import(BUCKET, "tenant-demo/case52", &Value::Null)
        .await
        .fine();
    core.read(BUCKET, &imported)
        .await
        .messages
        .assert_error(SUMMARY);
    let ty = &model(BUCKET).data_source_value_type;
    let request = read_data_source::Request {
        type_name: BUCKET.to_owned(),
        config: pack(&typed(ty, &json!({"name": "a"})), ty),
        ..read_data_source::Request::default()
    };
    let answer = core
        .client()
        .read_data_source(request)
        .await
        .unwrap()
        .into_inner();
    Messages::of(&answer.diagnostics).assert_error(SUMMARY);
    let ty = &ephemerals()["hikube_secret"].value_type;
    let request = open_ephemeral_resource::Request {
        type_name: "hikube_secret".to_owned(),
        config: pack(&typed(ty, &json!({"name": "a"})), ty),
        client_capabilities: None,
    };
    let answer = core
        .client()
        .open_ephemeral_resource(request)
        .await
        .unwrap()
        .into_inner();
    Messages::of(&answer.diagnostics).assert_error(SUMMARY);
}
