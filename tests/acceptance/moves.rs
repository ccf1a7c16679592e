//! `moved` blocks for the states of other providers (`moves/`), and the guide about them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::{Platform, Workspace, snippets, standin_only};

/// The states contain manifests of this release.
mod on_1_6 {
    use crate::harness::on_release;

    on_release!(moved_as_the_guide_says, the_guide_holds, V1_6);
    on_release!(moved_every_kind, every_kind_is_taken_over, V1_6);
    on_release!(moved_without_a_refresh, it_needs_no_refresh, V1_6);
    on_release!(refused, what_does_not_fit_is_refused, V1_6);
    on_release!(empty_fields, what_configures_nothing_is_not_moved, V1_6);
    on_release!(from_cozystack, what_cozystack_created_is_taken_over, V1_6);
    on_release!(
        replaced,
        a_virtual_machine_is_refused_with_its_imports,
        V1_6
    );
}

/// The files with states, and the provider that wrote each.
const SOURCES: [(&str, &str); 3] = [
    ("kubernetes_manifest", "hashicorp/kubernetes"),
    ("gavinbunney_kubectl_manifest", "gavinbunney/kubectl"),
    ("alekc_kubectl_manifest", "alekc/kubectl"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The resources with these names in a provider's state, adapted to this platform.
fn samples(file: &str, names: &[&str], platform: &Platform) -> Vec<Value> {
    let path = folder().join(format!("tests/acceptance/moves/{file}.json"));
    let text = fs::read_to_string(path).expect("a sample");
    let text = text.replace("tenant-demo", &platform.api.namespace);
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let all = file["resources"].as_array().expect("resources").iter();
    let found: Vec<Value> = all
        .filter(|one| names.iter().any(|name| one["name"] == *name))
        .cloned()
        .collect();
    assert_eq!(found.len(), names.len(), "{names:?}");
    found
}

/// Creates the object of the state, with a label set by another client.
fn make(platform: &Platform, resource: &Value) {
    let attributes = &resource["instances"][0]["attributes"];
    let object: Value = match attributes["yaml_body"].as_str() {
        Some(yaml) => serde_saphyr::from_str(yaml).expect("YAML"),
        None => attributes["manifest"]["value"].clone(),
    };
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let kind = text(&object["kind"]);
    let plural = match kind.as_str() {
        "Postgres" => "postgreses".to_owned(),
        "Kubernetes" => "kuberneteses".to_owned(),
        kind => format!("{}s", kind.to_lowercase()),
    };
    let (name, labels) = (
        text(&object["metadata"]["name"]),
        &object["metadata"]["labels"],
    );
    platform.api.create(&plural, &kind, &name, &object["spec"]);
    platform.api.edit(&plural, &name, |shown| {
        for (key, value) in labels.as_object().into_iter().flatten() {
            shown["metadata"]["labels"][key] = value.clone();
        }
        let annotations = &object["metadata"]["annotations"];
        if annotations.is_object() {
            shown["metadata"]["annotations"] = annotations.clone();
        }
    });
}

/// A workspace with a state of these resources, and a stand-in for their provider.
fn workspace(platform: &Platform, source: &str, resources: &[Value]) -> Workspace {
    let space = Workspace::on(platform);
    space.install(&["hikube/hikube", source]);
    let state = json!({
        "version": 4, "terraform_version": "1.8.0", "serial": 1, "outputs": {}, "resources": resources,
        "lineage": "6b8bfb1e-6f1c-4d4c-9c5e-0d8b3a4f7c21",
    });
    fs::write(space.path("terraform.tfstate"), state.to_string()).expect("a state");
    space
}

/// Applies a plan that only moves resources, after which plans are empty: with and without the `moved` blocks, and
/// without the source provider.
#[track_caller]
fn moves_only(platform: &Platform, space: &Workspace, moved: &str, resources: &str) -> String {
    let writes = platform.api.writes();
    let plan = space.write(&format!("{moved}{resources}")).plan();
    plan.touches_only(&[]);
    let text = plan.ran.flat.clone();
    assert!(
        text.contains("0 to add, 0 to change, 0 to destroy"),
        "{text}"
    );
    space.apply_plan().ok();
    space.assert_settled();
    space.install(&["hikube/hikube"]);
    space.write(resources).assert_settled();
    assert_eq!(platform.api.writes(), writes, "something was written");
    text
}

/// The guide's manifest in each provider's state becomes the guide's resource.
fn moved_as_the_guide_says(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let guide = fs::read_to_string(folder().join("docs/guides/migrating-from-manifests.md"));
    let guide = guide
        .expect("the guide")
        .replace("tenant-acme", &platform.api.namespace);
    let blocks = snippets(&guide, "terraform");
    let holding = |text: &str| blocks.iter().find(|block| block.starts_with(text));
    let variables = "variable \"password\" {\n  default = \"a made-up password\"\n}\n\
                     variable \"s3_secret_key\" {\n  default = \"a made-up key\"\n}\n";
    let resource = holding("resource \"hikube_postgres\" \"shop\"").expect("the resource");
    let resources = format!("{variables}{resource}");
    let moved = holding("moved {").expect("the move");
    let shown = snippets(&guide, "text").concat();
    for (file, source) in SOURCES {
        let found = samples(file, &["shop"], platform);
        make(platform, &found[0]);
        let space = workspace(platform, source, &found);
        let theirs = found[0]["type"].as_str().expect("a type");
        let moved = moved.replace("kubernetes_manifest", theirs);
        let said = moves_only(platform, &space, &moved, &resources);
        let lines = shown
            .lines()
            .filter(|line| !line.contains("unchanged attributes"));
        for line in lines.filter(|line| line.trim().len() > 1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let line = words.join(" ").replace("kubernetes_manifest", theirs);
            assert!(said.contains(&line), "no {line:?} in {said}");
        }
        space.destroy().ok();
        platform.assert_clean();
    }
}

/// The typed configurations of the samples.
const TYPED: &str = include_str!("moves/typed.tf");

/// `hashicorp/kubernetes` marked the cluster as tainted, as it does on release 1.6. A move keeps that, and `untaint`
/// removes it.
fn moved_every_kind(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let names = ["postgres", "bucket", "tenant", "vm", "kubernetes"];
    for (file, source) in SOURCES {
        let found = samples(file, &names, platform);
        for resource in &found {
            make(platform, resource);
        }
        let mut space = workspace(platform, source, &found);
        let theirs = found[0]["type"].as_str().expect("a type");
        let moves = names.map(|name| {
            format!("moved {{\n  from = {theirs}.{name}\n  to = hikube_{name}.{name}\n}}\n")
        });
        let moves = moves.concat();
        if source == "hashicorp/kubernetes" {
            space.variables = vec![("TF_VAR_said".into(), "false".into())];
            let plan = space.write(&format!("{moves}{TYPED}")).plan();
            let cluster = "hikube_kubernetes.kubernetes";
            plan.replaces(cluster).touches_only(&[cluster]);
            let old = format!("{theirs}.kubernetes");
            space.run(&["untaint", "-no-color", &old]).ok();
        }
        moves_only(platform, &space, &moves, TYPED);
        space.destroy().ok();
        platform.assert_clean();
    }
}

fn refused(platform: &Platform) {
    let found = samples("kubernetes_manifest", &["postgres"], platform);
    let space = workspace(platform, "hashicorp/kubernetes", &found);
    let moved = "moved {\n  from = kubernetes_manifest.postgres\n  to = hikube_bucket.it\n}\n\
                 resource \"hikube_bucket\" \"it\" {\n  name = \"sample\"\n}\n";
    let ran = space.write(moved).try_plan().fails();
    ran.says("Could not move the resource")
        .says("`hikube_bucket` is for a `Bucket`. Move it to a `hikube_postgres`.");
}

/// Without a refresh, the state equals the manifest. (For a resource with sensitive attributes, Terraform then plans an
/// update, only because of their sensitivity.)
fn moved_without_a_refresh(platform: &Platform) {
    let found = samples("kubernetes_manifest", &["tenant"], platform);
    let space = workspace(platform, "hashicorp/kubernetes", &found);
    let moved = "moved {\n  from = kubernetes_manifest.tenant\n  to = hikube_tenant.it\n}\n\
                 resource \"hikube_tenant\" \"it\" {\n  name = \"sample\"\n  ingress = true\n  \
                 resource_quotas = { cpu = 4, memory = \"8Gi\" }\n}\n";
    space.write(moved);
    let unread = ["plan", "-refresh=false", "-input=false", "-no-color"];
    let ran = space.run(&unread).ok();
    ran.says("has moved to hikube_tenant.it")
        .says("0 to add, 0 to change, 0 to destroy");
}

/// A resource of another provider in a state.
fn stated(provider: &str, type_name: &str, name: &str, attributes: &Value) -> Value {
    json!({
        "mode": "managed", "type": type_name, "name": name,
        "provider": format!("provider[\"registry.terraform.io/{provider}\"]"),
        "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
    })
}

/// A manifest with all fields, as written by tools.
fn empty_fields(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let spec = json!({
        "source": {}, "optical": false, "storage": "5Gi", "storageClass": "",
    });
    let object = json!({
        "apiVersion": "apps.cozystack.io/v1alpha1", "kind": "VMDisk",
        "metadata": {"name": "sample", "namespace": platform.api.namespace}, "spec": spec,
    });
    platform.api.create("vmdisks", "VMDisk", "sample", &spec);
    let state = json!({
        "yaml_body": object.to_string(), "kind": "VMDisk", "api_version": "apps.cozystack.io/v1alpha1",
        "namespace": platform.api.namespace, "name": "sample",
    });
    let found = [stated("alekc/kubectl", "kubectl_manifest", "it", &state)];
    let space = workspace(platform, "alekc/kubectl", &found);
    let moved = "moved {\n  from = kubectl_manifest.it\n  to = hikube_vm_disk.it\n}\n";
    // `source` is not set; the other attributes are set to their defaults.
    let resource = "resource \"hikube_vm_disk\" \"it\" {\n  name = \"sample\"\n  optical = false\n  \
                    storage = \"5Gi\"\n  storage_class = \"\"\n}\n";
    moves_only(platform, &space, moved, resource);
    space.destroy().ok();
    platform.assert_clean();
}

/// That provider stores defaults and computed values.
fn from_cozystack(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let place = json!({
        "id": format!("{}/sample", platform.api.namespace), "name": "sample",
        "namespace": platform.api.namespace, "ready": true, "chart_version": "0.1.0",
        "wait_for_ready": true, "wait_timeout": "15m",
    });
    let with = |attributes: Value| {
        let mut all = place.clone();
        let fields = all.as_object_mut().expect("an object");
        fields.extend(attributes.as_object().expect("an object").clone());
        all
    };
    let users = json!({"app": {"readonly": false}, "report": {"readonly": true}});
    let bucket = with(json!({
        "locking": false, "storage_pool": "", "users": users,
        "credentials": {"app": {"access_key": "a", "secret_key": "a made-up one"}},
    }));
    let disk = with(json!({
        "optical": false, "storage": "20Gi", "storage_class": "replicated",
        "source": {"disk": null, "http": null, "image": {"name": "ubuntu"}},
    }));
    let spec = json!({"locking": false, "storagePool": "", "users": users});
    platform.api.create("buckets", "Bucket", "sample", &spec);
    let spec = json!({"storage": "20Gi", "storageClass": "replicated", "optical": false, "source": {"image": {"name": "ubuntu"}}});
    platform.api.create("vmdisks", "VMDisk", "sample", &spec);
    let source = "cozystack/cozystack";
    let found = [
        stated(source, "cozystack_bucket", "it", &bucket),
        stated(source, "cozystack_vmdisk", "it", &disk),
    ];
    let space = workspace(platform, source, &found);
    let moved = "moved {\n  from = cozystack_bucket.it\n  to = hikube_bucket.it\n}\n\
                 moved {\n  from = cozystack_vmdisk.it\n  to = hikube_vm_disk.it\n}\n";
    let resources = "resource \"hikube_bucket\" \"it\" {\n  name = \"sample\"\n  \
                     users = {\n    app = { readonly = false }\n    report = { readonly = true }\n  }\n}\n\
                     resource \"hikube_vm_disk\" \"it\" {\n  name = \"sample\"\n  storage = \"20Gi\"\n  \
                     source = { image = { name = \"ubuntu\" } }\n}\n";
    moves_only(platform, &space, moved, resources);
    space.destroy().ok();
    platform.assert_clean();
}

/// The kind in the documentation of Hikube, which was removed in platform 1.0.
fn replaced(platform: &Platform) {
    let namespace = &platform.api.namespace;
    let state = json!({
        "yaml_body": "spec: {systemDisk: {image: ubuntu, storage: 5Gi}}", "kind": "VirtualMachine",
        "api_version": "apps.cozystack.io/v1alpha1", "namespace": namespace, "name": "web",
    });
    let source = "gavinbunney/kubectl";
    let found = [stated(source, "kubectl_manifest", "web", &state)];
    let space = workspace(platform, source, &found);
    let moved = "moved {\n  from = kubectl_manifest.web\n  to = hikube_vm.web\n}\n\
                 resource \"hikube_vm\" \"web\" {\n  name = \"web\"\n}\n";
    let ran = space.write(moved).try_plan().fails();
    let id = format!("id = \"{namespace}/web\"");
    ran.says("a kind that platform 1.0 removed")
        .says("from = kubectl_manifest.NAME")
        .says(&format!("to = hikube_vm.NAME {id}"))
        .says(&format!("to = hikube_vm_disk.NAME {id}"));
}
