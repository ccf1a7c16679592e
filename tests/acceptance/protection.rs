//! Protection of data: data loss in a plan is a warning, protected objects are kept, and attached disks are not
//! deleted.

use std::fs;
use std::time::Duration;

use crate::harness::{Platform, Workspace, block, on_each_release};

on_each_release!(
    a_removed_database_is_a_warning_and_can_be_refused,
    a_protected_object_is_kept_until_protection_is_disabled,
    the_provider_protects_resources_without_a_setting,
    a_replacement_with_create_before_destroy_ends,
    a_disk_in_use_is_not_deleted,
    disks_deleted_together_are_checked_by_one_list,
    a_disk_is_replaced_with_its_machine,
    a_cluster_without_etcd_is_a_warning,
);

const POSTGRES: &str = "hikube_postgres.it";

fn a_removed_database_is_a_warning_and_can_be_refused(platform: &Platform) {
    let space = Workspace::on(platform);
    let two = "databases = { shop = {}, crm = {} }";
    space.write(&block("postgres", two)).apply().ok();
    let one = "databases = { shop = {} }";
    let plan = space.write(&block("postgres", one)).plan();
    plan.updates(POSTGRES, &["databases.crm"]);
    plan.ran
        .says("Database will be dropped")
        .says("deletes the database `crm` and its data");
    let protected = format!("{one}\n  deletion_protection = true");
    space.write(&block("postgres", &protected));
    space
        .try_plan()
        .fails()
        .says("Deletion protection: cannot change PostgreSQL database")
        .says("the database `crm` and its data");
    assert!(platform.api.spec("postgreses", &space.name)["databases"]["crm"].is_object());
    let freed = format!("{one}\n  deletion_protection = false");
    space.write(&block("postgres", &freed)).apply().ok();
    space.assert_settled();
    space.destroy().ok();
    platform.assert_clean();
}

fn a_protected_object_is_kept_until_protection_is_disabled(platform: &Platform) {
    let space = Workspace::on(platform);
    let protected = "deletion_protection = true";
    space.write(&block("postgres", protected)).apply().ok();
    space.assert_settled();
    space
        .destroy()
        .fails()
        .says("Deletion protection: cannot destroy PostgreSQL database")
        .says("set `deletion_protection = false` on this resource, apply, then destroy it");
    // It is also kept when its block is removed.
    space.write("").try_plan().fails().says("restore the block");
    let moved = format!("{protected}\n  storage_class = \"local\"");
    space.write(&block("postgres", &moved));
    space
        .try_plan()
        .fails()
        .says("cannot replace PostgreSQL database")
        .says("`storage_class`");
    space.write(&block("postgres", protected));
    let replace = [
        "plan",
        "-replace=hikube_postgres.it",
        "-input=false",
        "-no-color",
    ];
    space
        .run(&replace)
        .fails()
        .says("cannot replace PostgreSQL database");
    // The protection can be disabled in the same plan.
    let moved = "deletion_protection = false\n  storage_class = \"local\"";
    space.write(&block("postgres", moved));
    space.plan().replaces(POSTGRES);
    space.apply_plan().ok();
    // A change of only the protection sends no request.
    let writes = platform.standin.as_ref().map(|_| platform.api.writes());
    let protected = "deletion_protection = true\n  storage_class = \"local\"";
    space.write(&block("postgres", protected));
    let plan = space.plan();
    plan.updates(POSTGRES, &["deletion_protection"])
        .knows(POSTGRES, "ready");
    space.apply_plan().ok();
    space.write(&block("postgres", moved)).apply().ok();
    let after = platform.standin.as_ref().map(|_| platform.api.writes());
    assert_eq!(after, writes);
    space.destroy().ok();
    platform.assert_clean();
}

fn the_provider_protects_resources_without_a_setting(platform: &Platform) {
    let space = Workspace::on(platform);
    let provider = |protection: &str| {
        format!(
            "provider \"hikube\" {{\n  kubeconfig_path = \"{}\"\n  {protection}\n}}\n",
            space.path("kubeconfig").display()
        )
    };
    let on = provider("deletion_protection = true");
    space.write_with(&on, &block("bucket", "")).apply().ok();
    space
        .destroy()
        .fails()
        .says("is `true` in the provider configuration");
    let freed = block("bucket", "deletion_protection = false");
    space.write_with(&on, &freed).apply().ok();
    space.destroy().ok();
    space.write_with(&on, &block("bucket", "")).apply().ok();
    space.write_with(&provider(""), &block("bucket", ""));
    space.destroy().ok();
    platform.assert_clean();
}

/// The state of the old object still has the protection when Terraform destroys it.
fn a_replacement_with_create_before_destroy_ends(platform: &Platform) {
    let space = Workspace::on(platform);
    let bucket = |suffix: &str, protection: bool| {
        format!(
            "resource \"hikube_bucket\" \"it\" {{\n  name = \"NAME{suffix}\"\n  \
             deletion_protection = {protection}\n  lifecycle {{\n    create_before_destroy = true\n  }}\n}}\n"
        )
    };
    space.write(&bucket("", true)).apply().ok();
    space.write(&bucket("b", true)).try_plan().fails();
    space
        .write(&bucket("b", false))
        .apply()
        .ok()
        .says("1 added")
        .says("1 destroyed");
    space.destroy().ok();
    platform.assert_clean();
}

fn machine(disks: &str) -> String {
    format!("resource \"hikube_vm\" \"it\" {{\n  name = \"NAME\"\n  disks = [{disks}]\n}}\n")
}

fn a_disk_in_use_is_not_deleted(platform: &Platform) {
    let space = Workspace::on(platform);
    let disk = block("vm_disk", "");
    let referring = machine("{ name = hikube_vm_disk.it.name }");
    space.write(&format!("{disk}{referring}")).apply().ok();
    space.destroy().ok().says("2 destroyed");
    // Without the reference both are deleted concurrently, and the disk waits for the machine's deletion.
    let naming = machine("{ name = \"NAME\" }")
        .replace("  disks", "  depends_on = [hikube_vm_disk.it]\n  disks");
    space.write(&format!("{disk}{naming}")).apply().ok();
    space.write(&machine("{ name = \"NAME\" }"));
    space
        .apply()
        .fails()
        .says("it is in use")
        .says(&format!("virtual machine `{}`", space.name))
        .says("hikube_vm_disk.NAME.name");
    assert!(platform.api.get("vmdisks", &space.name).is_some());
    space.write(&format!("{disk}{}", machine("{ name = \"NAME\" }")));
    space.apply().ok();
    let ran = space.destroy().ok().says("2 destroyed");
    assert!(ran.took < Duration::from_secs(60));
    platform.assert_clean();
}

fn disks_deleted_together_are_checked_by_one_list(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(
        "resource \"hikube_vm_disk\" \"it\" {\n  count = 8\n  name = \"NAME-${count.index}\"\n}\n",
    );
    space.apply().ok();
    let before = platform
        .standin
        .as_ref()
        .map(|_| platform.api.requests("list", "vminstances"));
    space.destroy().ok().says("8 destroyed");
    if let Some(before) = before {
        let lists = platform.api.requests("list", "vminstances") - before;
        assert!((1..=2).contains(&lists), "{lists} lists");
    }
    platform.assert_clean();
}

fn a_disk_is_replaced_with_its_machine(platform: &Platform) {
    let space = Workspace::on(platform);
    let configuration = |class: &str| {
        let triggered = "  lifecycle {\n    replace_triggered_by = [hikube_vm_disk.it]\n  }\n}\n";
        let machine = machine("{ name = hikube_vm_disk.it.name }");
        let machine = format!("{}{triggered}", machine.trim_end_matches("}\n"));
        let disk = block("vm_disk", &format!("storage_class = \"{class}\""));
        format!("{disk}{machine}")
    };
    space.write(&configuration("replicated")).apply().ok();
    let plan = space.write(&configuration("local")).plan();
    plan.replaces("hikube_vm_disk.it").replaces("hikube_vm.it");
    plan.ran.says("replace_triggered_by");
    space.apply_plan().ok();
    space.destroy().ok();
    platform.assert_clean();
}

fn a_cluster_without_etcd_is_a_warning(platform: &Platform) {
    let cluster = block("kubernetes", "wait_for = \"none\"");
    if platform.standin.is_some() {
        let space = Workspace::on(platform);
        space
            .write(&cluster)
            .plan()
            .ran
            .omits("No etcd for Kubernetes cluster");
    }
    let Some(bare) = platform.altered(|options| options.etcd_required = true) else {
        return;
    };
    let space = Workspace::on(&bare);
    space
        .write(&cluster)
        .plan()
        .ran
        .says("No etcd for Kubernetes cluster")
        .says("Set `etcd = true` on the `hikube_tenant`");
    let elsewhere = block("kubernetes", "namespace = \"tenant-nowhere\"");
    let ran = space.write(&elsewhere).plan().ran;
    ran.omits("No etcd for");
    assert!(fs::metadata(space.path("plan")).is_ok());
}
