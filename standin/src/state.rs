//! The state file.
use crate::store::Holdings;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Reads a state file; none if it does not exist.
pub(crate) fn load(path: &Path) -> io::Result<Option<Holdings>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a state file atomically.
pub(crate) fn save(path: &Path, holdings: &Holdings) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, serde_json::to_vec(holdings)?)?;
    fs::rename(&beside, path)
}
