use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use super::*;

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn a_written_file_is_read_and_replaced() {
    let base = temporary();
    let path = base.path().join("a/b");
    let folder = Folder::create(&path).expect("created");
    folder.write("x", b"one").expect("written");
    folder.write("x", b"two").expect("written");
    let folder = Folder::open(&path).expect("opened");
    assert_eq!(folder.read("x", 3).expect("read"), b"two");
    assert_eq!(
        folder.names(9, |_| true).expect("names"),
        ["x"],
        "no temporary file is left"
    );
    assert!(
        folder
            .names(9, |name| name != "x")
            .expect("names")
            .is_empty()
    );
    assert!(folder.names(0, |_| true).expect("names").is_empty());
    assert!(folder.remove_if_empty().is_err());
    folder.remove("x").expect("removed");
    folder.remove_if_empty().expect("removed");
    assert!(Folder::open(&path).is_err());
}

#[test]
fn a_file_is_created_once_and_appended_to() {
    let base = temporary();
    let folder = Folder::create(&base.path().join("a")).expect("created");
    assert!(folder.append("x").is_err(), "the file does not exist");
    let mut file = folder.start("x").expect("started");
    file.write_all(b"a").expect("written");
    assert!(folder.start("x").is_err(), "the file exists");
    let other = folder.file("x").expect("opened");
    assert!(other.try_lock_shared().is_err(), "it is locked");
    folder
        .append("x")
        .and_then(|mut file| file.write_all(b"b"))
        .expect("appended");
    drop(file);
    assert!(other.try_lock_shared().is_ok());
    assert_eq!(read(&other, 9).expect("read"), b"ab");
}

#[test]
fn a_file_larger_than_the_limit_is_not_read() {
    let base = temporary();
    let folder = Folder::create(&base.path().join("a")).expect("created");
    folder.write("x", b"four").expect("written");
    assert!(folder.read("x", 3).is_err());
    assert_eq!(folder.read("x", 4).expect("read"), b"four");
    let sparse = File::create(base.path().join("a/sparse")).expect("a file");
    sparse.set_len(1 << 40).expect("a sparse file");
    assert!(folder.read("sparse", 1 << 20).is_err());
}

#[test]
fn names_outside_of_the_directory_are_errors() {
    let base = temporary();
    let folder = Folder::create(&base.path().join("a")).expect("created");
    std::fs::write(base.path().join("x"), "x").expect("a file");
    for name in ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "a\0"] {
        assert!(folder.file(name).is_err(), "{name:?}");
        assert!(folder.write(name, b"").is_err(), "{name:?}");
        assert!(folder.remove(name).is_err(), "{name:?}");
    }
    assert!(base.path().join("x").exists());
    for path in ["", "/", "..", "a/.."] {
        assert!(Folder::open(Path::new(path)).is_err(), "{path:?}");
    }
}

#[cfg(unix)]
mod on_unix {
    use std::fs::{self, Permissions};
    use std::io;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).expect("there").mode() & 0o7777
    }

    fn pipe(path: &Path) {
        let created = std::process::Command::new("mkfifo").arg(path).status();
        assert!(created.is_ok_and(|status| status.success()));
    }

    /// Fails if `work` does not end in time.
    fn without_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(work()));
        receiver
            .recv_timeout(Duration::from_secs(10))
            .expect("it blocks")
    }

    #[test]
    fn the_directory_and_its_files_are_private() {
        let base = temporary();
        let path = base.path().join("a/b");
        let folder = Folder::create(&path).expect("created");
        folder.write("x", b"").expect("written");
        drop(folder.start("y").expect("started"));
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join("x")), 0o600);
        assert_eq!(mode(&path.join("y")), 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o777)).expect("a mode");
        Folder::create(&path).expect("opened");
        assert_eq!(mode(&path), 0o700);
    }

    #[test]
    fn only_a_directory_is_opened() {
        let base = temporary();
        let at = |name: &str| base.path().join(name);
        fs::create_dir(at("real")).expect("a folder");
        symlink(at("real"), at("link")).expect("a link");
        symlink(at("nowhere"), at("dangling")).expect("a link");
        fs::write(at("file"), "").expect("a file");
        pipe(&at("pipe"));
        for name in ["link", "link/", "link/.", "dangling", "file", "pipe"] {
            let path = at(name);
            without_blocking(move || {
                assert!(Folder::open(&path).is_err(), "{}", path.display());
                assert!(Folder::create(&path).is_err(), "{}", path.display());
            });
        }
        assert!(!at("nowhere").exists());
        assert!(Folder::open(&at("real/")).is_ok());
        // Links in the parent path are allowed.
        assert!(Folder::create(&at("link/below")).is_ok());
    }

    #[test]
    fn only_regular_files_are_opened_and_nothing_blocks() {
        let base = temporary();
        let path = base.path().join("a");
        let folder = Folder::create(&path).expect("created");
        let victim = base.path().join("victim");
        fs::write(&victim, "kept").expect("a file");
        symlink(&victim, path.join("link")).expect("a link");
        symlink("/dev/zero", path.join("zero")).expect("a link");
        symlink(base.path().join("nowhere"), path.join("dangling")).expect("a link");
        pipe(&path.join("pipe"));
        let _socket = UnixListener::bind(path.join("socket")).expect("a socket");
        fs::create_dir(path.join("folder")).expect("a folder");
        let names = ["link", "zero", "dangling", "pipe", "socket", "folder"];
        without_blocking(move || {
            for name in names {
                assert!(folder.read(name, 1 << 20).is_err(), "{name}");
                assert!(folder.append(name).is_err(), "{name}");
                assert!(folder.start(name).is_err(), "{name}");
            }
            // A link is replaced, not followed.
            folder.write("link", b"new").expect("written");
            folder.write("dangling", b"new").expect("written");
            assert!(folder.write("folder", b"new").is_err());
            let mut left = folder.names(99, |_| true).expect("names");
            left.sort();
            assert_eq!(
                left,
                ["dangling", "folder", "link", "pipe", "socket", "zero"]
            );
        });
        assert_eq!(fs::read_to_string(victim).expect("there"), "kept");
        assert!(!base.path().join("nowhere").exists());
    }

    /// The writer of the pipe is not woken.
    #[test]
    fn a_named_pipe_is_not_opened() {
        let base = temporary();
        let path = base.path().join("a");
        let folder = Folder::create(&path).expect("created");
        pipe(&path.join("pipe"));
        let (sender, receiver) = mpsc::channel();
        let writer = path.join("pipe");
        std::thread::spawn(move || sender.send(File::options().write(true).open(writer).is_ok()));
        for _ in 0..50 {
            assert!(folder.file("pipe").is_err());
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(receiver.try_recv().is_err(), "the writer was woken");
        drop(File::open(path.join("pipe")));
    }

    #[test]
    fn files_of_another_user_are_errors() {
        let base = temporary();
        let path = base.path().join("a");
        let folder = Folder::create(&path).expect("created");
        folder.write("x", b"x").expect("written");
        let user = fs::metadata(&path).expect("there").uid();
        assert!(unix::Handle::open_as(&path, user).is_ok());
        let refused = unix::Handle::open_as(&path, user + 1);
        let refused = refused.expect_err("of another user").kind();
        assert_eq!(refused, io::ErrorKind::PermissionDenied);
        let mut theirs = folder;
        theirs.handle.user = user + 1;
        for refused in [theirs.file("x"), theirs.append("x")] {
            let refused = refused.expect_err("of another user").kind();
            assert_eq!(refused, io::ErrorKind::PermissionDenied);
        }
    }

    /// A directory that replaces the open one has not been checked.
    #[test]
    fn a_replaced_directory_is_not_used() {
        let base = temporary();
        let at = |name: &str| -> PathBuf { base.path().join(name) };
        let folder = Folder::create(&at("a")).expect("created");
        fs::create_dir(at("theirs")).expect("a folder");
        fs::write(at("theirs/x"), "kept").expect("a file");
        fs::rename(at("a"), at("moved")).expect("moved");
        symlink(at("theirs"), at("a")).expect("a link");
        assert!(folder.remove("x").is_err());
        folder.write("x", b"ours").expect("written");
        assert_eq!(fs::read_to_string(at("theirs/x")).expect("there"), "kept");
        assert_eq!(fs::read_to_string(at("moved/x")).expect("there"), "ours");
        assert!(folder.remove_if_empty().is_err());
    }
}
