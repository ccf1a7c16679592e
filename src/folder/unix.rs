//! The operations of a directory on Unix, relative to the open directory and without following links.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat};
use rustix::process::geteuid;

/// An open directory that belongs to `user`.
#[derive(Debug)]
pub(super) struct Handle {
    directory: OwnedFd,
    pub(super) user: u32,
}

/// Do not block on a named pipe, do not become the controlling process of a terminal, do not follow links.
const SAFE: OFlags = OFlags::NOFOLLOW
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

const PRIVATE_FOLDER: Mode = Mode::RWXU;
const PRIVATE_FILE: Mode = Mode::RUSR.union(Mode::WUSR);

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Handle> {
        Self::open_as(path, geteuid().as_raw())
    }

    pub(super) fn create(path: &Path) -> io::Result<Handle> {
        match rustix::fs::mkdirat(CWD, path, PRIVATE_FOLDER) {
            Ok(()) => {}
            Err(error) if error == rustix::io::Errno::EXIST => {}
            Err(error) => return Err(error.into()),
        }
        let handle = Self::open(path)?;
        let found = rustix::fs::fstat(&handle.directory)?;
        if Mode::from_raw_mode(found.st_mode) != PRIVATE_FOLDER {
            rustix::fs::fchmod(&handle.directory, PRIVATE_FOLDER)?;
        }
        Ok(handle)
    }

    /// Opens a directory that must belong to `user`.
    pub(super) fn open_as(path: &Path, user: u32) -> io::Result<Handle> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | SAFE;
        let directory = rustix::fs::openat(CWD, path, flags, Mode::empty())?;
        expect(&rustix::fs::fstat(&directory)?, FileType::Directory, user)?;
        Ok(Handle { directory, user })
    }

    pub(super) fn names(&self) -> io::Result<impl Iterator<Item = String>> {
        let entries = Dir::read_from(&self.directory)?;
        Ok(entries
            .map_while(Result::ok)
            .filter_map(|entry| entry.file_name().to_str().ok().map(str::to_owned)))
    }

    pub(super) fn file(&self, name: &str) -> io::Result<File> {
        self.existing(name, OFlags::RDONLY)
    }

    pub(super) fn append(&self, name: &str) -> io::Result<File> {
        self.existing(name, OFlags::WRONLY | OFlags::APPEND)
    }

    fn existing(&self, name: &str, flags: OFlags) -> io::Result<File> {
        // Before opening: an open could wake the writer of a named pipe, or rewind a device.
        let found = rustix::fs::statat(&self.directory, name, AtFlags::SYMLINK_NOFOLLOW)?;
        expect(&found, FileType::RegularFile, self.user)?;
        let file = rustix::fs::openat(&self.directory, name, flags | SAFE, Mode::empty())?;
        // After opening: the file may have been replaced.
        expect(&rustix::fs::fstat(&file)?, FileType::RegularFile, self.user)?;
        Ok(file.into())
    }

    pub(super) fn create_file(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL | SAFE;
        Ok(rustix::fs::openat(&self.directory, name, flags, PRIVATE_FILE)?.into())
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(
            &self.directory,
            from,
            &self.directory,
            to,
        )?)
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(
            &self.directory,
            name,
            AtFlags::empty(),
        )?)
    }
}

/// Checks the type and the owner of a file.
fn expect(found: &Stat, expected: FileType, user: u32) -> io::Result<()> {
    let is_expected = FileType::from_raw_mode(found.st_mode) == expected;
    let (kind, text) = if !is_expected {
        (
            io::ErrorKind::InvalidInput,
            "not a regular file or directory",
        )
    } else if found.st_uid != user {
        (io::ErrorKind::PermissionDenied, "owned by another user")
    } else {
        return Ok(());
    };
    Err(io::Error::new(kind, text))
}
