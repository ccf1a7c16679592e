//! Existing objects are imported by ID, by name and by identity, with written and with generated configuration, and are
//! not changed.

use std::fs;

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, block, minor_version, on_each_release};

on_each_release!(
    each_kind_is_imported_by_id_and_by_name,
    a_configuration_is_generated_that_plans_nothing,
    a_generated_configuration_lacks_secrets,
    each_kind_has_an_identity,
    what_is_imported_can_be_used_at_once,
);

const KINDS: [&str; 6] = [
    "tenant",
    "kubernetes",
    "vm",
    "vm_disk",
    "postgres",
    "bucket",
];

/// An object of each kind, with some values other than the platform's defaults.
fn all(release: Release) -> String {
    let bucket = match release {
        Release::V0_41 => "labels = { team = \"shop\" }",
        _ => "users = {\n app = {}\n cdn = { readonly = true }\n }",
    };
    KINDS
        .map(|kind| {
            let attributes = match kind {
                "tenant" => "etcd = true\n resource_quotas = { cpu = 8, memory = \"16Gi\" }",
                "kubernetes" => {
                    "version = \"v1.32\"\n node_groups = {\n workers = { min_replicas = 1, \
                     max_replicas = 4 }\n }"
                }
                "vm" => {
                    "instance_type = \"u1.large\"\n external = true\n external_ports = [443, 22]\n \
                     ssh_keys = [\"ssh-ed25519 AAAA a\"]\n disks = [{ name = \"NAME\" }]\n \
                     depends_on = [hikube_vm_disk.it]"
                }
                "vm_disk" => "storage = \"10Gi\"\n source = { image = { name = \"ubuntu-2404\" } }",
                "postgres" => {
                    "replicas = 3\n users = { app = {} }\n \
                     databases = {\n shop = { roles = { admin = [\"app\"] } }\n }"
                }
                _ => bucket,
            };
            block(kind, attributes)
        })
        .concat()
}

fn imports(place: &str) -> String {
    let blocks = KINDS.map(|kind| format!("import {{\n  to = hikube_{kind}.it\n  {place}\n}}\n"));
    blocks.concat()
}

/// Objects of all kinds, created from another workspace.
fn made(platform: &Platform) -> Workspace {
    let ours = Workspace::on(platform);
    ours.write(&all(platform.release))
        .apply()
        .ok()
        .says("6 added");
    ours
}

/// An import of the same configuration in another workspace changes nothing.
fn imported(platform: &Platform, ours: &Workspace, place: &str) -> Workspace {
    let theirs = Workspace::named(platform, &ours.name);
    theirs.write(&(all(platform.release) + &imports(place)));
    theirs.plan().touches_only(&[]);
    let ran = theirs.apply_plan().ok();
    ran.says("6 imported, 0 added, 0 changed, 0 destroyed");
    theirs.assert_settled();
    theirs
}

fn each_kind_is_imported_by_id_and_by_name(platform: &Platform) {
    let ours = made(platform);
    let namespace = &platform.api.namespace;
    imported(platform, &ours, &format!("id = \"{namespace}/NAME\""));
    imported(platform, &ours, "id = \"NAME\"");
    // With `terraform import`, which does not pass the configuration.
    let theirs = Workspace::named(platform, &ours.name);
    theirs.write(&all(platform.release));
    let import = |kind: &str, id: &str| {
        let address = format!("hikube_{kind}.it");
        theirs.run(&["import", "-input=false", "-no-color", &address, id])
    };
    let id = format!("{namespace}/{}", ours.name);
    import("postgres", &id).ok().says("Import successful");
    import("bucket", &ours.name).ok().says("Import successful");
    let ran = import("vm", &format!("{id}/x"))
        .fails()
        .says("Invalid import ID");
    ran.says("Use `namespace/name`, such as `tenant-acme/main`");
    let ran = import("vm", "none")
        .fails()
        .says("Cannot import non-existent");
    ran.says("hikube_vm.it");
    let plan = theirs.plan();
    plan.does("hikube_postgres.it", &["no-op"])
        .does("hikube_bucket.it", &["no-op"])
        .does("hikube_vm.it", &["create"]);
    ours.destroy().ok();
    platform.assert_clean();
}

/// `-generate-config-out`, for objects without secrets.
fn a_configuration_is_generated_that_plans_nothing(platform: &Platform) {
    let ours = made(platform);
    let theirs = Workspace::named(platform, &ours.name);
    let imports = imports("id = \"NAME\"");
    generate(&theirs, &imports).says("6 to import, 0 to add, 0 to change, 0 to destroy");
    let text = fs::read_to_string(theirs.path("generated.tf")).expect("a configuration");
    for name in ["id", "ready", "credentials", "endpoint"] {
        let mut lines = text.lines();
        let line = lines.find(|line| line.split_whitespace().next() == Some(name));
        assert_eq!(
            line, None,
            "in
{text}"
        );
    }
    let ran = theirs.apply_plan().ok();
    ran.says("6 imported, 0 added, 0 changed, 0 destroyed");
    theirs.assert_settled();
    ours.destroy().ok();
    platform.assert_clean();
}

/// Plans an import without a configuration.
fn generate(space: &Workspace, imports: &str) -> crate::harness::Ran {
    space.write(imports);
    let generate = "-generate-config-out=generated.tf";
    space
        .run(&["plan", "-input=false", "-no-color", "-out=plan", generate])
        .ok()
}

/// A configuration that uses the credentials of an imported object can be planned and applied at once.
fn what_is_imported_can_be_used_at_once(platform: &Platform) {
    let ours = Workspace::on(platform);
    let database = block("postgres", "users = { app = {} }");
    ours.write(&database).apply().ok();
    let theirs = Workspace::named(platform, &ours.name);
    let output = "output \"password\" {\n  sensitive = true\n  \
                  value = hikube_postgres.it.credentials[\"app\"].password\n}\n\
                  import {\n  to = hikube_postgres.it\n  id = \"NAME\"\n}\n";
    theirs.write(&(database + output)).apply().ok();
    let given = ours.state("hikube_postgres.it", "credentials");
    assert_eq!(theirs.output("password"), given["app"]["password"]);
    theirs.assert_settled();
    ours.destroy().ok();
    platform.assert_clean();
}

/// Secrets in a generated configuration are null, as the guide says: applying it unchanged would remove them. After
/// they are set, with the ordinary or the write-only attribute, the plan does not change them.
fn a_generated_configuration_lacks_secrets(platform: &Platform) {
    let ours = Workspace::on(platform);
    ours.write(
        &(block("postgres", "users = { app = { password = \"first one\" } }")
            + &block("vm", "cloud_init = \"#cloud-config\"")),
    );
    ours.apply().ok();
    let import = |kind: &str| format!("import {{\n  to = hikube_{kind}.it\n  id = \"NAME\"\n}}\n");
    let both = import("postgres") + &import("vm");
    let theirs = Workspace::named(platform, &ours.name);
    generate(&theirs, &both).says("2 to import, 0 to add, 2 to change, 0 to destroy");
    let file = theirs.path("generated.tf");
    let text = fs::read_to_string(&file).expect("a configuration");
    assert!(!text.contains("first one"), "{text}");
    let given = with(&text, "password", "\"first one\"");
    let given = with(&given, "cloud_init", "\"#cloud-config\"");
    fs::write(&file, given).expect("a configuration");
    theirs.plan().touches_only(&[]);
    let ran = theirs.apply_plan().ok();
    ran.says("2 imported, 0 added, 0 changed, 0 destroyed");
    theirs.assert_settled();

    let others = Workspace::named(platform, &ours.name);
    let database = block(
        "postgres",
        "users = { app = { password_wo = \"first one\", password_wo_version = 1 } }",
    );
    others.write(&(database + &import("postgres"))).plan();
    others.apply_plan().ok();
    let stored = platform.api.spec("postgreses", &ours.name);
    assert_eq!(stored["users"], json!({"app": {"password": "first one"}}));
    assert!(!others.state_file().to_string().contains("first one"));
    others.assert_settled();
    ours.destroy().ok();
    platform.assert_clean();
}

/// The configuration with this text instead of the null of an attribute.
fn with(configuration: &str, attribute: &str, text: &str) -> String {
    let mut found = false;
    let lines = configuration.lines().map(|line| {
        // Terraform aligns the equals signs, and adds a comment that the value is sensitive.
        let is_it = line.split_whitespace().take(3).eq([attribute, "=", "null"]);
        found |= is_it;
        if is_it {
            format!("{attribute} = {text}\n")
        } else {
            format!("{line}\n")
        }
    });
    let configuration: String = lines.collect();
    assert!(found, "no {attribute} = null in\n{configuration}");
    configuration
}

/// Terraform and OpenTofu support identities since 1.12. With earlier versions, everything else must work.
fn each_kind_has_an_identity(platform: &Platform) {
    let ours = made(platform);
    if minor_version() < 12 {
        ours.assert_settled();
        ours.destroy().ok();
        return platform.assert_clean();
    }
    let namespace = &platform.api.namespace;
    let identity = json!({"namespace": namespace, "name": ours.name});
    for place in [
        "identity = {\n    name = \"NAME\"\n  }".to_owned(),
        format!("identity = {{\n    name = \"NAME\"\n    namespace = \"{namespace}\"\n  }}"),
    ] {
        let theirs = imported(platform, &ours, &place);
        for kind in KINDS {
            let address = format!("hikube_{kind}.it");
            for space in [&ours, &theirs] {
                let state = space.instance(&address);
                assert_eq!(state["identity"], identity, "{address}: {state}");
                assert_eq!(state["identity_schema_version"], 0, "{address}");
            }
        }
    }
    ours.destroy().ok();
    platform.assert_clean();
}
