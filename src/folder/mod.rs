//! A private folder on disk, for what the provider keeps from one run to the next.
//!
//! Such a folder is at a known path: in a repository that someone else wrote, or in a cache that other programs
//! share. So nothing in it is trusted. The folder is used only if it is a real directory of the current user,
//! and its files only if they are regular files of the current user. Links are never followed, and nothing that
//! could block, such as a named pipe, is opened.

mod name;
#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(not(unix))]
#[path = "portable.rs"]
mod system;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

pub(crate) use name::{is_random_name, random_name};

/// An open private folder. On Unix, every operation is relative to the open directory, so that another one
/// cannot be put in its place meanwhile.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    handle: system::Handle,
}

impl Folder {
    /// Opens an existing folder.
    ///
    /// # Errors
    ///
    /// There is none, or it is a link, not a directory, or owned by someone else.
    pub(crate) fn open(path: &Path) -> io::Result<Folder> {
        let path = without_trailing_slash(path)?;
        let handle = system::Handle::open(&path)?;
        Ok(Folder { path, handle })
    }

    /// Opens a folder, and creates it if it is missing. Only the current user can enter it from then on.
    ///
    /// # Errors
    ///
    /// As of [`Folder::open`], or it cannot be created.
    pub(crate) fn create(path: &Path) -> io::Result<Folder> {
        let path = without_trailing_slash(path)?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let handle = system::Handle::create(&path)?;
        Ok(Folder { path, handle })
    }

    /// The names of at most `limit` entries that `is_wanted` accepts. Names that are not UTF-8 are not ours.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub(crate) fn names(
        &self,
        limit: usize,
        is_wanted: impl Fn(&str) -> bool,
    ) -> io::Result<Vec<String>> {
        let names = self.handle.names()?;
        Ok(names
            .filter(|name| plain(name).is_ok() && is_wanted(name))
            .take(limit)
            .collect())
    }

    /// Opens a file to read it.
    ///
    /// # Errors
    ///
    /// There is none, or it is anything but a regular file of the current user.
    pub(crate) fn file(&self, name: &str) -> io::Result<File> {
        self.handle.file(plain(name)?)
    }

    /// Reads a file of at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As of [`Folder::file`] and [`read`].
    pub(crate) fn read(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        read(&self.file(name)?, limit)
    }

    /// Writes a file, in place of the one that has its name. Another process sees the old content or the new
    /// one, and never a part.
    ///
    /// # Errors
    ///
    /// The file cannot be written. The old one stays.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let name = plain(name)?;
        // Several processes may write the same file at once: each has a draft of its own.
        let draft = format!("{name}.{}", random_name());
        let mut file = self.handle.create_file(&draft)?;
        let written = file
            .write_all(content)
            .and_then(|()| self.handle.rename(&draft, name));
        if written.is_err() {
            // What cannot be removed is a file too many, which is not worth another error.
            let _ = self.handle.remove(&draft);
        }
        written
    }

    /// Creates a file to append to, and locks it for as long as it is open.
    ///
    /// # Errors
    ///
    /// There is one already, or it cannot be created or locked.
    pub(crate) fn start(&self, name: &str) -> io::Result<File> {
        let file = self.handle.create_file(plain(name)?)?;
        // Not every file system has locks.
        file.lock().inspect_err(|_| {
            let _ = self.handle.remove(name);
        })?;
        Ok(file)
    }

    /// Opens an existing file to append to it.
    ///
    /// # Errors
    ///
    /// As of [`Folder::file`].
    pub(crate) fn append(&self, name: &str) -> io::Result<File> {
        self.handle.append(plain(name)?)
    }

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be removed.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        self.handle.remove(plain(name)?)
    }

    /// Removes the folder.
    ///
    /// # Errors
    ///
    /// There is something in it.
    pub(crate) fn remove_if_empty(&self) -> io::Result<()> {
        fs::remove_dir(&self.path)
    }
}

/// Reads an open file of at most `limit` bytes, from where it stands.
///
/// # Errors
///
/// It is larger, or cannot be read.
pub(crate) fn read(mut file: &File, limit: u64) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::new(io::ErrorKind::FileTooLarge, "the file is too large");
    // Before anything is read: a sparse file takes no space on disk and gigabytes of memory.
    if file.metadata()?.len() > limit {
        return Err(too_large());
    }
    let mut content = Vec::new();
    // It may grow meanwhile.
    Read::take(&mut file, limit.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(content)
}

/// A slash at the end of a path would follow a link.
fn without_trailing_slash(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(path.with_file_name(name))
}

/// A name that stays in the folder.
fn plain(name: &str) -> io::Result<&str> {
    let is_plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    is_plain
        .then_some(name)
        .ok_or_else(|| io::ErrorKind::InvalidInput.into())
}
