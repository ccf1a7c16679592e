//! The platform's schema on disk, by its hash: it changes with a platform release only. Every failure
//! here only means that it is fetched again.

use std::fs;
use std::path::{Path, PathBuf};

use super::openapi::Schemas;

/// The schema of this hash, where it is kept.
pub(super) fn load(folder: &Path, hash: &str) -> Option<Schemas> {
    let bytes = fs::read(file(folder, hash)?).ok()?;
    let schemas: Schemas = serde_json::from_slice(&bytes).ok()?;
    (!schemas.is_empty()).then_some(schemas)
}

/// Keeps the schema of this hash.
pub(super) fn store(folder: &Path, hash: &str, schemas: &Schemas) {
    let Some(file) = file(folder, hash) else {
        return;
    };
    if let Err(error) = write(folder, &file, schemas) {
        tracing::debug!(error = %error, "the schema is not kept on disk");
    }
}

fn write(folder: &Path, file: &Path, schemas: &Schemas) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    private(folder)?;
    // Written beside and moved over it: several plugins may do so at once.
    let draft = file.with_extension(std::process::id().to_string());
    fs::write(&draft, serde_json::to_vec(schemas)?)?;
    fs::rename(&draft, file)
}

#[cfg(unix)]
fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn file(folder: &Path, hash: &str) -> Option<PathBuf> {
    // The hash comes from a server and becomes a file's name.
    let name: String = hash
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(128)
        .collect();
    (!name.is_empty()).then(|| folder.join(format!("{name}.json")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::api::JsonSchema;

    #[test]
    fn what_is_kept_is_found_by_its_hash_alone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let schemas = Schemas::from([("Bucket".to_owned(), Arc::new(JsonSchema::default()))]);
        store(&folder, "../A1", &schemas);
        assert_eq!(load(&folder, "../A1"), Some(schemas.clone()));
        assert_eq!(load(&folder, "A1"), Some(schemas));
        assert_eq!(load(&folder, "B2"), None);
        assert!(folder.join("A1.json").exists());
    }

    #[test]
    fn what_cannot_be_kept_or_read_is_as_if_it_were_not_there() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("A1.json"), "{").unwrap();
        assert_eq!(load(folder.path(), "A1"), None);
        let taken = folder.path().join("A1.json");
        store(&taken, "B2", &Schemas::new());
        assert_eq!(load(&taken, "B2"), None);
    }
}
