//! States of other versions and other providers, and replacements.

use hikube::protocol::wire::{
    RawState, ResourceIdentityData, import_resource_state, move_resource_state,
    upgrade_resource_identity,
};
use hikube::value::Value;
use serde_json::{Value as Json, json};

use crate::consistency::assert_object_compatible;
use crate::platform::Platform;
use crate::terraform::{Core, Left, Stated, block, block_value, left};
use crate::wire::{
    MODERN, Messages, at, identity_type, kinds, model, resource, typed, unpack_identity, with,
};

const BUCKET: &str = "hikube_bucket";
const POSTGRES: &str = "hikube_postgres";

fn place(namespace: &str, name: &str) -> Value {
    Value::map(
        [("name", name), ("namespace", namespace)].map(|(key, text)| (key, Value::from(text))),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn case_31_a_state_may_lack_attributes_and_have_others() {
    let core = Core::unconfigured().await;
    for kind in kinds() {
        let raw = json!({"id": "tenant-a/a", "name": "a", "namespace": "tenant-a",
                         "of_another_version": {"deep": [1, null]}, "timeouts": {"read": "5m"}});
        let (state, messages) = core.upgrade(kind, raw.to_string().as_bytes()).await;
        messages.assert_fine();
        let timeouts = json!({"timeouts": {}});
        let expected = json!({"id": "tenant-a/a", "name": "a", "namespace": "tenant-a"});
        let expected = with(
            &typed(&model(kind).value_type, &expected),
            "timeouts",
            at(&resource(kind, &timeouts), "timeouts").clone(),
        );
        assert_eq!(state, expected, "{kind}");
        for damaged in ["", "[", "7", r#"{"name": {}}"#] {
            let (state, messages) = core.upgrade(kind, damaged.as_bytes()).await;
            messages.assert_error("Could not read the saved state");
            assert!(state.is_null());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_32_an_old_state_is_read_leniently() {
    let core = Core::unconfigured().await;
    let raw = json!({"name": "a", "namespace": "tenant-a", "replicas": "3", "external": "true",
                     "version": 17, "users": {"a": {"replication": "false"}, "b": {}}});
    let (state, messages) = core.upgrade(POSTGRES, raw.to_string().as_bytes()).await;
    messages.assert_fine();
    let expected = json!({"name": "a", "namespace": "tenant-a", "replicas": 3, "external": true,
                          "version": "17", "users": {"a": {"replication": false}, "b": {}}});
    assert_eq!(state, resource(POSTGRES, &expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn case_33_states_are_upgraded_before_anything_else_and_at_once() {
    let core = Core::unconfigured().await;
    let upgrades = (0..40).map(|n| {
        let core = core.clone();
        tokio::spawn(async move {
            let kind = kinds()[n % kinds().len()];
            let raw = json!({"name": format!("a{n}"), "namespace": "tenant-a"}).to_string();
            let (state, messages) = core.upgrade(kind, raw.as_bytes()).await;
            messages.assert_fine();
            assert_eq!(at(&state, "name"), &Value::from(format!("a{n}")));
        })
    });
    for upgrade in upgrades.collect::<Vec<_>>() {
        upgrade.await.unwrap();
    }
}

async fn moved(core: &Core, kind: &str, source: &Source<'_>) -> Left {
    let request = move_resource_state::Request {
        source_provider_address: source.provider.to_owned(),
        source_type_name: source.type_name.to_owned(),
        source_schema_version: 1,
        source_state: Some(RawState {
            json: source.state.to_string().into_bytes(),
            ..RawState::default()
        }),
        target_type_name: kind.to_owned(),
        source_private: b"theirs".to_vec(),
        ..move_resource_state::Request::default()
    };
    let answer = core.client().move_resource_state(request).await.unwrap();
    let answer = answer.into_inner();
    let identity = unpack_identity(answer.target_identity.as_ref());
    let state = answer.target_state.as_ref();
    left(
        kind,
        state,
        answer.target_private,
        identity,
        &answer.diagnostics,
    )
}

struct Source<'a> {
    provider: &'a str,
    type_name: &'a str,
    state: Json,
}

#[tokio::test(flavor = "multi_thread")]
async fn case_34_a_resource_of_another_provider_is_moved() {
    let platform = Platform::start();
    let config = resource(BUCKET, &json!({"name": "case34", "users": {"a": {}}}));
    let created = Core::on(&platform).await.create(BUCKET, &config).await;
    let manifest = json!({"apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Bucket",
        "metadata": {"name": "case34", "namespace": "tenant-demo"}, "spec": {"users": {"a": {}}}});
    let ours = hikube::value::json::encode(&created.state, &model(BUCKET).value_type).unwrap();
    let provider = |host: &str, name: &str| format!("{host}/{name}");
    for host in [
        "registry.terraform.io",
        "registry.opentofu.org",
        "example.org",
    ] {
        for (name, type_name, state) in [
            (
                "hashicorp/kubernetes",
                "kubernetes_manifest",
                json!({"manifest": {"value": manifest, "type": "dynamic"}, "object": null}),
            ),
            (
                "alekc/kubectl",
                "kubectl_manifest",
                json!({"yaml_body": manifest.to_string()}),
            ),
            ("hikube/hikube", BUCKET, ours.clone()),
        ] {
            let address = provider(host, name);
            let source = Source {
                provider: &address,
                type_name,
                state,
            };
            // Terraform moves with an unconfigured provider, OpenTofu with a configured one.
            for core in [Core::unconfigured().await, Core::on(&platform).await] {
                let moved = moved(&core, BUCKET, &source).await.fine();
                assert_eq!(moved.identity, place("tenant-demo", "case34"));
                let core = Core::on(&platform).await;
                let read = core.read(BUCKET, &moved).await.fine();
                assert_eq!(read.state, created.state, "{address}");
                core.assert_settled(BUCKET, &read, &config).await;
            }
        }
    }
    let core = Core::unconfigured().await;
    for (address, type_name, state) in [
        (
            "registry.terraform.io/hashicorp/null",
            "null_resource",
            json!({"id": "1"}),
        ),
        (
            "registry.terraform.io/hashicorp/kubernetes",
            "kubernetes_secret",
            json!({}),
        ),
        (
            "registry.terraform.io/hashicorp/kubernetes",
            "kubernetes_manifest",
            json!({}),
        ),
        (
            "registry.terraform.io/hikube/hikube",
            POSTGRES,
            ours.clone(),
        ),
        ("", "", Json::Null),
    ] {
        let source = Source {
            provider: address,
            type_name,
            state,
        };
        let refused = moved(&core, BUCKET, &source).await;
        refused.messages.assert_error("Could not move the resource");
        assert_eq!(refused.now, Stated::default());
    }
}

async fn upgraded_identity(core: &Core, raw: Option<&str>) -> (Value, Messages) {
    let request = upgrade_resource_identity::Request {
        type_name: BUCKET.to_owned(),
        version: 0,
        raw_identity: raw.map(|raw| RawState {
            json: raw.as_bytes().to_vec(),
            ..RawState::default()
        }),
    };
    let answer = core.client().upgrade_resource_identity(request).await;
    let answer = answer.unwrap().into_inner();
    let messages = Messages::of(&answer.diagnostics);
    (unpack_identity(answer.upgraded_identity.as_ref()), messages)
}

#[tokio::test(flavor = "multi_thread")]
async fn case_35_an_identity_is_set_kept_and_repaired() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let expected = place("tenant-demo", "case35");
    let config = resource(BUCKET, &json!({"name": "case35"}));
    let planned = core.plan(BUCKET, &Stated::default(), &config).await;
    assert_eq!(planned.to.identity, expected);
    let created = core.create(BUCKET, &config).await;
    assert_eq!(created.identity, expected);
    let labels = Value::map([("a", Value::from("b"))]);
    let changed = core
        .change(BUCKET, &created, &with(&config, "labels", labels))
        .await;
    assert_eq!(changed.fine().identity, expected);
    // There is no earlier version.
    let bare = Stated {
        identity: Value::Null,
        ..created.clone()
    };
    assert_eq!(core.read(BUCKET, &bare).await.fine().identity, expected);
    assert_eq!(
        core.plan(BUCKET, &bare, &config).await.to.identity,
        expected
    );
    // By identity, with and without namespace.
    let by_id = core.take_over(BUCKET, "case35").await;
    assert_eq!(by_id.identity, expected);
    for namespace in [Value::Null, "tenant-demo".into()] {
        let identity = with(&expected, "namespace", namespace);
        let imported = core.import(BUCKET, "", &identity).await.fine();
        assert_eq!(imported.identity, expected);
        assert_eq!(core.read(BUCKET, &imported).await.fine(), by_id);
    }
    for identity in [
        with(&expected, "name", Value::Null),
        with(&expected, "name", "".into()),
        with(&expected, "name", "a/b".into()),
        with(&expected, "namespace", "".into()),
        with(&expected, "namespace", "a/b".into()),
    ] {
        let refused = core.import(BUCKET, "", &identity).await;
        refused.messages.assert_error("Invalid import ID");
    }
    // An invalid identity.
    let request = import_resource_state::Request {
        type_name: BUCKET.to_owned(),
        client_capabilities: Some(MODERN),
        identity: Some(ResourceIdentityData {
            identity_data: Some(hikube::protocol::wire::DynamicValue {
                msgpack: b"\x93\xc1".to_vec(),
                json: Vec::new(),
            }),
        }),
        ..import_resource_state::Request::default()
    };
    let answer = core
        .client()
        .import_resource_state(request)
        .await
        .unwrap()
        .into_inner();
    Messages::of(&answer.diagnostics).assert_error("Value Conversion Error");
    assert!(answer.imported_resources.is_empty());
    // Private data of this version and of others.
    let core = Core::unconfigured().await;
    for raw in [
        r#"{"namespace": "tenant-demo", "name": "case35"}"#,
        r#"{"namespace": "tenant-demo", "name": "case35", "uid": "of another version"}"#,
    ] {
        let (identity, messages) = upgraded_identity(&core, Some(raw)).await;
        messages.assert_fine();
        assert_eq!(identity, expected);
    }
    for raw in [
        None,
        Some(""),
        Some("7"),
        Some("null"),
        Some(r#"{"name": []}"#),
        Some("{}"),
    ] {
        let (identity, messages) = upgraded_identity(&core, raw).await;
        messages.assert_error("Unable to Read Previously Saved Identity");
        assert!(identity.is_null(), "{raw:?}");
    }
    assert_eq!(
        typed(
            &identity_type(),
            &json!({"name": "case35", "namespace": "tenant-demo"})
        ),
        expected
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn case_36_a_replacement_is_a_destroy_and_a_create() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let before = resource(BUCKET, &json!({"name": "case36", "users": {"a": {}}}));
    let after = with(&before, "locking", true.into());
    // Terraform plans again with the identity of the first plan, OpenTofu without one.
    for has_identity in [true, false] {
        let created = core.create(BUCKET, &before).await;
        let first = core.plan(BUCKET, &created, &after).await;
        assert_eq!(first.replaces.len(), 1);
        assert_eq!(first.to.private, created.private);
        let nothing = Stated {
            state: Value::Null,
            private: first.to.private.clone(),
            identity: if has_identity {
                first.to.identity.clone()
            } else {
                Value::Null
            },
        };
        let second = core.plan(BUCKET, &nothing, &after).await;
        second.messages.assert_fine();
        assert!(second.replaces.is_empty());
        // The plan of the new object has no values of the old one.
        for name in ["id", "endpoint", "bucket_name", "credentials", "ready"] {
            assert!(at(&second.to.state, name).is_unknown(), "{name}");
        }
        // The old object is destroyed with the private data of the new one.
        let mut destroy = core.plan(BUCKET, &created, &Value::Null).await;
        destroy.to.private = second.to.private.clone();
        core.apply(BUCKET, &created, &destroy, &Value::Null)
            .await
            .fine();
        let made = core
            .apply(BUCKET, &Stated::default(), &second, &after)
            .await
            .fine();
        assert_ne!(made.private, created.private);
        let read = core.read(BUCKET, &made).await.fine();
        assert_eq!(at(&read.state, "locking"), &Value::Bool(true));
        core.assert_settled(BUCKET, &read, &after).await;
        core.destroy(BUCKET, &made).await.fine();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_37_a_destroy_is_planned_as_nothing() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = resource(BUCKET, &json!({"name": "case37"}));
    let created = core.create(BUCKET, &config).await;
    for core in [Core::unconfigured().await, core.clone()] {
        let planned = core.plan(BUCKET, &created, &Value::Null).await;
        assert!(planned.to.state.is_null() && planned.replaces.is_empty());
        assert_eq!(planned.to.private, created.private);
        assert_eq!(planned.messages, Messages(Vec::new()));
    }
    // For a tainted or deposed object, the private data may be missing, and the state incomplete.
    let id = Value::from("tenant-demo/case37");
    let half = with(
        &resource(
            BUCKET,
            &json!({"name": "case37", "namespace": "tenant-demo"}),
        ),
        "id",
        id,
    );
    let half = Stated {
        state: half,
        ..Stated::default()
    };
    core.destroy(BUCKET, &half).await.fine();
    assert!(core.read(BUCKET, &created).await.fine().state.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_38_a_plan_with_more_known_values_is_consistent() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = resource(
        POSTGRES,
        &json!({"name": "case38", "size": "20Gi", "users": {"a": {}}, "labels": {"a": "b"},
                "postgresql": {"parameters": {"work_mem": "4MB"}}}),
    );
    let created = core
        .create(POSTGRES, &with(&config, "size", "10Gi".into()))
        .await;
    for path in [
        "name",
        "namespace",
        "size",
        "users",
        "users.a",
        "users.a.replication",
        "labels",
        "labels.a",
        "postgresql",
        "postgresql.parameters.work_mem",
        "storage_class",
    ] {
        for prior in [&Stated::default(), &created] {
            let first = core
                .plan(POSTGRES, prior, &with(&config, path, Value::Unknown))
                .await;
            first.messages.assert_fine();
            let second = core.plan(POSTGRES, prior, &config).await;
            let problems = assert_object_compatible(&first.to.state, &second.to.state);
            assert_eq!(problems, Vec::<String>::new(), "{path}");
            // A partly unknown identity is omitted, so the plan does not contain it.
            if !first.to.identity.is_null() {
                let (first, second) = (&first.to.identity, &second.to.identity);
                let problems = assert_object_compatible(first, second);
                assert_eq!(problems, Vec::<String>::new(), "{path}");
            }
            let promised = |path: &_| first.replaces.contains(path);
            assert!(second.replaces.iter().all(promised), "{path}");
        }
    }
    // The namespace of a provider block that is unknown until the apply.
    let later = Core::unconfigured().await;
    let unknown = with(&block_value(&block(&platform)), "namespace", Value::Unknown);
    later.configure(&unknown).await.assert_fine();
    let first = later.plan(POSTGRES, &Stated::default(), &config).await;
    let second = core.plan(POSTGRES, &Stated::default(), &config).await;
    let problems = assert_object_compatible(&first.to.state, &second.to.state);
    assert_eq!(problems, Vec::<String>::new());
    assert!(first.to.identity.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_39_the_same_request_makes_the_same_plan() {
    // The tests plan twice in one process; this one plans in two, with and without the platform.
    let platform = Platform::start();
    for (one, other) in [
        (Core::on(&platform).await, Core::on(&platform).await),
        (Core::unconfigured().await, Core::unconfigured().await),
    ] {
        for kind in kinds() {
            let given = json!({"name": "case39", "namespace": "tenant-demo", "labels": {"c": "d", "a": "b"}});
            let request = Core::plan_request(kind, &Stated::default(), &resource(kind, &given));
            let first = one
                .client()
                .plan_resource_change(request.clone())
                .await
                .unwrap();
            let second = other.client().plan_resource_change(request).await.unwrap();
            assert_eq!(first.into_inner(), second.into_inner(), "{kind}");
        }
    }
}
