//! The file of the unix socket: name, permissions and removal.

use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use tokio::net::UnixListener;

use super::endpoint::is_valid_path;
use super::error::Error;

/// Maximum number of names to try. Even one collision is improbable.
const ATTEMPTS: usize = 16;

/// The file of a socket, removed when this is dropped.
#[derive(Debug)]
pub(super) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl fmt::Display for SocketFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(formatter)
    }
}

/// Listens on a new socket in a directory. Only the current user can connect, and members of `group` (a name or ID)
/// if it is set.
///
/// # Errors
///
/// The directory is not writable or cannot be part of the handshake line, the path is longer than the system's limit
/// of 104 to 108 bytes, the group does not exist, or the user is not allowed to use it.
pub(super) fn listen(
    folder: &Path,
    group: Option<&str>,
) -> Result<(UnixListener, SocketFile), Error> {
    if !is_valid_path(folder) {
        return Err(Error::Listen(format!(
            "the path of the socket directory {folder:?} contains a control character or `|`, or is not UTF-8; \
             set PLUGIN_UNIX_SOCKET_DIR or TMPDIR to another directory"
        )));
    }
    let (listener, file) = bind(folder).map_err(|error| {
        let folder = folder.display();
        Error::Listen(match error.kind() {
            io::ErrorKind::InvalidInput => format!(
                "the path of the directory {folder} is too long for a socket; set TMPDIR to a shorter one"
            ),
            _ => format!("cannot create a socket in {folder}: {error}"),
        })
    })?;
    set_permissions(&file, group).map_err(|error| {
        Error::Listen(format!(
            "cannot set the group of the socket {file}: {error}"
        ))
    })?;
    Ok((listener, file))
}

fn bind(folder: &Path) -> io::Result<(UnixListener, SocketFile)> {
    let mut attempt = 1;
    loop {
        let path = folder.join(format!("plugin{}", random_number()?));
        match UnixListener::bind(&path) {
            Ok(listener) => return Ok((listener, SocketFile(path))),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempt < ATTEMPTS => {
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// About nine digits, as in Go's temporary names: the path must be short.
fn random_number() -> io::Result<u32> {
    let mut bytes = [0; 4];
    aws_lc_rs::rand::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(u32::from_le_bytes(bytes))
}

fn set_permissions(file: &SocketFile, group: Option<&str>) -> io::Result<()> {
    let mode = match group {
        None => 0o600,
        Some(group) => {
            chown(&file.0, None, Some(group_id(group)?))?;
            0o660
        }
    };
    fs::set_permissions(&file.0, fs::Permissions::from_mode(mode))
}

/// Looks up names in /etc/group only: other sources would require the C library or a program.
fn group_id(group: &str) -> io::Result<u32> {
    if let Ok(number) = group.parse() {
        return Ok(number);
    }
    let groups = fs::read_to_string("/etc/group")?;
    find_group(&groups, group).ok_or_else(|| {
        let text = format!("group {group:?} is not in /etc/group; set the group ID instead");
        io::Error::new(io::ErrorKind::NotFound, text)
    })
}

/// Finds a group in lines of `name:password:id:members`.
fn find_group(groups: &str, name: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name))
            .then(|| fields.nth(1)?.parse().ok())
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn groups_are_found_by_name() {
        let groups = "root:x:0:\n# comment\nusers:x:100:ann,bob\nbroken\n";
        assert_eq!(find_group(groups, "users"), Some(100));
        assert_eq!(find_group(groups, "ann"), None);
        assert_eq!(find_group(groups, "broken"), None);
    }

    #[tokio::test]
    async fn the_file_is_private_and_removed_with_the_listener() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (_listener, file) = listen(folder.path(), None)?;
        let path = PathBuf::from(file.to_string());
        assert_eq!(fs::metadata(&path)?.mode() & 0o777, 0o600);
        drop(file);
        assert!(!path.exists());
        Ok(())
    }

    #[tokio::test]
    async fn a_group_can_connect() -> Outcome {
        let folder = tempfile::tempdir()?;
        let own = fs::metadata(folder.path())?.gid();
        let (_listener, file) = listen(folder.path(), Some(&own.to_string()))?;
        let metadata = fs::metadata(file.to_string())?;
        assert_eq!((metadata.mode() & 0o777, metadata.gid()), (0o660, own));
        Ok(())
    }

    #[tokio::test]
    async fn errors_name_the_cause() {
        let missing = listen(Path::new("/nowhere/at/all"), None)
            .err()
            .map(|f| f.to_string());
        assert!(missing.is_some_and(|text| text.contains("/nowhere/at/all")));
        let long = "x".repeat(200);
        let long = listen(Path::new(&long), None).err().map(|f| f.to_string());
        assert!(long.is_some_and(|text| text.contains("TMPDIR")));
        let folder = std::env::temp_dir();
        let group = listen(&folder, Some("no such group"))
            .err()
            .map(|f| f.to_string());
        assert!(group.is_some_and(|text| text.contains("no such group")));
    }
}
