use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use super::name::random_name;
#[cfg(not(unix))]
use super::portable::Handle;
#[cfg(unix)]
use super::unix::Handle;

/// An open private directory. On Unix, all operations are relative to the open directory, so it cannot be replaced
/// with another one.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    pub(super) handle: Handle,
}

impl Folder {
    /// Opens an existing directory.
    ///
    /// # Errors
    ///
    /// The directory does not exist, is a link or another file, or belongs to another user.
    pub(crate) fn open(path: &Path) -> io::Result<Folder> {
        let path = without_trailing_slash(path)?;
        let handle = Handle::open(&path)?;
        Ok(Folder { path, handle })
    }

    /// Opens a directory, and creates it if it does not exist. Makes it accessible only by the current user.
    ///
    /// # Errors
    ///
    /// As for [`Folder::open`], or the directory cannot be created.
    pub(crate) fn create(path: &Path) -> io::Result<Folder> {
        let path = without_trailing_slash(path)?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let handle = Handle::create(&path)?;
        Ok(Folder { path, handle })
    }

    /// The names of at most `limit` entries that match the filter. Ignores names that are not UTF-8.
    ///
    /// # Errors
    ///
    /// The directory cannot be read.
    pub(crate) fn names(
        &self,
        limit: usize,
        filter: impl Fn(&str) -> bool,
    ) -> io::Result<Vec<String>> {
        let names = self.handle.names()?;
        Ok(names
            .filter(|name| file_name(name).is_ok() && filter(name))
            .take(limit)
            .collect())
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    ///
    /// The file does not exist, or is not a regular file of the current user.
    pub(crate) fn file(&self, name: &str) -> io::Result<File> {
        self.handle.file(file_name(name)?)
    }

    /// Reads a file of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As for [`Folder::file`] and [`read`].
    pub(crate) fn read(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        read(&self.file(name)?, limit)
    }

    /// Writes a file atomically, replacing an existing one.
    ///
    /// # Errors
    ///
    /// The file cannot be written. An existing file is kept.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let name = file_name(name)?;
        // Processes that write the same file concurrently use different temporary files.
        let temporary = format!("{name}.{}", random_name());
        let mut file = self.handle.create_file(&temporary)?;
        let written = file
            .write_all(content)
            .and_then(|()| self.handle.rename(&temporary, name));
        if written.is_err() {
            // If removing the temporary file fails, the first error is more useful.
            let _ = self.handle.remove(&temporary);
        }
        written
    }

    /// Creates a file for appending, and locks it while it is open.
    ///
    /// # Errors
    ///
    /// The file exists, or cannot be created or locked.
    pub(crate) fn start(&self, name: &str) -> io::Result<File> {
        let file = self.handle.create_file(file_name(name)?)?;
        // Some file systems do not support locks.
        file.lock().inspect_err(|_| {
            let _ = self.handle.remove(name);
        })?;
        Ok(file)
    }

    /// Opens an existing file for appending.
    ///
    /// # Errors
    ///
    /// As for [`Folder::file`].
    pub(crate) fn append(&self, name: &str) -> io::Result<File> {
        self.handle.append(file_name(name)?)
    }

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// The file does not exist or cannot be removed.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        self.handle.remove(file_name(name)?)
    }

    /// Removes the directory if it is empty.
    ///
    /// # Errors
    ///
    /// The directory is not empty or cannot be removed.
    pub(crate) fn remove_if_empty(&self) -> io::Result<()> {
        fs::remove_dir(&self.path)
    }
}

/// Reads the rest of an open file of at most `limit` bytes.
///
/// # Errors
///
/// The file is larger than `limit` or cannot be read.
pub(crate) fn read(mut file: &File, limit: u64) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::new(io::ErrorKind::FileTooLarge, "the file is too large");
    // Before reading: a sparse file of gigabytes may use no space on disk.
    if file.metadata()?.len() > limit {
        return Err(too_large());
    }
    let mut content = Vec::new();
    // The file may grow while it is read.
    Read::take(&mut file, limit.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(content)
}

/// A trailing slash would follow a link.
fn without_trailing_slash(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(path.with_file_name(name))
}

/// A name without a path, so that the file is in the directory.
fn file_name(name: &str) -> io::Result<&str> {
    let is_valid = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    is_valid
        .then_some(name)
        .ok_or_else(|| io::ErrorKind::InvalidInput.into())
}
