//! The operations of a directory on other systems. Links are not followed; owners are not checked.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A directory.
#[derive(Debug)]
pub(super) struct Handle(PathBuf);

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Handle> {
        expect(fs::symlink_metadata(path)?.is_dir())?;
        Ok(Handle(path.to_owned()))
    }

    pub(super) fn create(path: &Path) -> io::Result<Handle> {
        match fs::create_dir(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Self::open(path),
        }
    }

    pub(super) fn names(&self) -> io::Result<impl Iterator<Item = String>> {
        let entries = fs::read_dir(&self.0)?;
        Ok(entries
            .map_while(Result::ok)
            .filter_map(|entry| entry.file_name().into_string().ok()))
    }

    pub(super) fn file(&self, name: &str) -> io::Result<File> {
        self.existing(name, OpenOptions::new().read(true))
    }

    pub(super) fn append(&self, name: &str) -> io::Result<File> {
        self.existing(name, OpenOptions::new().append(true))
    }

    fn existing(&self, name: &str, options: &OpenOptions) -> io::Result<File> {
        let path = self.0.join(name);
        expect(fs::symlink_metadata(&path)?.is_file())?;
        options.open(path)
    }

    pub(super) fn create_file(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        options.open(self.0.join(name))
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }
}

fn expect(is_expected: bool) -> io::Result<()> {
    let text = "not a regular file or directory";
    is_expected
        .then_some(())
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, text))
}
