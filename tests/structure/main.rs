//! Checks of the code structure: allowed dependencies, and file sizes. Reads the sources as text.

#![allow(clippy::unwrap_used, reason = "a failed assertion of a test may panic")]

mod graph;

use std::fs;
use std::path::{Path, PathBuf};

const LARGEST: usize = 500;

#[test]
fn the_wire_stays_in_protocol_and_plugin() {
    only_in(&["prost", "tonic"], &["src/protocol", "src/plugin"]);
}

#[test]
fn the_client_stays_in_api() {
    only_in(&["kube", "k8s_openapi"], &["src/api"]);
}

#[test]
fn the_api_does_not_depend_on_terraform() {
    for (path, text) in sources("src/api") {
        for module in [
            "value", "schema", "resource", "kinds", "app", "action", "function", "provider",
            "protocol",
        ] {
            let used = text.contains(&format!("crate::{module}"));
            assert!(!used, "{} uses crate::{module}", path.display());
        }
    }
}

#[test]
fn the_folder_module_does_not_depend_on_others() {
    for (path, text) in sources("src/folder") {
        assert!(!text.contains("crate::"), "{} uses a layer", path.display());
    }
}

#[test]
fn what_makes_texts_safe_stands_alone() {
    for (path, text) in sources("src/redaction") {
        for module in ["api", "plugin"] {
            let used = text.contains(&format!("crate::{module}"));
            assert!(!used, "{} uses crate::{module}", path.display());
        }
    }
}

#[test]
fn texts_leave_where_they_are_made_safe() {
    let ways = [
        (
            "stderr()",
            &["export/mod.rs", "plugin/arguments.rs", "plugin/panic.rs"][..],
        ),
        ("io::stderr,", &["plugin/log.rs"]),
        ("wire::Diagnostic {", &["protocol/convert.rs"]),
        ("FunctionError {", &["protocol/calls/function.rs"]),
    ];
    for (way, files) in ways {
        for (path, text) in sources("src") {
            let is_safe = files
                .iter()
                .any(|file| path.ends_with(file) && text.contains("redact("));
            assert!(
                is_safe || !text.contains(way),
                "{} uses {way}",
                path.display()
            );
        }
    }
}

#[test]
fn what_terraform_sends_is_decoded_where_its_secrets_are_held() {
    for (path, text) in sources("src/protocol") {
        let is_place = path.ends_with("convert.rs") && text.contains("hold_secrets(secrets(");
        for decoder in ["msgpack::decode", "json::from_slice", "json::decode"] {
            let used = text.contains(decoder);
            assert!(!used || is_place, "{} uses {decoder}", path.display());
        }
    }
}

#[test]
fn dependencies_point_down() {
    let layers = [
        "redaction",
        "value",
        "schema",
        "resource",
        "lifecycle",
        "kinds",
        "catalogue",
        "app",
        "function",
        "action",
        "provider",
        "protocol",
    ];
    for (height, layer) in layers.iter().enumerate() {
        for (path, text) in sources(&format!("src/{layer}")) {
            let is_test = path
                .components()
                .any(|part| part.as_os_str().to_string_lossy().starts_with("tests"));
            for above in layers.iter().skip(height + 1).filter(|_| !is_test) {
                let used = text.contains(&format!("crate::{above}::"));
                assert!(
                    !used,
                    "{} uses crate::{above}, a layer above",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn the_stand_in_and_the_provider_share_no_code() {
    for (path, text) in sources("standin") {
        assert!(
            !text.contains("hikube::"),
            "{} uses the provider",
            path.display()
        );
    }
}

#[test]
fn no_file_is_too_large_to_read() {
    for folder in ["src", "derive", "dev", "standin", "tests"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= LARGEST, "{} has {lines} lines", path.display());
        }
    }
}

fn only_in(crates: &[&str], folders: &[&str]) {
    let root = root();
    for (path, text) in sources("src") {
        if folders
            .iter()
            .any(|folder| path.starts_with(root.join(folder)))
        {
            continue;
        }
        for name in crates {
            assert!(!uses(&text, name), "{} uses {name}", path.display());
        }
    }
}

/// Whether a path starts with the crate's name: `kube::Api`, but not `hikube::api` or `crate::kube::x`.
fn uses(text: &str, name: &str) -> bool {
    text.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

/// The hand-written Rust files in a folder.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    let entries = fs::read_dir(folder).unwrap();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() && !path.ends_with("gen") && !path.ends_with("target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
