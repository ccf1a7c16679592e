//! Missing permissions: the error names the permission and the role to request, and everything that is permitted works.
//! All other tests use the tenant's service account, which has all permissions.

use hikube_standin::{Options, Release, Role, Subject};
use serde_json::json;

use crate::harness::{Platform, Ran, Workspace, on_each_release, standin_only};

on_each_release!(
    a_viewer_is_informed_of_the_missing_role,
    the_role_use_reads_credentials,
    an_admin_writes_all_but_tenants,
    a_service_account_has_no_rights_above_its_tenant,
    a_missing_namespace_is_named_as_a_possible_cause,
    a_tenant_is_ready_without_rights_inside_it,
);

const POSTGRES: &str = "hikube_postgres.it";

fn postgres(attributes: &str) -> String {
    format!(
        "resource \"hikube_postgres\" \"it\" {{\n  name = \"NAME\"\n  users = {{ app = {{}} }}\n  \
         {attributes}\n}}\n"
    )
}

fn demo(role: Role) -> Subject {
    Subject::new(role, "tenant-demo")
}

/// The error contains the failed operation, the API's message with the missing permission, and what to do.
#[track_caller]
fn refused(ran: Ran, user: &str, verb: &str, plural: &str, role: &str) {
    let doing = ran
        .fails()
        .says(&format!("Permission denied: cannot {verb}"));
    let why = format!("User \"{user}\" cannot {verb} resource \"{plural}\" in API group");
    let asks = format!("This requires the `{role}` role in `tenant-demo` or a parent tenant");
    doing
        .says(&why)
        .says(&asks)
        .says(&format!("the group `tenant-demo-{role}`"))
        .says("or use the service account");
}

fn a_viewer_is_informed_of_the_missing_role(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    space.write(&postgres("")).apply().ok();
    let before = space.state(POSTGRES, "credentials");
    space.log_in(platform, &demo(Role::View));
    // Plans and refreshes succeed, with a warning for what cannot be read.
    let plan = space.plan();
    plan.touches_only(&[]);
    let ran = space.apply_with(&["-refresh-only"]).ok();
    ran.says("Permission denied: cannot read the credentials")
        .says("The platform refused to show what it created for this PostgreSQL database")
        .says("The attributes that come from it are null")
        .says("This requires the `use` role in `tenant-demo`")
        .says("the group `tenant-demo-use`");
    assert_eq!(space.state(POSTGRES, "credentials"), json!(null));
    let host = space.state(POSTGRES, "host");
    assert!(host.is_string(), "{host}");

    let user = "tenant-demo-view-user";
    let larger = space.write(&postgres("size = \"20Gi\"")).apply();
    refused(larger, user, "update", "postgreses", "admin");
    refused(space.destroy(), user, "delete", "postgreses", "admin");
    let other = Workspace::on(platform);
    other.log_in(platform, &demo(Role::View));
    let made = other.write(&postgres("")).apply();
    refused(made, user, "create", "postgreses", "admin");
    assert_eq!(other.objects(), 0);
    other.write(&ephemeral(&space.name));
    let ran = other
        .try_plan()
        .fails()
        .says("Permission denied: cannot read tenant-demo/");
    ran.says("cannot be read")
        .says("the group `tenant-demo-use`");
    let secret =
        "ephemeral \"hikube_secret\" \"it\" {\n  name = \"postgres-OTHER-credentials\"\n}\n";
    let ran = other
        .write(&secret.replace("OTHER", &space.name))
        .try_plan();
    ran.fails()
        .says("cannot read secret")
        .says("cannot get resource \"secrets\"")
        .says("the group `tenant-demo-use`");

    // With the permission, everything is read again.
    space.log_in(platform, &demo(Role::ServiceAccount));
    space.write(&postgres("")).assert_settled();
    space.apply_with(&["-refresh-only"]).ok();
    assert_eq!(space.state(POSTGRES, "credentials"), before);
    space.destroy().ok();
    platform.assert_clean();
}

fn ephemeral(name: &str) -> String {
    format!("ephemeral \"hikube_postgres_credentials\" \"it\" {{\n  name = \"{name}\"\n}}\n")
}

fn the_role_use_reads_credentials(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    space.write(&postgres("")).apply().ok();
    let before = space.state(POSTGRES, "credentials");
    space.log_in(platform, &demo(Role::Use));
    let ran = space.apply_with(&["-refresh-only"]).ok();
    ran.omits("Permission denied: cannot read the credentials");
    assert_eq!(space.state(POSTGRES, "credentials"), before);
    let larger = space.write(&postgres("size = \"20Gi\"")).apply();
    refused(
        larger,
        "tenant-demo-use-user",
        "update",
        "postgreses",
        "admin",
    );
    let other = Workspace::on(platform);
    other.log_in(platform, &demo(Role::Use));
    other.write(&ephemeral(&space.name)).apply().ok();
    space.log_in(platform, &demo(Role::ServiceAccount));
    space.destroy().ok();
    platform.assert_clean();
}

fn an_admin_writes_all_but_tenants(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    space.log_in(platform, &demo(Role::Admin));
    let all = |storage: &str| {
        let empty = |kind: &str| format!("resource \"{kind}\" \"it\" {{\n  name = \"NAME\"\n}}\n");
        let disk = format!(
            "resource \"hikube_vm_disk\" \"it\" {{\n  name = \"NAME\"\n  storage = \"{storage}\"\n}}\n"
        );
        let kinds = ["hikube_bucket", "hikube_vm", "hikube_kubernetes"].map(empty);
        postgres("") + &disk + &kinds.concat()
    };
    space.write(&all("10Gi")).apply().ok().says("5 added");
    space.assert_settled();
    space.write(&all("20Gi")).apply().ok().says("1 changed");
    space
        .destroy()
        .ok()
        .says("5 destroyed")
        .omits("are still running");
    platform.assert_clean();

    let tenant = "resource \"hikube_tenant\" \"it\" {\n  name = \"NAME\"\n}\n";
    let made = space.write(tenant).apply();
    refused(
        made,
        "tenant-demo-admin-user",
        "create",
        "tenants",
        "super-admin",
    );
    space.log_in(platform, &demo(Role::SuperAdmin));
    space.apply().ok().says("1 added");
    space.destroy().ok();
    platform.assert_clean();
}

fn a_service_account_has_no_rights_above_its_tenant(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    let above = "resource \"hikube_bucket\" \"it\" {\n  name = \"NAME\"\n  \
                 namespace = \"tenant-root\"\n}\n";
    let ran = space.write(above).apply().fails();
    ran.says("User \"system:serviceaccount:tenant-demo:tenant-demo\" cannot create resource")
        .says("This requires the `admin` role in `tenant-root`")
        .says("or use the service account");
    let data =
        "data \"hikube_tenant\" \"it\" {\n  name = \"demo\"\n  namespace = \"tenant-root\"\n}\n";
    let ran = space.write(data).try_plan().fails();
    ran.says("cannot read tenant")
        .says("This requires the `view` role in `tenant-root`");
}

/// Role bindings are in the namespace, so without it there are no permissions.
fn a_missing_namespace_is_named_as_a_possible_cause(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let space = Workspace::on(platform);
    let away = "resource \"hikube_bucket\" \"it\" {\n  name = \"NAME\"\n  \
                namespace = \"tenant-demo-typo\"\n}\n";
    let ran = space.write(away).apply().fails();
    ran.says("the answer is the same if `tenant-demo-typo` does not exist");
}

/// A list of namespaces omits those in which the caller has no role. Such a namespace is treated as neither present nor
/// missing: its outputs are null, and `ready` of the tenant is that of its object.
fn a_tenant_is_ready_without_rights_inside_it(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let of = |block: &str| {
        ["a", "b"]
            .map(|name| {
                format!("{block} \"hikube_tenant\" \"{name}\" {{\n  name = \"NAME{name}\"\n}}\n")
            })
            .concat()
    };
    let owner = Workspace::on(platform);
    owner.write(&of("resource")).apply().ok();
    let above = Subject::only_in(Role::View, "tenant-demo");
    let knows_host = platform.release == Release::V0_41;
    let look = |space: &Workspace, address: &str| {
        assert_eq!(space.state(address, "ready"), true, "{address}");
        let namespace = space.state(address, "status_namespace");
        assert_eq!(
            namespace,
            owner.state("hikube_tenant.a", "status_namespace")
        );
        // 0.41 returns each namespace to every caller who requests it by name.
        assert_eq!(space.state(address, "status_host").is_string(), knows_host);
    };

    let reader = Workspace::named(platform, &owner.name);
    reader.log_in(platform, &above);
    let read = reader.write(&of("data")).apply().ok();
    read.omits("Permission denied: cannot read the credentials");
    look(&reader, "data.hikube_tenant.a");

    let importer = Workspace::named(platform, &owner.name);
    importer.log_in(platform, &above);
    let imports = ["a", "b"].map(|name| {
        format!("import {{\n  to = hikube_tenant.{name}\n  id = \"tenant-demo/NAME{name}\"\n}}\n")
    });
    importer.write(&(of("resource") + &imports.concat()));
    importer.apply().ok().says("2 imported");
    look(&importer, "hikube_tenant.a");
    importer.apply_with(&["-refresh-only"]).ok();
    look(&importer, "hikube_tenant.a");

    owner.destroy().ok();
    platform.assert_clean();
}

/// Only the platform's operator can set the host of a tenant, not the roles of a tenant.
#[test]
fn a_policy_is_distinguished_from_a_missing_permission() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Options {
        platform: Release::V1_6,
        ..Platform::quick()
    });
    let space = Workspace::on(&platform);
    let tenant = "resource \"hikube_tenant\" \"it\" {\n  name = \"NAME\"\n  \
                  host = \"shop.example.org\"\n}\n";
    let ran = space.write(tenant).apply().fails();
    ran.says("The API answered 403")
        .says("spec.host of a tenant may be set or changed only by administrators of the platform")
        .says("A policy of the platform refuses this for every role")
        .omits("This requires the");
    space.log_in(&platform, &Subject::platform());
    space.apply().ok().says("1 added");
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

/// An expired token is reported by plans, applies and destroys, and the state is kept.
#[test]
fn a_rejected_token_keeps_the_state() {
    if !standin_only() {
        return;
    }
    let platform = Platform::with(Platform::quick());
    let space = Workspace::on(&platform);
    space.write(&postgres("")).apply().ok();
    space.log_in(
        &platform,
        &Subject::new(Role::ServiceAccount, "tenant-gone"),
    );
    for ran in [space.try_plan(), space.apply(), space.destroy()] {
        ran.fails()
            .says("The API answered 401")
            .says("The API rejected the credentials")
            .says("download the kubeconfig again");
    }
    assert_eq!(space.objects(), 1);
    space
        .log_in(&platform, &demo(Role::ServiceAccount))
        .assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}
