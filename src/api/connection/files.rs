//! Files that settings name.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The largest file that is read.
const LARGEST: u64 = 4 << 20;

/// Files with the time and size that they had when they were added, to detect changes without reading them.
#[derive(Clone, Default)]
pub(super) struct Files(Vec<(PathBuf, Stamp)>);

/// The modification time and size of a file. None if it does not exist.
type Stamp = Option<(SystemTime, u64)>;

impl Files {
    /// Adds a file, if there is one. Call this before reading it.
    pub(super) fn add(&mut self, path: Option<PathBuf>) {
        if let Some(path) = path {
            let stamp = stamp(&path);
            self.0.push((path, stamp));
        }
    }

    /// Whether one of them was changed, created or removed.
    pub(super) fn have_changed(&self) -> bool {
        self.0.iter().any(|(path, before)| stamp(path) != *before)
    }

    /// The same files with their current time and size.
    pub(super) fn restamped(&self) -> Files {
        let files = self.0.iter().map(|(path, _)| (path.clone(), stamp(path)));
        Files(files.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The content of a file.
///
/// # Errors
/// Where it cannot be read, or is a directory, a device, or too large.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    check(path)?;
    let mut content = Vec::new();
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(too_large());
    }
    Ok(content)
}

/// Checks the kind and the size. A pipe is allowed: shells pass one for `<(command)`.
///
/// # Errors
/// As of [`read`].
fn check(path: &Path) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a directory",
        ));
    }
    if is_device(&metadata) {
        return Err(io::Error::other("it is a device"));
    }
    if metadata.len() > LARGEST {
        return Err(too_large());
    }
    Ok(())
}

fn too_large() -> io::Error {
    let mib = LARGEST >> 20;
    io::Error::other(format!("it is larger than {mib} MiB"))
}

#[cfg(unix)]
fn is_device(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    kind.is_char_device() || kind.is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_changed_created_or_removed_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let files = || {
            let mut files = Files::default();
            files.add(Some(path.clone()));
            files
        };
        let missing = files();
        assert!(!missing.have_changed());
        fs::write(&path, "one").unwrap();
        assert!(missing.have_changed());
        let short = files();
        assert!(!short.have_changed());
        fs::write(&path, "longer").unwrap();
        assert!(short.have_changed());
        assert!(!short.restamped().have_changed());
        let there = files();
        fs::remove_file(&path).unwrap();
        assert!(there.have_changed());
    }

    #[test]
    fn large_files_and_other_kinds_of_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "text").unwrap();
        assert_eq!(read(&path).unwrap(), b"text");
        File::create(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("larger"));
        let error = read(folder.path()).unwrap_err();
        assert_eq!(error.to_string(), "it is a directory");
        #[cfg(unix)]
        assert!(read(Path::new("/dev/zero")).is_err());
    }
}
