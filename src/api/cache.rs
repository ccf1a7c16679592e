//! The platform's schema on disk: it is large, and changes with a platform release only. One file for each
//! server, as a server's word about its own schema is believed for that server alone. Every failure here only
//! means that it is fetched again.

use std::io;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::openapi::Schemas;
use crate::folder::Folder;

/// Ten times what a platform describes.
const LARGEST: u64 = 8 << 20;

/// What a file holds.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    /// By which the server announced it.
    hash: String,
    /// Of all that must not be mixed up: the server, its announcement, and what follows.
    digest: String,
    #[serde(borrow)]
    schemas: &'a RawValue,
}

/// The schema that this server announces by this hash, where it is kept.
pub(super) fn load(folder: &Path, server: &str, hash: &str) -> Option<Schemas> {
    let folder = Folder::open(folder).ok()?;
    let content = folder.read(&file(server), LARGEST).ok()?;
    let kept: Kept<'_> = serde_json::from_slice(&content).ok()?;
    let text = kept.schemas.get();
    if kept.hash != hash || kept.digest != digest(&[server, hash, text]) {
        return None;
    }
    let schemas: Schemas = serde_json::from_str(text).ok()?;
    (!schemas.is_empty()).then_some(schemas)
}

/// Keeps the schema that this server announced by this hash.
pub(super) fn store(folder: &Path, server: &str, hash: &str, schemas: &Schemas) {
    if let Err(error) = write(folder, server, hash, schemas) {
        tracing::debug!(%error, "the schema is not kept on disk");
    }
}

fn write(folder: &Path, server: &str, hash: &str, schemas: &Schemas) -> io::Result<()> {
    let schemas = serde_json::value::to_raw_value(schemas)?;
    let kept = Kept {
        hash: hash.to_owned(),
        digest: digest(&[server, hash, schemas.get()]),
        schemas: &schemas,
    };
    let content = serde_json::to_vec(&kept)?;
    if content.len() as u64 > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Folder::create(folder)?.write(&file(server), &content)
}

/// An address is no name for a file.
fn file(server: &str) -> String {
    format!("{}.json", digest(&[server]))
}

/// SHA-256 of texts, each with its length, so that none can pass for a part of another.
fn digest(texts: &[&str]) -> String {
    let mut context = Context::new(&SHA256);
    for text in texts {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    let digest = context.finish();
    let bytes = digest.as_ref().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
