//! Schemas on disk, because they are large and change only with a release of the platform. There is a file for each
//! server and group, so that a server provides only its own schemas. After any failure here they are fetched again.

use std::io;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::document::Schemas;
use crate::folder::Folder;

/// Ten times the size of the platform's schemas.
const MAX_FILE: u64 = 8 << 20;

/// Which schemas a file has.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    /// The address of the server.
    pub(super) server: &'a str,
    /// The path of the group.
    pub(super) group: &'a str,
    /// The hash that the server announces for the group.
    pub(super) hash: &'a str,
}

/// The content of a file.
#[derive(Serialize, Deserialize)]
struct Content<'a> {
    hash: String,
    /// The digest of the key and the schemas, so that none of them can be exchanged.
    digest: String,
    #[serde(borrow)]
    schemas: &'a RawValue,
}

/// The schemas that are kept under this key.
pub(super) fn load(folder: &Path, key: Key<'_>) -> Option<Schemas> {
    let folder = Folder::open(folder).ok()?;
    let content = folder.read(&key.file(), MAX_FILE).ok()?;
    let content: Content<'_> = serde_json::from_slice(&content).ok()?;
    let text = content.schemas.get();
    if content.hash != key.hash || content.digest != key.digest(text) {
        return None;
    }
    let schemas: Schemas = serde_json::from_str(text).ok()?;
    (!schemas.is_empty()).then_some(schemas)
}

/// Keeps schemas under a key, in place of those with another hash.
pub(super) fn store(folder: &Path, key: Key<'_>, schemas: &Schemas) {
    if let Err(error) = write(folder, key, schemas) {
        tracing::debug!(%error, "the schemas are not kept on disk");
    }
}

fn write(folder: &Path, key: Key<'_>, schemas: &Schemas) -> io::Result<()> {
    let schemas = serde_json::value::to_raw_value(schemas)?;
    let content = serde_json::to_vec(&Content {
        hash: key.hash.to_owned(),
        digest: key.digest(schemas.get()),
        schemas: &schemas,
    })?;
    if content.len() as u64 > MAX_FILE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Folder::create(folder)?.write(&key.file(), &content)
}

impl Key<'_> {
    /// The name of the file. An address is not one.
    fn file(self) -> String {
        format!("{}.json", digest(&[self.server, self.group]))
    }

    fn digest(self, schemas: &str) -> String {
        digest(&[self.server, self.group, self.hash, schemas])
    }
}

/// The SHA-256 of texts. The length of each is part of it, so that no text can pass for a part of another.
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
