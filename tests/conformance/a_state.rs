//! State and plan.

use hikube::schema::Usage;
use hikube::value::Value;
use hikube_standin::Options;
use serde_json::json;

use crate::platform::Platform;
use crate::terraform::{Core, Stated, block, block_value};
use crate::wire::{at, kinds, model, resource, with};

const BUCKET: &str = "hikube_bucket";
const POSTGRES: &str = "hikube_postgres";

/// Another client of the object: a core that has imported it.
async fn colleague(platform: &Platform, kind: &str, name: &str) -> (Core, Stated) {
    let core = Core::on(platform).await;
    let state = core.take_over(kind, &format!("tenant-demo/{name}")).await;
    (core, state)
}

#[tokio::test(flavor = "multi_thread")]
async fn case_01_no_attribute_is_unknown_after_apply() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    core.create_needed().await;
    let creates = kinds().into_iter().map(|kind| {
        let core = core.clone();
        tokio::spawn(async move {
            let config = resource(kind, &json!({"name": "case01"}));
            // Every state is checked to be wholly known.
            let state = core.create(kind, &config).await;
            // An OpenBao server is ready once someone unseals it.
            let is_ready = kind != "hikube_openbao";
            let ready = at(&state.state, "ready");
            assert!(ready.as_bool() == Some(true) || !is_ready, "{kind}");
            assert_eq!(at(&state.state, "id"), &Value::from("tenant-demo/case01"));
        })
    });
    for create in creates.collect::<Vec<_>>() {
        create.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_02_nothing_is_planned_after_an_apply() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for (kind, given) in [
        (BUCKET, json!({"name": "least"})),
        (
            BUCKET,
            json!({"name": "full", "namespace": "tenant-demo", "users": {"a": {}, "b": {"readonly": true}},
                   "labels": {"a": "b"}, "annotations": {"c": "d"}, "wait_for": "workloads",
                   "timeouts": {"create": "5m"}, "store_credentials": true}),
        ),
        (
            BUCKET,
            json!({"name": "aloud", "locking": false, "storage_pool": ""}),
        ),
        (POSTGRES, json!({"name": "least"})),
        (
            POSTGRES,
            json!({"name": "aloud", "replicas": 2, "resources_preset": "t1.micro", "size": "10Gi",
                   "storage_class": "", "external": false, "version": "v18"}),
        ),
    ] {
        let config = resource(kind, &given);
        let created = core.create(kind, &config).await;
        core.assert_settled(kind, &created, &config).await;
        let read = core.read(kind, &created).await.fine();
        assert_eq!(read.state, created.state, "{given}");
        core.assert_settled(kind, &read, &config).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_03_the_spelling_of_the_configuration_stays() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = |size: &str| resource(POSTGRES, &json!({"name": "case03", "size": size}));
    let created = core.create(POSTGRES, &config("10240Mi")).await;
    assert_eq!(at(&created.state, "size").as_str(), Some("10240Mi"));
    // Another client writes an equivalent value.
    let (other, seen) = colleague(&platform, POSTGRES, "case03").await;
    let relabelled = with(
        &config("10Gi"),
        "labels",
        Value::map([("a", Value::from("b"))]),
    );
    other.change(POSTGRES, &seen, &relabelled).await.fine();
    let read = core.read(POSTGRES, &created).await.fine();
    assert_eq!(at(&read.state, "size").as_str(), Some("10240Mi"));
    core.assert_settled(POSTGRES, &read, &config("10240Mi"))
        .await;
    // The state keeps its spelling if the configuration has an equivalent value.
    core.assert_settled(POSTGRES, &read, &config("10Gi")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_04_nothing_and_empty_stay_apart() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let bare = json!({"name": "bare"});
    let empty = json!({"name": "empty", "users": {}, "labels": {}, "annotations": {}, "locking": false,
                       "storage_pool": "", "timeouts": {}});
    for given in [bare, empty] {
        let config = resource(BUCKET, &given);
        let created = core.create(BUCKET, &config).await;
        let read = core.read(BUCKET, &created).await.fine();
        let changed = with(&config, "wait_for", "none".into());
        let updated = core.change(BUCKET, &read, &changed).await.fine();
        let back = core.change(BUCKET, &updated, &config).await.fine();
        for state in [&created, &read, &updated, &back] {
            for name in [
                "users",
                "labels",
                "annotations",
                "locking",
                "storage_pool",
                "timeouts",
            ] {
                assert_eq!(at(&state.state, name), at(&config, name), "{name}");
            }
        }
    }
    // Switching between them changes the state, but not the platform.
    let (null, empty) = (Value::Null, Value::map::<&str>([]));
    let config = |users: &Value| {
        with(
            &resource(BUCKET, &json!({"name": "moves"})),
            "users",
            users.clone(),
        )
    };
    let created = core.create(BUCKET, &config(&null)).await;
    let emptied = core.change(BUCKET, &created, &config(&empty)).await.fine();
    assert_eq!(at(&emptied.state, "users"), &empty);
    let back = core.change(BUCKET, &emptied, &config(&null)).await.fine();
    assert_eq!(at(&back.state, "users"), &null);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_05_what_is_only_optional_is_never_filled_in() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for kind in kinds() {
        let config = resource(kind, &json!({"name": "case05", "wait_for": "none"}));
        let created = core.create(kind, &config).await;
        let read = core.read(kind, &created).await.fine();
        let attributes = model(kind).schema.attributes.iter();
        for attribute in attributes.filter(|attribute| attribute.usage == Usage::Optional) {
            for state in [&created, &read] {
                let (is, given) = (
                    at(&state.state, &attribute.name),
                    at(&config, &attribute.name),
                );
                assert_eq!(is, given, "{kind}.{}", attribute.name);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_06_an_update_keeps_unaffected_outputs_known() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = resource(BUCKET, &json!({"name": "case06", "users": {"a": {}}}));
    let created = core.create(BUCKET, &config).await;
    let decided = ["id", "endpoint", "bucket_name", "region", "credentials"];
    for name in decided {
        assert!(!at(&created.state, name).is_null(), "{name}");
    }
    let labelled = with(&config, "labels", Value::map([("a", Value::from("b"))]));
    let planned = core.plan(BUCKET, &created, &labelled).await;
    for name in decided {
        assert_eq!(
            at(&planned.to.state, name),
            at(&created.state, name),
            "{name}"
        );
    }
    let more = with(
        &config,
        "users.b",
        resource(BUCKET, &json!({"users": {"b": {}}})),
    );
    let more = with(&more, "users.b", at(&config, "users.a").clone());
    let planned = core.plan(BUCKET, &created, &more).await;
    assert!(at(&planned.to.state, "credentials").is_unknown());
    for name in ["id", "endpoint", "bucket_name", "region"] {
        assert_eq!(
            at(&planned.to.state, name),
            at(&created.state, name),
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_07_a_plan_without_a_change_knows_everything() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for kind in kinds() {
        let config = resource(kind, &json!({"name": "case07", "wait_for": "none"}));
        let created = core.create(kind, &config).await;
        core.assert_settled(kind, &created, &config).await;
        // The encoded plan equals the state, byte by byte.
        let request = Core::plan_request(kind, &created, &config);
        let answer = core.client().plan_resource_change(request.clone()).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(answer.planned_state, request.prior_state, "{kind}");
        assert_eq!(answer.planned_private, request.prior_private);
        assert_eq!(answer.planned_identity, request.prior_identity);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_08_only_what_is_not_found_is_gone() {
    // Some faults cause retries for a while, so each has a platform of its own.
    let faults = [
        "status=401",
        "status=403",
        "status=400",
        "status=500",
        "garbage",
    ];
    let reads = faults.map(|fault| {
        tokio::spawn(async move {
            let platform = Platform::start();
            let config = resource(BUCKET, &json!({"name": "case08"}));
            let created = Core::on(&platform).await.create(BUCKET, &config).await;
            platform.fault(&format!("{fault},every=1,verb=GET")).await;
            // A new process, without cached reads.
            let read = Core::on(&platform).await.read(BUCKET, &created).await;
            assert!(read.messages.fail(), "{fault}");
            assert_eq!(read.now, created, "{fault}");
        })
    });
    let platform = Platform::with(Options {
        slow_delete: vec!["leaving".to_owned()],
        ..Platform::quick()
    });
    let core = Core::on(&platform).await;
    let config = resource(BUCKET, &json!({"name": "case08"}));
    let created = core.create(BUCKET, &config).await;
    let (other, seen) = colleague(&platform, BUCKET, "case08").await;
    other.destroy(BUCKET, &seen).await.fine();
    let gone = Core::on(&platform).await.read(BUCKET, &created).await;
    assert!(gone.fine().state.is_null());
    // An object that is being deleted is treated as gone.
    let config = resource(
        BUCKET,
        &json!({"name": "leaving", "timeouts": {"delete": "1s"}}),
    );
    let leaving = core.create(BUCKET, &config).await;
    assert!(core.destroy(BUCKET, &leaving).await.messages.fail());
    let gone = Core::on(&platform).await.read(BUCKET, &leaving).await;
    assert!(gone.fine().state.is_null());
    for read in reads {
        read.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_09_a_created_object_is_in_the_state_after_any_failure() {
    let platform = Platform::with(Options {
        never_ready: vec!["case09".to_owned()],
        ..Platform::quick()
    });
    let core = Core::unconfigured().await;
    let strict = with(
        &block_value(&block(&platform)),
        "on_wait_timeout",
        "error".into(),
    );
    core.configure(&strict).await.assert_fine();
    let config = resource(
        BUCKET,
        &json!({"name": "case09", "timeouts": {"create": "1s"}}),
    );
    let failed = core.change(BUCKET, &Stated::default(), &config).await;
    failed.messages.assert_error("is not ready after");
    assert_eq!(
        at(&failed.now.state, "id").as_str(),
        Some("tenant-demo/case09")
    );
    assert!(!failed.now.private.is_empty() && !failed.now.identity.is_null());
    // Terraform treats it as tainted: it destroys and recreates it.
    core.destroy(BUCKET, &failed.now).await.fine();
    // An object of another client is not the result of a failed create.
    let config = resource(BUCKET, &json!({"name": "taken"}));
    core.create(BUCKET, &config).await;
    let refused = core.change(BUCKET, &Stated::default(), &config).await;
    refused
        .messages
        .assert_error("S3 bucket tenant-demo/taken is already in use");
    assert_eq!(refused.now, Stated::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn case_10_a_delete_may_be_repeated_and_waits() {
    let platform = Platform::with(Options {
        slow_delete: vec!["slow".to_owned()],
        ..Platform::quick()
    });
    let core = Core::on(&platform).await;
    let created = core
        .create(BUCKET, &resource(BUCKET, &json!({"name": "quick"})))
        .await;
    for _ in 0..2 {
        let gone = core.destroy(BUCKET, &created).await.fine();
        assert_eq!(gone, Stated::default());
    }
    let config = resource(
        BUCKET,
        &json!({"name": "slow", "timeouts": {"delete": "1s"}}),
    );
    let created = core.create(BUCKET, &config).await;
    for _ in 0..2 {
        let failed = core.destroy(BUCKET, &created).await;
        failed
            .messages
            .assert_error("Deletion timed out: tenant-demo/slow");
        assert_eq!(failed.now, created);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_11_private_state_and_identity_are_returned() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = resource(BUCKET, &json!({"name": "case11"}));
    let created = core.create(BUCKET, &config).await;
    let first = core.read(BUCKET, &created).await.fine();
    assert_eq!(first, core.read(BUCKET, &first).await.fine());
    assert_eq!(first.identity, created.identity);
    let planned = core.plan(BUCKET, &first, &config).await;
    assert_eq!(planned.to, first);
    // If a call changes nothing, state and private data are returned unchanged, byte by byte, even from other versions.
    let odd = Stated {
        private: b"\x00 of another version".to_vec(),
        ..first.clone()
    };
    let unable = Core::unconfigured().await;
    assert_eq!(unable.read(BUCKET, &odd).await.now, odd);
    let changed = with(&config, "labels", Value::map([("a", Value::from("b"))]));
    let planned = core.plan(BUCKET, &odd, &changed).await;
    assert_eq!(planned.to.private, odd.private);
    let failed = unable.apply(BUCKET, &odd, &planned, &changed).await;
    assert!(failed.messages.fail());
    assert_eq!(failed.now, odd);
    // The API rejects the request.
    platform.fault("status=403,every=1").await;
    let refused = Core::on(&platform).await;
    assert_eq!(refused.read(BUCKET, &odd).await.now, odd);
    assert_eq!(
        refused.apply(BUCKET, &odd, &planned, &changed).await.now,
        odd
    );
    let destroy = core.plan(BUCKET, &odd, &Value::Null).await;
    assert_eq!(
        (&destroy.to.private, &destroy.to.identity),
        (&odd.private, &odd.identity)
    );
    for core in [&refused, &unable] {
        let failed = core.apply(BUCKET, &odd, &destroy, &Value::Null).await;
        assert!(failed.messages.fail());
        assert_eq!(failed.now, odd);
        // Terraform does not send the identity with a destroy.
        let mut bare = destroy.clone();
        bare.to.identity = Value::Null;
        let failed = core.apply(BUCKET, &odd, &bare, &Value::Null).await;
        assert_eq!(failed.now, odd);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_12_a_replacement_is_planned_if_required() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = |pool: Value| {
        with(
            &resource(BUCKET, &json!({"name": "case12"})),
            "storage_pool",
            pool,
        )
    };
    let of = async |prior: &Stated, config: &Value| {
        let planned = core.plan(BUCKET, prior, config).await;
        planned.messages.assert_fine();
        let replaces = planned.replaces.iter().map(ToString::to_string);
        replaces.collect::<Vec<_>>()
    };
    let none = Stated::default();
    let nothing: [&str; 0] = [];
    assert_eq!(of(&none, &config("fast".into())).await, nothing);
    let created = core.create(BUCKET, &config(Value::Null)).await;
    // From unset to a value, and to an unknown value.
    assert_eq!(of(&created, &config("fast".into())).await, ["storage_pool"]);
    assert_eq!(
        of(&created, &config(Value::Unknown)).await,
        ["storage_pool"]
    );
    // From unset to the default.
    assert_eq!(of(&created, &config("".into())).await, nothing);
    let renamed = with(&config(Value::Null), "name", "other".into());
    assert_eq!(of(&created, &renamed).await, ["name"]);
    let moved = with(&config(Value::Null), "namespace", Value::Unknown);
    assert_eq!(of(&created, &moved).await, ["namespace"]);
    assert_eq!(of(&created, &Value::Null).await, nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn case_13_a_removed_attribute_is_reset() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let given = json!({"name": "case13", "replicas": 3, "users": {"a": {"replication": true}},
                       "labels": {"a": "b"}});
    let created = core.create(POSTGRES, &resource(POSTGRES, &given)).await;
    let config = resource(POSTGRES, &json!({"name": "case13"}));
    core.change(POSTGRES, &created, &config).await.fine();
    let (_, seen) = colleague(&platform, POSTGRES, "case13").await;
    for name in ["replicas", "users", "labels"] {
        assert!(at(&seen.state, name).is_null(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_14_drift_is_seen_and_repaired() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    let config = resource(
        POSTGRES,
        &json!({"name": "case14", "replicas": 3, "labels": {"a": "b"}}),
    );
    let created = core.create(POSTGRES, &config).await;
    let (other, seen) = colleague(&platform, POSTGRES, "case14").await;
    let theirs = resource(
        POSTGRES,
        &json!({"name": "case14", "replicas": 1, "labels": {"a": "c"}}),
    );
    other.change(POSTGRES, &seen, &theirs).await.fine();
    let drifted = core.read(POSTGRES, &created).await.fine();
    assert_eq!(at(&drifted.state, "replicas"), &Value::from(1));
    assert_eq!(at(&drifted.state, "labels.a").as_str(), Some("c"));
    let repaired = core.change(POSTGRES, &drifted, &config).await.fine();
    let read = core.read(POSTGRES, &repaired).await.fine();
    assert_eq!(at(&read.state, "replicas"), &Value::from(3));
    core.assert_settled(POSTGRES, &read, &config).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_15_an_import_plans_nothing() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for given in [
        json!({"name": "bare"}),
        json!({"name": "full", "replicas": 3, "users": {"a": {}}, "labels": {"a": "b"}}),
    ] {
        let config = resource(POSTGRES, &given);
        core.create(POSTGRES, &config).await;
        let name = given["name"].as_str().unwrap();
        let whole = core
            .take_over(POSTGRES, &format!("tenant-demo/{name}"))
            .await;
        let short = core.take_over(POSTGRES, name).await;
        assert_eq!(whole, short);
        core.assert_settled(POSTGRES, &whole, &config).await;
    }
    for id in ["", "/", "a/", "/a", "a/b/c", "//"] {
        let refused = core.import(POSTGRES, id, &Value::Null).await;
        refused.messages.assert_error("Invalid import ID");
    }
    let absent = core.import(POSTGRES, "absent", &Value::Null).await.fine();
    assert!(core.read(POSTGRES, &absent).await.fine().state.is_null());
}
