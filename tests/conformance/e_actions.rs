//! Actions: validated in every call, with progress, one end, and a stop.

use std::time::{Duration, Instant};

use hikube::action::{ACTIONS, Action};
use hikube::protocol::wire::invoke_action::event;
use hikube::protocol::wire::{invoke_action, plan_action, validate_action_config};
use hikube::value::Value;
use hikube_standin::{Options, Release, Role, Subject};
use serde_json::{Value as Json, json};

use crate::platform::Platform;
use crate::terraform::{Core, Stated, block_value};
use crate::wire::{MODERN, Messages, pack, resource, typed, with};

const VM: &str = "hikube_vm";
const RESTART: &str = "hikube_vm_restart";
const START: &str = "hikube_vm_start";
const STOP: &str = "hikube_vm_stop";

fn action(name: &str) -> &'static Action {
    ACTIONS
        .iter()
        .find(|action| action.type_name == name)
        .unwrap()
}

pub(crate) fn config(name: &str, given: &Json) -> Value {
    typed(&(action(name).schema)().value_type(), given)
}

/// The progress of an invocation, and its diagnostics.
pub(crate) struct Invoked {
    pub(crate) progress: Vec<String>,
    pub(crate) messages: Messages,
}

impl Invoked {
    #[track_caller]
    pub(crate) fn ends_with(&self, phrase: &str) {
        self.messages.assert_fine();
        let last = self.progress.last().expect("progress");
        assert!(last.contains(phrase), "{:?}", self.progress);
    }

    /// Asserts that there is one error, whose summary and detail contain these phrases.
    #[track_caller]
    pub(crate) fn fails(&self, summary: &str, phrases: &[&str]) {
        self.messages.assert_error(summary);
        for phrase in phrases {
            let detail = &self.messages.0[0].detail;
            assert!(detail.contains(phrase), "no {phrase:?}: {detail}");
        }
    }
}

/// Invokes an action as Terraform does: a stream of progress, and then exactly one end.
pub(crate) async fn invoke(core: &Core, name: &str, config: &Value) -> Invoked {
    let request = invoke_action::Request {
        action_type: name.to_owned(),
        config: pack(config, &(action(name).schema)().value_type()),
        client_capabilities: Some(MODERN),
    };
    let mut stream = core
        .client()
        .invoke_action(request)
        .await
        .unwrap()
        .into_inner();
    let (mut progress, mut ends) = (Vec::new(), Vec::new());
    while let Some(event) = stream.message().await.unwrap() {
        match event
            .r#type
            .expect("an event without a type panics in Terraform")
        {
            event::Type::Progress(event::Progress { message }) => {
                assert!(ends.is_empty() && !message.is_empty() && !message.contains('\n'));
                progress.push(message);
            }
            event::Type::Completed(completed) => ends.push(Messages::of(&completed.diagnostics)),
        }
    }
    let messages = ends.pop().expect("an end");
    assert!(ends.is_empty(), "{ends:?}");
    Invoked { progress, messages }
}

async fn of(core: &Core, name: &str, vm: &str) -> Invoked {
    invoke(core, name, &config(name, &json!({"vm_id": vm}))).await
}

async fn validate(core: &Core, name: &str, config: &Value) -> [Messages; 2] {
    let ty = (action(name).schema)().value_type();
    let request = validate_action_config::Request {
        type_name: name.to_owned(),
        config: pack(config, &ty),
    };
    let validated = core.client().validate_action_config(request).await;
    let request = plan_action::Request {
        action_type: name.to_owned(),
        config: pack(config, &ty),
        client_capabilities: Some(MODERN),
    };
    let planned = core
        .client()
        .plan_action(request)
        .await
        .unwrap()
        .into_inner();
    assert!(planned.deferred.is_none());
    let validated = validated.unwrap().into_inner().diagnostics;
    [validated, planned.diagnostics].map(|diagnostics| Messages::of(&diagnostics))
}

fn quick(release: Release) -> Options {
    Options {
        platform: release,
        power_after: Duration::from_millis(50),
        ..Platform::quick()
    }
}

/// A provider with the credentials of a role.
async fn as_role(platform: &Platform, role: Role) -> Core {
    let core = Core::unconfigured().await;
    let subject = Subject::new(role, "tenant-demo");
    let block = json!({"kubeconfig": platform.kubeconfig_of(&subject), "namespace": "tenant-demo"});
    core.configure(&block_value(&block)).await.assert_fine();
    core
}

async fn create(core: &Core, name: &str, given: Json) -> Stated {
    let config = with(&resource(VM, &given), "name", name.into());
    core.create(VM, &config).await
}

#[tokio::test(flavor = "multi_thread")]
async fn case_46_an_action_is_validated_in_every_call() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for name in [RESTART, START, STOP] {
        let valid = config(name, &json!({"vm_id": "tenant-demo/web", "timeout": "30s"}));
        let unknown = with(&valid, "vm_id", Value::Unknown);
        for fine in [&valid, &unknown, &with(&unknown, "timeout", Value::Unknown)] {
            for messages in validate(&core, name, fine).await {
                messages.assert_fine();
            }
        }
        platform.reset().await;
        for (wrong, path) in [
            (with(&valid, "vm_id", Value::Null), "vm_id"),
            (with(&valid, "vm_id", "web".into()), "vm_id"),
            (with(&valid, "vm_id", "tenant-demo/../x".into()), "vm_id"),
            (with(&valid, "timeout", "soon".into()), "timeout"),
        ] {
            let invoked = invoke(&core, name, &wrong).await;
            assert!(invoked.progress.is_empty());
            for messages in validate(&core, name, &wrong)
                .await
                .iter()
                .chain([&invoked.messages])
            {
                let errors = messages.errors();
                assert!(matches!(errors[..], [(at, _)] if at == path), "{errors:?}");
            }
        }
        let invoked = invoke(&core, name, &unknown).await;
        invoked.messages.assert_error("Unknown configuration");
        assert_eq!(platform.requests().await, 0);
    }
    // Without a connection.
    let invoked = of(&Core::unconfigured().await, START, "tenant-demo/web").await;
    assert!(invoked.messages.fail() && invoked.progress.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_may_change_the_power_on_new_releases_only() {
    for release in Release::ALL {
        let platform = Platform::with(quick(release));
        create(&Core::on(&platform).await, "web", json!({})).await;
        for role in [Role::View, Role::Use, Role::Admin, Role::ServiceAccount] {
            let core = as_role(&platform, role).await;
            for (name, verb, end) in [
                (RESTART, "restart", "is running again"),
                (STOP, "stop", "has stopped"),
                (START, "start", "is running"),
            ] {
                let invoked = of(&core, name, "tenant-demo/web").await;
                if release >= Release::V1_6 && role != Role::View {
                    assert!(invoked.progress[0].ends_with("ing virtual machine tenant-demo/web"));
                    invoked.ends_with(&format!("Virtual machine tenant-demo/web {end} after"));
                    continue;
                }
                let summary =
                    format!("Permission denied: cannot {verb} virtual machine tenant-demo/web");
                let phrases = [
                    &format!("cannot update resource \"virtualmachines/{verb}\""),
                    "since platform 1.5. This requires the `use` role in `tenant-demo`",
                    "On earlier platforms no role of a tenant permits it: set `run_strategy`",
                    "On platform 0.41 this attribute sets `running`",
                ];
                invoked.fails(&summary, &phrases);
                assert_eq!(invoked.progress.len(), 1);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_reports_each_phase_in_the_platforms_words() {
    let platform = Platform::with(Options {
        power_after: Duration::from_millis(700),
        ..quick(Release::V1_6)
    });
    let core = Core::on(&platform).await;
    create(&core, "web", json!({})).await;
    let invoked = of(&core, RESTART, "tenant-demo/web").await;
    let expected = [
        "Restarting virtual machine tenant-demo/web",
        "Pod virt-launcher-vm-instance-web-x7k2p is Running",
        "Pod virt-launcher-vm-instance-web-x7k01 is Pending (ContainerCreating)",
        "Virtual machine tenant-demo/web is running again after ",
    ];
    assert_eq!(
        invoked.progress.len(),
        expected.len(),
        "{:?}",
        invoked.progress
    );
    for (found, expected) in invoked.progress.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
    // A guest that is turned off is not waited for.
    let force = config(RESTART, &json!({"vm_id": "tenant-demo/web", "force": true}));
    let invoked = invoke(&core, RESTART, &force).await;
    invoked.ends_with("is running again");
    assert!(
        invoked
            .progress
            .iter()
            .all(|line| !line.contains("is Running"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_already_is_no_failure() {
    let platform = Platform::with(quick(Release::V1_6));
    let core = Core::on(&platform).await;
    create(&core, "web", json!({})).await;
    let invoked = of(&core, START, "tenant-demo/web").await;
    invoked.ends_with("is running after 0s");
    assert!(
        invoked.progress[1].contains("VM is already running"),
        "{:?}",
        invoked.progress
    );
    for _ in 0..2 {
        of(&core, STOP, "tenant-demo/web")
            .await
            .ends_with("has stopped");
    }
    for _ in 0..2 {
        of(&core, START, "tenant-demo/web")
            .await
            .ends_with("is running");
    }
    let grace = config(
        STOP,
        &json!({"vm_id": "tenant-demo/web", "grace_period": "0s"}),
    );
    invoke(&core, STOP, &grace).await.ends_with("has stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_refuses_is_explained() {
    let platform = Platform::with(quick(Release::V1_6));
    let core = Core::on(&platform).await;
    create(&core, "halted", json!({"run_strategy": "Halted"})).await;
    create(&core, "once", json!({"run_strategy": "Once"})).await;
    let missing = of(&core, RESTART, "tenant-demo/absent").await;
    missing.fails(
        "Could not restart virtual machine tenant-demo/absent",
        &["There is no virtual machine `tenant-demo/absent`"],
    );
    of(&core, RESTART, "tenant-demo/halted").await.fails(
        "Could not restart virtual machine tenant-demo/halted",
        &[
            "It is not running",
            "`hikube_vm_start`",
            "does not support manual restart",
        ],
    );
    of(&core, RESTART, "tenant-demo/once").await.fails(
        "Could not restart virtual machine tenant-demo/once",
        &["`run_strategy` is `Once`"],
    );
    of(&core, RESTART, "tenant-other/web").await.fails(
        "Permission denied: cannot read virtual machine tenant-other/web",
        &["tenant-other"],
    );
    platform
        .fault("status=503,verb=PUT,path=subresources")
        .await;
    of(&core, RESTART, "tenant-demo/once").await.fails(
        "Could not restart virtual machine tenant-demo/once",
        &["503"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_pods_an_action_does_not_wait() {
    let platform = Platform::with(quick(Release::V1_6));
    let core = Core::on(&platform).await;
    create(&core, "web", json!({})).await;
    platform.fault("status=403,path=/pods").await;
    let invoked = of(&core, STOP, "tenant-demo/web").await;
    invoked.ends_with("The platform accepted the request, but does not permit to list the pods");
    assert!(
        matches!(&invoked.messages.0[..], [one] if one.summary.starts_with("Did not wait")),
        "{:?}",
        invoked.messages
    );
    let again = of(&core, STOP, "tenant-demo/web").await;
    again.ends_with("Nothing to do");
    assert!(again.messages.0.is_empty(), "{:?}", again.messages);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_is_not_installed_yet_is_reported_with_its_status() {
    let platform = Platform::with(Options {
        never_ready: vec!["early".to_owned()],
        ..quick(Release::V1_6)
    });
    let core = Core::on(&platform).await;
    create(&core, "early", json!({"wait_for": "none"})).await;
    of(&core, START, "tenant-demo/early").await.fails(
        "Could not start virtual machine tenant-demo/early",
        &[
            "has not created the virtual machine yet",
            "Invoke the action once it is ready",
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_is_an_error_with_the_last_status() {
    let platform = Platform::with(Options {
        power_after: Duration::from_secs(3600),
        ..quick(Release::V1_6)
    });
    let core = Core::on(&platform).await;
    create(&core, "web", json!({})).await;
    let config = config(STOP, &json!({"vm_id": "tenant-demo/web", "timeout": "1s"}));
    invoke(&core, STOP, &config).await.fails(
        "Could not stop virtual machine tenant-demo/web within 1s",
        &[
            "Last status: Pod virt-launcher-vm-instance-web-x7k2p is Running",
            "-invoke",
        ],
    );
}

/// A provider whose restart of a machine never ends, once it waits.
async fn waiting() -> (Platform, Core, tokio::task::JoinHandle<Invoked>) {
    let platform = Platform::with(Options {
        power_after: Duration::from_secs(3600),
        ..quick(Release::V1_6)
    });
    let core = Core::on(&platform).await;
    create(&core, "web", json!({})).await;
    platform.reset().await;
    let invoking = tokio::spawn({
        let core = core.clone();
        async move { of(&core, RESTART, "tenant-demo/web").await }
    });
    let begun = Instant::now();
    while platform.lists("pods").await < 4 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody waits");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (platform, core, invoking)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_an_action_within_two_seconds() {
    let (_platform, core, invoking) = waiting().await;
    let begun = Instant::now();
    core.stop().await;
    let invoked = invoking.await.unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    invoked.fails(
        "Interrupted while waiting for the restart of virtual machine tenant-demo/web",
        &["accepted the request", "-invoke"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_ends_an_action() {
    let (platform, _core, invoking) = waiting().await;
    invoking.abort();
    let _ = invoking.await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let lists = platform.lists("pods").await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(platform.lists("pods").await, lists);
}
