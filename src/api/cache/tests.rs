use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use http::Uri;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::api::scripted::scripted;
use crate::api::{JsonSchema, openapi};

const SERVER: &str = "https://a.example:6443";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn schemas(kind: &str) -> Schemas {
    Schemas::from([(kind.to_owned(), Arc::new(JsonSchema::default()))])
}

/// The only file there is.
fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].path()
}

#[test]
fn what_is_kept_is_found_by_its_server_and_hash_alone() {
    let base = folder();
    let folder = base.path().join("cache");
    store(&folder, SERVER, "../A1", &schemas("Bucket"));
    assert_eq!(load(&folder, SERVER, "../A1"), Some(schemas("Bucket")));
    assert_eq!(load(&folder, SERVER, "A1"), None);
    assert_eq!(load(&folder, "https://b.example:6443", "../A1"), None);
    store(&folder, SERVER, "B2", &schemas("Tenant"));
    assert_eq!(load(&folder, SERVER, "B2"), Some(schemas("Tenant")));
    assert_eq!(load(&folder, SERVER, "../A1"), None);
    only_file(&folder);
}

#[test]
fn what_was_kept_of_another_server_is_refused_under_this_ones_name() {
    let base = folder();
    let folder = base.path().join("cache");
    let other = "https://b.example";
    store(&folder, other, "A1", &schemas("Bucket"));
    fs::rename(folder.join(file(other)), folder.join(file(SERVER))).unwrap();
    assert_eq!(load(&folder, SERVER, "A1"), None);
}

#[test]
fn what_cannot_be_kept_or_read_is_as_if_it_were_not_there() {
    let base = folder();
    fs::write(base.path().join(file(SERVER)), "{").unwrap();
    assert_eq!(load(base.path(), SERVER, "A1"), None);
    let taken = base.path().join(file(SERVER));
    store(&taken, SERVER, "B2", &schemas("Bucket"));
    assert_eq!(load(&taken, SERVER, "B2"), None);
    store(base.path(), SERVER, "C3", &Schemas::new());
    assert_eq!(load(base.path(), SERVER, "C3"), None);
}

#[test]
fn what_is_too_large_is_not_kept() {
    let base = folder();
    let folder = base.path().join("cache");
    let large = "x".repeat(usize::try_from(LARGEST).unwrap());
    store(&folder, SERVER, &large, &schemas("Bucket"));
    assert!(!folder.exists());
}

proptest! {
    /// A file of which any byte is another one is not believed, and neither is a part of it.
    #[test]
    fn a_damaged_file_is_not_believed(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let base = folder();
        let folder = base.path().join("cache");
        store(&folder, SERVER, "A1", &schemas("Bucket"));
        let path = only_file(&folder);
        let whole = fs::read(&path)?;
        let at = at.index(whole.len());
        fs::write(&path, &whole[..at])?;
        prop_assert_eq!(load(&folder, SERVER, "A1"), None);
        let mut damaged = whole.clone();
        damaged[at] = byte;
        fs::write(&path, &damaged)?;
        let loaded = load(&folder, SERVER, "A1");
        prop_assert_eq!(loaded.is_some(), damaged == whole);
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_not_used_and_the_file_is_private() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let base = folder();
    let (folder, link) = (base.path().join("cache"), base.path().join("link"));
    store(&folder, SERVER, "A1", &schemas("Bucket"));
    let path = only_file(&folder);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
        0o700
    );
    symlink(&folder, &link).unwrap();
    assert_eq!(load(&link, SERVER, "A1"), None);
    store(&link, "https://c.example", "A1", &schemas("Bucket"));
    only_file(&folder);
    let moved = base.path().join("moved");
    fs::rename(&path, &moved).unwrap();
    symlink(&moved, &path).unwrap();
    assert_eq!(load(&folder, SERVER, "A1"), None);
    fs::remove_file(&path).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(pipe.unwrap().success());
    assert_eq!(load(&folder, SERVER, "A1"), None);
    store(&folder, SERVER, "A1", &schemas("Bucket"));
    assert_eq!(load(&folder, SERVER, "A1"), Some(schemas("Bucket")));
}

/// A server whose description of a bucket has this one field, under a hash of its choice.
fn answers(field: &'static str) -> impl Fn(&str, &Uri) -> (u16, Option<Json>) {
    let group = "apis/apps.cozystack.io/v1alpha1";
    move |_, uri| {
        let url = format!("/openapi/v3/{group}?hash=SAME");
        let entry = json!({ "serverRelativeURL": url });
        let spec = json!({ "properties": { field: { "type": "string" } } });
        let definition = json!({
            "properties": { "spec": spec },
            "x-kubernetes-group-version-kind": [{ "kind": "Bucket" }],
        });
        let body = if uri.path() == "/openapi/v3" {
            json!({ "paths": { group: entry } })
        } else {
            json!({ "components": { "schemas": { "Bucket": definition } } })
        };
        (200, Some(body))
    }
}

/// A field that is no longer there is one to delete, or an object to replace.
#[tokio::test]
async fn a_server_cannot_speak_for_another_one_by_announcing_its_hash() {
    let base = folder();
    let folder = base.path().join("cache");
    for (address, field) in [
        ("https://a.example", "theirs"),
        ("https://b.example", "ours"),
        ("https://a.example", "theirs"),
    ] {
        let client = scripted(answers(field)).at(address);
        let fetched = openapi::fetch(client, Some(&folder)).await.unwrap();
        let fields: Vec<_> = fetched["Bucket"].properties.keys().collect();
        assert_eq!(fields, [field], "{address}");
    }
    // Of the same server it is kept.
    let client = scripted(answers("other")).at("https://b.example");
    let fetched = openapi::fetch(client, Some(&folder)).await.unwrap();
    assert!(fetched["Bucket"].properties.contains_key("ours"));
}
