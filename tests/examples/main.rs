//! The examples are formatted and valid. Complete configurations are applied, have an empty plan afterwards, and can be
//! imported.

#[path = "../acceptance/harness/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the harness has what the acceptance tests need as well"
)]
mod harness;

use std::fs;
use std::path::{Path, PathBuf};

use hikube_standin::Release;

use harness::{
    Platform, Workspace, is_opentofu, minor_version, on_each_release, snippets, without_others,
};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// All folders with a configuration.
fn configurations(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let entries: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let is_one = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "tf");
    let mut found = Vec::new();
    if entries.iter().any(is_one) {
        found.push(folder.to_owned());
    }
    let folders = entries.iter().filter(|path| path.is_dir());
    found.extend(folders.flat_map(|folder| configurations(folder)));
    found
}

/// Copies the configuration of a folder.
fn copy(from: &Path, to: &Workspace) {
    for entry in fs::read_dir(from).expect("a folder") {
        let file = entry.expect("an entry").path();
        if file.extension().is_some_and(|extension| extension == "tf") {
            let name = file
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let text = fs::read_to_string(&file).expect("an example");
            fs::write(to.path(&name), without_others(&text)).expect("a copy");
        }
    }
}

#[test]
fn are_formatted() {
    let folder = examples().display().to_string();
    let space = Workspace::without_platform();
    let ran = space.run(&["fmt", "-check", "-diff", "-recursive", &folder]);
    assert_eq!(ran.code, Some(0), "{}", ran.text);
}

/// The examples in the guides are formatted and valid HCL.
#[test]
fn guides_are_formatted() {
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides");
    let space = Workspace::without_platform();
    let mut count = 0;
    for entry in fs::read_dir(guides).expect("guides") {
        let page = fs::read_to_string(entry.expect("an entry").path()).expect("a page");
        for snippet in snippets(&page, "terraform") {
            count += 1;
            fs::write(space.path(&format!("{count}.tf")), snippet).expect("a snippet");
        }
    }
    assert!(count >= 6, "{count} snippets");
    let ran = space.run(&["fmt", "-check", "-diff"]);
    assert_eq!(ran.code, Some(0), "{}", ran.text);
}

/// Whether the binary under test has actions: Terraform 1.14 or later. Other versions cannot read the blocks.
fn has_actions() -> bool {
    !is_opentofu() && minor_version() >= 14
}

#[test]
fn are_valid() {
    let all = configurations(&examples());
    assert!(all.len() >= 19, "{all:?}");
    let has_actions = has_actions();
    for folder in all {
        if folder.starts_with(examples().join("actions")) && !has_actions {
            continue;
        }
        let space = Workspace::without_platform();
        copy(&folder, &space);
        let messages = space.validate();
        let errors: Vec<_> = messages
            .iter()
            .filter(|one| one["severity"] == "error")
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", folder.display());
    }
}

/// A workspace with an example, connected by environment variables.
fn of(platform: &Platform, example: &str, settings: &str) -> Workspace {
    let mut space = Workspace::without_platform();
    copy(&examples().join(example), &space);
    let kubeconfig = space.path("kubeconfig");
    fs::write(&kubeconfig, &platform.kubeconfig).expect("a kubeconfig");
    fs::write(space.path("terraform.tfvars"), settings).expect("variables");
    space.variables = vec![("KUBECONFIG".into(), kubeconfig.display().to_string())];
    space
}

on_each_release!(hikube_docs);

/// The configuration of Hikube's documentation: applies, has an empty plan, and so has an import of each object.
fn hikube_docs(platform: &Platform) {
    let settings = "ssh_public_key = \"ssh-ed25519 AAAA ops@example.org\"\npostgres_password = \"long enough\"\n";
    let ours = of(platform, "hikube-docs", settings);
    ours.apply().ok().says("6 added");
    ours.assert_settled();
    let imports = [
        ("hikube_kubernetes.main", "terraform-cluster"),
        ("hikube_vm_disk.app", "terraform-vm"),
        ("hikube_vm.app", "terraform-vm"),
        ("hikube_vm_disk.gpu", "gpu-vm"),
        ("hikube_vm.gpu", "gpu-vm"),
        ("hikube_postgres.app", "terraform-postgres"),
    ];
    let imports = imports.map(|(to, name)| {
        format!(
            "import {{\n  to = {to}\n  id = \"{}/{name}\"\n}}\n",
            platform.api.namespace
        )
    });
    let theirs = of(platform, "hikube-docs", settings);
    fs::write(theirs.path("imports.tf"), imports.concat()).expect("imports");
    theirs
        .apply()
        .ok()
        .says("6 imported, 0 added, 0 changed, 0 destroyed");
    theirs.assert_settled();
    ours.destroy().ok();
    platform.assert_clean();
}

/// The first configuration of the README and of the provider's page works unchanged, with the kubeconfig at its path.
#[test]
fn first_configurations_can_be_pasted() {
    let Some(platform) = Platform::start(Release::V1_6) else {
        return;
    };
    for page in ["README.md", "docs/index.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page));
        let text = text.expect("a page");
        let first = snippets(&text, "terraform").into_iter().next();
        let first = first.expect("a configuration");
        // The tenant's name is a placeholder.
        let first = first.replace("tenant-acme", &platform.api.namespace);
        let space = Workspace::without_platform();
        fs::write(space.path("main.tf"), &first).expect("main.tf");
        fs::create_dir_all(space.home().join(".kube")).expect("a folder");
        fs::write(space.home().join(".kube/hikube.yaml"), &platform.kubeconfig)
            .expect("a kubeconfig");
        let ran = space.run(&["fmt", "-check", "-diff"]);
        assert_eq!(ran.code, Some(0), "{page}: {}", ran.text);
        space.apply().ok();
        space.assert_settled();
        space.destroy().ok();
    }
    platform.assert_clean();
}

/// The first step of `make demo`.
#[test]
fn quickstart() {
    let Some(platform) = Platform::start(Release::V1_6) else {
        return;
    };
    let settings = format!("namespace = \"{}\"\n", platform.api.namespace);
    let space = of(&platform, "quickstart", &settings);
    space.apply().ok().says("4 added");
    space.assert_settled();
    assert_eq!(space.output("ready")["postgres"], true);
    space.destroy().ok();
    platform.assert_clean();
}
