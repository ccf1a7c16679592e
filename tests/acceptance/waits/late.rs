//! Dependents that do not appear in time are no longer waited for. The timeout of a bucket is minutes, so the test uses
//! a copy of the kind with one second.

use std::sync::Arc;
use std::time::Duration;

use hikube::api::{Client, Environment, Settings};
use hikube::kinds::KINDS;
use hikube::resource::{
    Applied, ApplyRequest, DependentsTimeout, Kind, Namespace, OnWaitTimeout, PlanRequest,
    ResourceType, Session,
};
use hikube::value::Value;
use hikube_standin::Options;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::harness::{Platform, Workspace, standin_only};

/// A bucket whose keys are overdue after a second.
fn impatient() -> ResourceType {
    let bucket = KINDS.iter().find(|kind| kind.type_name == "hikube_bucket");
    let bucket = bucket.expect("the kind");
    let dependents_timeout = bucket.dependents_timeout.map(|late| DependentsTimeout {
        after: Duration::from_secs(1),
        ..late
    });
    ResourceType::of(&Kind {
        dependents_timeout,
        ..*bucket
    })
}

async fn session(kubeconfig: &str) -> Session {
    let settings = Settings {
        kubeconfig: Some(kubeconfig.to_owned()),
        ..Settings::default()
    };
    let connection = settings.resolve(&Environment::default()).await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    let client = Client::new(&connection.expect("a connection"), deadline).await;
    let (client, _) = client.expect("a client");
    // The sender was dropped, so there will be no interrupt.
    let stop = watch::channel(false).1;
    Session {
        client,
        stop,
        on_wait_timeout: OnWaitTimeout::Warn,
        stores_credentials: true,
        journal: Arc::default(),
        owned: Arc::default(),
    }
}

async fn made(kubeconfig: &str) -> Applied {
    let model = impatient();
    let mut config = model.schema.null();
    let user = Value::map([("readonly", Value::Null)]);
    config.set_attribute("name", "keyless".into());
    config.set_attribute("users", Value::map([("app", user)]));
    let plan = hikube::resource::plan(
        &model,
        &PlanRequest {
            prior: &Value::Null,
            config: &config,
            private: &[],
            namespace: &Namespace::Known("tenant-demo".to_owned()),
            stores_credentials: true,
            protects_from_deletion: false,
            is_applying: false,
            live: None,
        },
    );
    let request = ApplyRequest {
        prior: &Value::Null,
        planned: &plan.planned,
        config: &config,
        private: &[],
    };
    hikube::resource::apply(&model, &session(kubeconfig).await, &request).await
}

#[test]
fn keys_that_no_longer_come_end_the_wait() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Options {
        no_outputs: vec!["keyless".to_owned()],
        ..Platform::quick()
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let started = Instant::now();
    let applied = runtime.block_on(made(&platform.kubeconfig));
    // The timeout is 20 minutes.
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
    let said = format!("{:?}", applied.diagnostics);
    assert!(said.contains("is not ready after"), "{said}");
    assert!(
        said.contains("it does not retry until `users` changes"),
        "{said}"
    );
    assert_eq!(applied.state.attribute("ready").as_bool(), Some(false));
}

/// The apply waits for credentials even if they are not stored.
#[test]
fn keys_that_are_not_kept_are_waited_for() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Options {
        outputs_after: Duration::from_secs(2),
        ..Platform::quick()
    });
    let space = Workspace::on(&platform);
    for user in ["app", "cdn"] {
        let users = if user == "app" {
            "app = {}"
        } else {
            "app = {}, cdn = {}"
        };
        let bucket = format!(
            "resource \"hikube_bucket\" \"it\" {{\n  name = \"NAME\"\n  store_credentials = false\n  \
             users = {{ {users} }}\n}}\n"
        );
        space.write(&bucket).apply().ok();
        let secret = format!("bucket-{}-{user}-credentials", space.name);
        assert!(platform.api.secret(&secret).is_some(), "no keys of {user}");
        assert_eq!(space.state("hikube_bucket.it", "credentials"), json!({}));
        space.assert_settled();
    }
    space.destroy().ok();
    platform.assert_clean();
}
