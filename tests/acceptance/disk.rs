//! The provider's directories with files of others: a repository can contain `.terraform/hikube`, and the cache
//! directory is shared with other programs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::harness::{Platform, Workspace, on_each_release};

on_each_release!(
    files_of_others_are_kept_and_ignored,
    a_link_in_place_of_the_folder_is_not_followed,
    a_cached_schema_that_cannot_be_used_is_fetched_again,
);

/// The first line of a journal file.
const HEADER: &str = "creates of terraform-provider-hikube";

const BUCKET: &str = "resource \"hikube_bucket\" \"it\" {\n  name = \"NAME\"\n}\n";

/// A name in the format of the provider's files.
fn name(number: usize) -> String {
    format!("{number:032x}")
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo").success());
}

/// A file that is two years old.
fn old_file(path: &Path, content: &str) {
    fs::write(path, content).expect("a file");
    let file = File::options().append(true).open(path);
    let then = SystemTime::now() - Duration::from_secs(2 * 365 * 24 * 60 * 60);
    file.and_then(|file| file.set_modified(then))
        .expect("an old file");
}

/// The content of a directory: for a link its target, for a small file its content, for others their type.
fn contents(folder: &Path) -> BTreeMap<PathBuf, String> {
    let describe = |path: PathBuf| {
        let found = fs::symlink_metadata(&path).expect("there");
        let is_small = found.is_file() && found.len() < 1 << 20;
        let content = is_small.then(|| fs::read_to_string(&path).expect("a text"));
        let target = fs::read_link(&path).ok();
        (
            path,
            format!("{:?} {content:?} {target:?}", found.file_type()),
        )
    };
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| describe(entry.path())).collect()
}

/// Creates a file of each type. Links refer to files in `elsewhere`.
fn fill(folder: &Path, elsewhere: &Path) -> UnixListener {
    fs::create_dir_all(folder).expect("a folder");
    let page = format!("{HEADER}\nbegan {}", name(7));
    let at = |name: String| folder.join(name);
    old_file(&at("notes.txt".to_owned()), "mine");
    old_file(&at("terraform.tfstate".to_owned()), &page);
    old_file(&at(name(1)), "mine");
    old_file(&at(name(2)), &page.replace(HEADER, "mine"));
    old_file(&at(name(3)), "");
    old_file(&elsewhere.join("victim"), &page);
    symlink(elsewhere.join("victim"), at(name(4))).expect("a link");
    symlink("/dev/zero", at(name(5))).expect("a link");
    symlink("/dev/zero", at("zero".to_owned())).expect("a link");
    symlink("/nowhere/at/all", at(name(6))).expect("a link");
    pipe(&at(name(8)));
    pipe(&at("pipe".to_owned()));
    fs::create_dir(at(name(9))).expect("a folder");
    let sparse = File::create(at(name(10))).expect("a file");
    sparse.set_len(1 << 30).expect("a sparse file");
    UnixListener::bind(at(name(11))).expect("a socket")
}

fn files_of_others_are_kept_and_ignored(platform: &Platform) {
    let space = Workspace::on(platform);
    let folder = space.path(".terraform/hikube");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let _socket = fill(&folder, elsewhere.path());
    let before = (contents(&folder), contents(elsewhere.path()));
    assert_eq!(before.0.len(), 14);
    space.write(BUCKET).apply().ok().says("1 added");
    // A refresh, and a create whose name exists, read the journal files of earlier runs.
    space.assert_settled();
    let twice = format!("{BUCKET}{}", BUCKET.replace("\"it\"", "\"other\""));
    space.write(&twice).apply().fails();
    space.destroy().ok();
    assert_eq!((contents(&folder), contents(elsewhere.path())), before);
    platform.assert_clean();
}

fn a_link_in_place_of_the_folder_is_not_followed(platform: &Platform) {
    let space = Workspace::on(platform);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let page = format!("{HEADER}\nbegan {}", name(7));
    old_file(&elsewhere.path().join(name(1)), &page);
    let before = contents(elsewhere.path());
    let link = space.path(".terraform/hikube");
    symlink(elsewhere.path(), &link).expect("a link");
    space.write(BUCKET).apply().ok().says("1 added");
    space.assert_settled();
    space.destroy().ok();
    assert_eq!(contents(elsewhere.path()), before);
    assert!(link.is_symlink());
    platform.assert_clean();
}

fn a_cached_schema_that_cannot_be_used_is_fetched_again(platform: &Platform) {
    let space = Workspace::on(platform);
    space.write(BUCKET).plan();
    let folder = space.home().join(".cache/terraform-provider-hikube");
    let mut files = contents(&folder).into_keys();
    let file = files.next().expect("a cached schema");
    assert_eq!(files.next(), None);
    let replacements: [&dyn Fn(); 4] = [
        &|| pipe(&file),
        &|| symlink("/dev/zero", &file).expect("a link"),
        &|| {
            File::create(&file)
                .and_then(|file| file.set_len(1 << 40))
                .expect("a sparse file")
        },
        &|| fs::write(&file, "{}").expect("a file"),
    ];
    for replace in replacements {
        fs::remove_file(&file).expect("there");
        replace();
        let plan = space.plan();
        plan.touches_only(&["hikube_bucket.it"]);
        let found = fs::symlink_metadata(&file).expect("there");
        assert!(found.is_file() && found.len() > 1000, "it is kept again");
    }
    platform.assert_clean();
}
