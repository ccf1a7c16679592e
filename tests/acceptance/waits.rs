//! An apply waits until created objects are usable. If that takes too long, it reports what is missing and what to do,
//! keeps the state, and the next apply continues.

mod deletion;
mod late;

use std::thread;
use std::time::{Duration, Instant};

use hikube_standin::{Options, Release};
use serde_json::{Value, json};

use crate::harness::{Platform, Workspace, block, on_each_release, standin_only};

on_each_release!(
    a_warning_names_what_is_missing_and_the_next_apply_continues_to_wait,
    a_failed_install_is_not_final,
    wait_for_selects_what_is_waited_for,
    a_cluster_waits_for_etcd,
    a_bucket_without_keys_is_a_warning_with_advice,
    later_steps_are_not_waited_for,
    a_sealed_server_is_not_waited_for_but_its_address_is,
);

const DISK: &str = "hikube_vm_disk.it";

fn condition(platform: &Platform, plural: &str, name: &str, kind: &str) -> Value {
    let object = platform.api.get(plural, name).unwrap_or_default();
    let conditions = object["status"]["conditions"].as_array().cloned();
    let mut conditions = conditions.unwrap_or_default().into_iter();
    let found = conditions.find(|condition| condition["type"] == kind);
    found.unwrap_or_default()["status"].clone()
}

fn a_warning_names_what_is_missing_and_the_next_apply_continues_to_wait(platform: &Platform) {
    let Some(platform) = &platform.altered(|options| {
        options.ready_after = Duration::from_secs(12);
    }) else {
        return;
    };
    let space = Workspace::on(platform);
    let disk = |seconds: u32| {
        let timeouts = format!("timeouts = {{ create = \"{seconds}s\", update = \"{seconds}s\" }}");
        space.write(&block("vm_disk", &timeouts));
    };
    disk(2);
    let ran = space.apply().ok().says("is not ready after");
    ran.says(&format!(
        "VM disk tenant-demo/{} is not ready after ",
        space.name
    ))
    .says("The change was written and is kept in the state")
    .says("Ready is Unknown (Progressing): Running 'install' action with timeout of 10m0s.")
    .says("The next apply continues to wait")
    .says("raise `timeouts`");
    assert_eq!(space.state(DISK, "ready"), false);
    let writes = platform.api.writes();
    disk(60);
    space.plan().will_learn(DISK, "ready");
    let ran = space.apply_plan().ok().omits("is not ready after");
    ran.says("1 changed");
    assert_eq!(space.state(DISK, "ready"), true);
    assert_eq!(platform.api.writes(), writes, "it wrote");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// A virtual machine cannot be installed without its disk. The platform retries when the disk exists.
fn a_failed_install_is_not_final(platform: &Platform) {
    let space = Workspace::on(platform);
    let machine = "disks = [{ name = \"NAME-late\" }]\n  timeouts = { create = \"10m\" }";
    space.write(&block("vm", machine));
    // On a cluster, a read takes seconds.
    let run = space
        .start_apply()
        .until(|| condition(platform, "vminstances", &space.name, "Ready") == "False");
    let disk = format!("{}-late", space.name);
    platform
        .api
        .create("vmdisks", "VMDisk", &disk, &json!({"storage": "10Gi"}));
    let ran = run.wait().ok();
    ran.omits("is not ready after");
    assert_eq!(space.state("hikube_vm.it", "ready"), true);
    space.assert_settled();
    space.destroy().ok();
    platform.api.delete("vmdisks", &disk);
    platform.api.wait_until_gone("vmdisks", &disk);
    platform.assert_clean();
}

fn wait_for_selects_what_is_waited_for(platform: &Platform) {
    let Some(platform) = &platform.altered(|options| {
        options.ready_after = Duration::from_secs(2);
        options.outputs_after = Duration::from_secs(2);
    }) else {
        return;
    };
    let space = Workspace::on(platform);
    let postgres = |wait_for: &str| {
        format!(
            "resource \"hikube_postgres\" \"{wait_for}\" {{\n  name = \"NAME-{wait_for}\"\n  \
             users = {{ app = {{}} }}\n  wait_for = \"{wait_for}\"\n}}\n"
        )
    };
    let all = ["none", "ready", "workloads"].map(postgres).concat();
    space.write(&all).apply().ok().omits("is not ready after");
    let state =
        |which: &str, attribute: &str| space.state(&format!("hikube_postgres.{which}"), attribute);
    assert_eq!(state("none", "ready"), false);
    assert_eq!(state("none", "credentials"), json!(null));
    assert_eq!(state("ready", "credentials"), json!(null));
    assert_eq!(state("workloads", "ready"), true);
    assert!(state("workloads", "credentials")["app"]["password"].is_string());
    // Without waiting, no further apply is planned; a refresh updates the state.
    space.assert_settled();
    space.apply_with(&["-refresh-only"]).ok();
    for which in ["none", "ready"] {
        assert!(state(which, "credentials")["app"]["password"].is_string());
        assert_eq!(state(which, "ready"), true);
    }
    space.destroy().ok();
    platform.assert_clean();
}

/// `Ready` does not mean that the cluster is running.
fn a_cluster_waits_for_etcd(platform: &Platform) {
    let Some(platform) = &platform.altered(|options| options.etcd_required = true) else {
        return;
    };
    let space = Workspace::on(platform);
    space.write(&block("kubernetes", "timeouts = { create = \"2s\" }"));
    let ran = space.apply().ok().says("is not ready after");
    ran.says(&format!(
        "the Secret `kubernetes-{}-admin-kubeconfig` with the credentials is not there yet",
        space.name
    ));
    assert_eq!(space.state("hikube_kubernetes.it", "ready"), false);
    assert_eq!(
        space.state("hikube_kubernetes.it", "credentials"),
        json!(null)
    );
    space.destroy().ok();
    // In a tenant with etcd it starts.
    let tenant = block("tenant", "etcd = true");
    let cluster = block(
        "kubernetes",
        "namespace = hikube_tenant.it.status_namespace",
    );
    space
        .write(&(tenant + &cluster))
        .apply()
        .ok()
        .omits("is not ready after");
    assert_eq!(space.state("hikube_kubernetes.it", "ready"), true);
    assert!(space.state("hikube_kubernetes.it", "endpoint").is_string());
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// The storage was late, and the platform does not check again until `users` changes. On 0.41 there is nothing to wait
/// for.
fn a_bucket_without_keys_is_a_warning_with_advice(platform: &Platform) {
    let Some(platform) = &platform.altered(|options| {
        options.no_outputs = vec!["keyless".to_owned()];
    }) else {
        return;
    };
    if platform.release == Release::V0_41 {
        return;
    }
    let space = Workspace::named(platform, "keyless");
    let bucket = |users: &str| {
        let timeouts = "timeouts = { create = \"3s\", update = \"3s\" }";
        block("bucket", &format!("users = {{ {users} }}\n  {timeouts}"))
    };
    space.write(&bucket("app = {}"));
    let ran = space.apply().ok().says("is not ready after");
    ran.says("the Secret `bucket-keyless-app-credentials` with the credentials is not there yet. The platform creates it")
        .says("it does not retry until `users` changes");
    assert_eq!(space.state("hikube_bucket.it", "ready"), false);
    let ran = space.write(&bucket("app = {}, other = {}")).apply().ok();
    ran.omits("is not ready after");
    assert_eq!(space.state("hikube_bucket.it", "ready"), true);
    let keys = space.state("hikube_bucket.it", "credentials");
    assert!(keys["app"]["secret_key"].is_string(), "{keys}");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// Disks that wait for an upload, or for a virtual machine that uses them: on 1.6 these are not ready before, so the
/// wait would not end. The apply waits only if `wait_for` is set.
fn later_steps_are_not_waited_for(platform: &Platform) {
    let Some(platform) = &platform.altered(|options| {
        options.no_upload = true;
        options.first_consumer = true;
    }) else {
        return;
    };
    let space = Workspace::on(platform);
    let disk = |name: &str, attributes: &str| {
        format!(
            "resource \"hikube_vm_disk\" \"{name}\" {{\n  name = \"NAME-{name}\"\n  {attributes}\n}}\n"
        )
    };
    let upload = |more: &str| disk("upload", &format!("source = {{ upload = {{}} }}\n  {more}"));
    let local = disk("local", "storage_class = \"local\"");
    let machine = block("vm", "disks = [{ name = hikube_vm_disk.local.name }]");
    let started = Instant::now();
    let ran = space.write(&(upload("") + &local + &machine)).apply().ok();
    ran.says("3 added").omits("is not ready after");
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(space.state("hikube_vm.it", "ready"), true);
    space.assert_settled();
    space.apply_with(&["-refresh-only"]).ok();
    assert_eq!(space.state("hikube_vm_disk.local", "ready"), true);
    let is_new = platform.release == Release::V1_6;
    assert_eq!(space.state("hikube_vm_disk.upload", "ready"), !is_new);
    if is_new {
        let asked = disk(
            "asked",
            "source = { upload = {} }\n  wait_for = \"ready\"\n  timeouts = { create = \"1s\" }",
        );
        let ran = space
            .write(&(upload("") + &local + &machine + &asked))
            .apply()
            .ok();
        ran.says("is not ready after");
    }
    space.destroy().ok();
    platform.assert_clean();
}

/// Its workloads run only after it is unsealed. The apply waits for them only if `wait_for` is set.
fn a_sealed_server_is_not_waited_for_but_its_address_is(platform: &Platform) {
    let Some(platform) = &platform.altered(|options| {
        options.sealed = true;
        options.outputs_after = Duration::from_secs(2);
    }) else {
        return;
    };
    if !platform.api.serves("openbaos") {
        return;
    }
    let space = Workspace::on(platform);
    let server = "external = true\n  timeouts = { create = \"20s\" }";
    space.write(&block("openbao", server));
    let ran = space.apply().ok();
    ran.says("1 added").omits("is not ready after");
    assert_eq!(space.state("hikube_openbao.it", "ready"), false);
    let url = space.state("hikube_openbao.it", "external_url");
    assert!(url.is_string(), "{url}");
    space.assert_settled();
    let asked = "external = true\n  ui = false\n  wait_for = \"workloads\"\n  timeouts = { update = \"3s\" }";
    let ran = space.write(&block("openbao", asked)).apply().ok();
    ran.says("is not ready after")
        .says("WorkloadsReady is False (WorkloadMonitorCheck)");
    space.destroy().ok();
    platform.assert_clean();
}

/// If an apply fails, Terraform marks a new object as tainted. `untaint` keeps it, and the wait continues. An existing
/// object is not tainted.
#[test]
fn a_wait_timeout_can_be_an_error() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Options {
        platform: Release::V1_3,
        ready_after: Duration::from_secs(12),
        ..Platform::quick()
    });
    let space = Workspace::on(&platform);
    let provider = format!(
        "provider \"hikube\" {{\n  kubeconfig_path = \"{}\"\n  on_wait_timeout = \"error\"\n}}\n",
        space.path("kubeconfig").display()
    );
    let disk = |storage: &str, seconds: u32| {
        let timeouts = format!("timeouts = {{ create = \"1s\", update = \"{seconds}s\" }}");
        let disk = block("vm_disk", &format!("storage = \"{storage}\"\n  {timeouts}"));
        space.write_with(&provider, &disk);
    };
    disk("10Gi", 60);
    let ran = space.apply().fails().says("is not ready after");
    ran.says("The change was written and is kept in the state");
    assert_eq!(space.instance(DISK)["status"], "tainted");
    assert_eq!(space.state(DISK, "ready"), false);
    space.plan().replaces(DISK);
    space.run(&["untaint", "-no-color", DISK]).ok();
    space.plan().updates(DISK, &[]).will_learn(DISK, "ready");
    space.apply_plan().ok();
    assert_eq!(space.state(DISK, "ready"), true);
    disk("20Gi", 1);
    space.apply().fails().says("is not ready after");
    assert_eq!(space.instance(DISK)["status"], json!(null));
    assert_eq!(space.state(DISK, "storage"), "20Gi");
    assert_eq!(space.state(DISK, "ready"), false);
    disk("20Gi", 60);
    space.apply().ok();
    assert_eq!(space.state(DISK, "ready"), true);
    // An apply whose reads fail is an error as well.
    disk("30Gi", 8);
    let written = platform.api.requests("update", "vmdisks");
    let run = space.start_apply();
    let run = run.until(|| platform.api.requests("update", "vmdisks") > written);
    platform.api.faults("status=503,every=1,verb=GET");
    let ran = run.wait();
    platform.api.faults("");
    ran.fails().says("Error: Could not wait for");
    assert_eq!(space.state(DISK, "storage"), "30Gi");
    space.destroy().ok();
    platform.assert_clean();
}

/// An interrupt ends the wait for credentials as well, and the created object is in the state.
#[test]
fn an_interrupt_ends_the_wait_for_credentials() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Options {
        outputs_after: Duration::from_secs(90),
        ..Platform::quick()
    });
    let space = Workspace::on(&platform);
    space.write(&block("postgres", "users = { app = {} }"));
    let run = space.start_apply();
    let is_ready = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(50));
        condition(&platform, "postgreses", &space.name, "WorkloadsReady") == "True"
    });
    let has_looked = || {
        let looks = ["get", "list"].map(|verb| platform.api.requests(verb, "tenantsecrets"));
        looks.iter().any(|count| *count > 0)
    };
    let run = run.until(has_looked);
    let asked = Instant::now();
    run.interrupt();
    let ran = run.wait();
    assert!(is_ready, "{}", ran.text);
    // The credentials are created much later.
    assert!(
        asked.elapsed() < Duration::from_secs(30),
        "{:?}",
        asked.elapsed()
    );
    let ran = ran
        .says("Interrupted while waiting for")
        .omits("panic")
        .omits("tainted");
    ran.says("with the credentials is not there yet. The next apply continues to wait");
    let id = format!("tenant-demo/{}", space.name);
    assert_eq!(space.state("hikube_postgres.it", "id"), id);
    assert_eq!(space.state("hikube_postgres.it", "ready"), false);
    space.destroy().ok();
    platform.assert_clean();
}
