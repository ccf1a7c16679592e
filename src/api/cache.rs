//! The platform's schema on disk, by its hash: it changes with a platform release only. Every failure
//! here only means that it is fetched again.

use std::fs;
use std::path::PathBuf;

use super::openapi::Schemas;

pub(super) fn load(hash: &str) -> Option<Schemas> {
    let schemas: Schemas = serde_json::from_slice(&fs::read(path(hash)?).ok()?).ok()?;
    (!schemas.is_empty()).then_some(schemas)
}

pub(super) fn store(hash: &str, schemas: &Schemas) {
    let Some(path) = path(hash) else { return };
    if let Err(error) = write(&path, schemas) {
        tracing::debug!(error = %error, "the schema is not kept on disk");
    }
}

fn write(path: &PathBuf, schemas: &Schemas) -> std::io::Result<()> {
    let folder = path.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    private(folder)?;
    // Written beside and moved over it: several plugins may do so at once.
    let draft = path.with_extension(std::process::id().to_string());
    fs::write(&draft, serde_json::to_vec(schemas)?)?;
    fs::rename(&draft, path)
}

#[cfg(unix)]
fn private(folder: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private(_: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}

fn path(hash: &str) -> Option<PathBuf> {
    // The hash comes from a server and becomes a file's name.
    let name: String = hash
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(128)
        .collect();
    if name.is_empty() {
        return None;
    }
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(base) if !base.is_empty() => PathBuf::from(base),
        _ => std::env::home_dir()?.join(".cache"),
    };
    Some(
        base.join("terraform-provider-hikube")
            .join(format!("{name}.json")),
    )
}
