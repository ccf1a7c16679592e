use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use http::Uri;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::catalog::SchemaCatalog;
use super::super::json_schema::JsonSchema;
use super::*;
use crate::api::objects::ApiResource;
use crate::api::scripted::requester;

const SERVER: &str = "https://a.example:6443";
const GROUP: &str = "apis/a.example/v1";

fn key<'a>(server: &'a str, hash: &'a str) -> Key<'a> {
    Key {
        server,
        group: GROUP,
        hash,
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn schemas(kind: &str) -> Schemas {
    Schemas::from([(kind.to_owned(), Arc::new(JsonSchema::default()))])
}

/// The only file in the directory.
fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].path()
}

#[test]
fn schemas_are_found_by_their_server_and_hash_alone() {
    let base = folder();
    let folder = base.path().join("cache");
    store(&folder, key(SERVER, "../A1"), &schemas("Bucket"));
    assert_eq!(load(&folder, key(SERVER, "../A1")), Some(schemas("Bucket")));
    assert_eq!(load(&folder, key(SERVER, "A1")), None);
    assert_eq!(load(&folder, key("https://b.example:6443", "../A1")), None);
    store(&folder, key(SERVER, "B2"), &schemas("Tenant"));
    assert_eq!(load(&folder, key(SERVER, "B2")), Some(schemas("Tenant")));
    assert_eq!(load(&folder, key(SERVER, "../A1")), None);
    only_file(&folder);
}

#[test]
fn a_file_of_another_server_is_refused_under_the_name_of_this_one() {
    let base = folder();
    let folder = base.path().join("cache");
    let other = "https://b.example";
    store(&folder, key(other, "A1"), &schemas("Bucket"));
    fs::rename(
        folder.join(key(other, "").file()),
        folder.join(key(SERVER, "").file()),
    )
    .unwrap();
    assert_eq!(load(&folder, key(SERVER, "A1")), None);
}

#[test]
fn a_file_that_cannot_be_written_or_parsed_is_ignored() {
    let base = folder();
    fs::write(base.path().join(key(SERVER, "").file()), "{").unwrap();
    assert_eq!(load(base.path(), key(SERVER, "A1")), None);
    let taken = base.path().join(key(SERVER, "").file());
    store(&taken, key(SERVER, "B2"), &schemas("Bucket"));
    assert_eq!(load(&taken, key(SERVER, "B2")), None);
    store(base.path(), key(SERVER, "C3"), &Schemas::new());
    assert_eq!(load(base.path(), key(SERVER, "C3")), None);
}

#[test]
fn too_large_a_file_is_not_written() {
    let base = folder();
    let folder = base.path().join("cache");
    let large = "x".repeat(usize::try_from(MAX_FILE).unwrap());
    store(&folder, key(SERVER, &large), &schemas("Bucket"));
    assert!(!folder.exists());
}

proptest! {
    /// A file with any changed byte is ignored, and so is a truncated file.
    #[test]
    fn a_damaged_file_is_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let base = folder();
        let folder = base.path().join("cache");
        store(&folder, key(SERVER, "A1"), &schemas("Bucket"));
        let path = only_file(&folder);
        let whole = fs::read(&path)?;
        let at = at.index(whole.len());
        fs::write(&path, &whole[..at])?;
        prop_assert_eq!(load(&folder, key(SERVER, "A1")), None);
        let mut damaged = whole.clone();
        damaged[at] = byte;
        fs::write(&path, &damaged)?;
        let loaded = load(&folder, key(SERVER, "A1"));
        prop_assert_eq!(loaded.is_some(), damaged == whole);
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_refused_and_the_file_is_private() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let base = folder();
    let (folder, link) = (base.path().join("cache"), base.path().join("link"));
    store(&folder, key(SERVER, "A1"), &schemas("Bucket"));
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
    assert_eq!(load(&link, key(SERVER, "A1")), None);
    store(&link, key("https://c.example", "A1"), &schemas("Bucket"));
    only_file(&folder);
    let moved = base.path().join("moved");
    fs::rename(&path, &moved).unwrap();
    symlink(&moved, &path).unwrap();
    assert_eq!(load(&folder, key(SERVER, "A1")), None);
    fs::remove_file(&path).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(pipe.unwrap().success());
    assert_eq!(load(&folder, key(SERVER, "A1")), None);
    store(&folder, key(SERVER, "A1"), &schemas("Bucket"));
    assert_eq!(load(&folder, key(SERVER, "A1")), Some(schemas("Bucket")));
}

/// The schemas of a group that the server announces with this hash.
fn group(name: &str, field: &str) -> impl Fn(&str, &Uri) -> (u16, Option<Json>) + use<> {
    let (name, field) = (name.to_owned(), field.to_owned());
    move |_, uri| {
        let path = format!("apis/{name}/v1");
        let url = format!("/openapi/v3/{path}?hash=SAME");
        let definition = json!({
            "properties": {"spec": {"properties": {&field: {"type": "string"}}}},
            "x-kubernetes-group-version-kind": [{"group": name, "version": "v1", "kind": "Bucket"}],
        });
        let body = if uri.path() == "/openapi/v3" {
            json!({"paths": {path: {"serverRelativeURL": url}}})
        } else {
            json!({"components": {"schemas": {"Bucket": definition}}})
        };
        (200, Some(body))
    }
}

/// The fields of a bucket by the schema of this server, fetched with this folder.
async fn fields(address: &str, folder: &Path, name: &'static str, field: &str) -> Vec<String> {
    let requester = requester(address, group(name, field));
    let catalog = SchemaCatalog::new(Some(folder));
    let bucket = ApiResource::new(name, "v1", "Bucket", "buckets");
    let schema = catalog.schema(&requester, &bucket).await.unwrap();
    schema.properties.keys().cloned().collect()
}

/// A plan would delete a field that is missing in the schema.
#[tokio::test]
async fn a_server_cannot_replace_the_schemas_of_another_one_by_announcing_its_hash() {
    let base = folder();
    let folder = base.path().join("cache");
    for (address, field) in [
        ("https://a.example", "theirs"),
        ("https://b.example", "ours"),
        ("https://a.example", "theirs"),
    ] {
        let fields = fields(address, &folder, "a", field).await;
        assert_eq!(fields, [field], "{address}");
    }
    // Those of the same server are kept.
    let kept = fields("https://b.example", &folder, "a", "other").await;
    assert_eq!(kept, ["ours"]);
}

#[tokio::test]
async fn each_group_of_a_server_is_kept_in_a_file_of_its_own() {
    let base = folder();
    let folder = base.path().join("cache");
    for (name, field, expected) in [
        ("a", "one", "one"),
        ("b", "two", "two"),
        ("a", "three", "one"),
        ("b", "three", "two"),
    ] {
        let fields = fields(SERVER, &folder, name, field).await;
        assert_eq!(fields, [expected], "{name}");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}
