use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::page::HEADER;
use super::record::*;
use crate::folder::random_name;
use std::path::PathBuf;

/// Long after any run that left something.
const LONG: Duration = Duration::from_secs(15 * 24 * 60 * 60);

const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const C: &str = "cccccccccccccccccccccccccccccccc";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// How many runs left something.
fn files(folder: &tempfile::TempDir) -> usize {
    fs::read_dir(folder.path().join("hikube")).map_or(0, Iterator::count)
}

#[test]
fn a_run_that_ends_in_order_leaves_nothing() {
    let folder = folder();
    let journal = Journal::open(folder.path());
    assert_eq!(files(&folder), 0, "nothing was made");
    for operation in [A, B] {
        journal.begin(operation);
        journal.answer(operation);
    }
    assert_eq!(files(&folder), 1);
    journal.close();
    assert!(!folder.path().join("hikube").exists());
    assert!(!Journal::open(folder.path()).take(A));
}

#[test]
fn what_was_not_answered_outlives_the_run_and_is_taken_once() {
    let folder = folder();
    let journal = Journal::open(folder.path());
    journal.begin(A);
    journal.begin(B);
    journal.answer(B);
    journal.close();
    drop(journal);
    let second = Journal::open(folder.path());
    assert!(!second.take(B), "the state may have it");
    assert!(!second.take(C));
    assert!(second.take(A));
    assert!(!second.take(A), "two blocks must not share it");
    // Cut off as well, before it was answered.
    drop(second);
    let third = Journal::open(folder.path());
    assert!(third.take(A));
    third.answer(A);
    third.close();
    drop(third);
    assert!(!Journal::open(folder.path()).take(A));
}

#[test]
fn what_was_answered_is_taken_once_its_state_is_seen_without_it() {
    let folder = folder();
    let journal = Journal::open(folder.path());
    for operation in [A, B] {
        journal.begin(operation);
        journal.answer(operation);
    }
    drop(journal);
    Journal::open(folder.path()).see(C);
    assert!(!Journal::open(folder.path()).take(B));
    Journal::open(folder.path()).see(A);
    let apply = Journal::open(folder.path());
    assert!(!apply.take(A), "the state has it");
    assert!(apply.take(B));
    apply.answer(B);
    apply.close();
    assert_eq!(files(&folder), 0, "all of it is settled");
}

#[test]
fn a_run_that_lives_is_left_alone_until_it_is_over() {
    let folder = folder();
    let first = Journal::open(folder.path());
    first.begin(A);
    let second = Journal::open(folder.path());
    assert!(!second.take(A));
    drop(first);
    assert!(second.take(A));
}

#[test]
fn without_a_folder_nothing_is_kept() {
    let folder = folder();
    let none = folder.path().join(".terraform");
    let journal = Journal::open(&none);
    journal.begin(A);
    journal.answer(A);
    assert!(!journal.take(A));
    journal.close();
    assert!(!none.exists());
}

/// A file as a run leaves it, or as someone else does, of long ago.
fn put(folder: &tempfile::TempDir, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.path().join("hikube").join(name);
    fs::create_dir_all(folder.path().join("hikube")).expect("a folder");
    fs::write(&path, content).expect("a file");
    let file = File::options().append(true).open(&path);
    file.and_then(|file| file.set_modified(SystemTime::now() - LONG))
        .expect("an old file");
    path
}

fn page(lines: &[(&str, &str)]) -> String {
    let mut text = HEADER.to_owned();
    for (word, operation) in lines {
        text += &format!("\n{word} {operation}");
    }
    text
}

#[test]
fn what_is_too_old_is_removed_and_what_is_cut_is_read() {
    let folder = folder();
    let old = put(&folder, &random_name(), page(&[("began", A)]).as_bytes());
    let cut = folder.path().join("hikube").join(random_name());
    fs::write(
        &cut,
        format!("{}\nansw", page(&[("began", B), ("began", C)])),
    )
    .expect("a file");
    let journal = Journal::open(folder.path());
    assert!(old.exists(), "it is read when needed");
    assert!(!journal.take(A), "it is too old");
    assert!(!old.exists());
    assert!(journal.take(C));
    drop(journal);
    let journal = Journal::open(folder.path());
    assert!(journal.take(C), "from the run that took it");
    assert!(journal.take(B));
}

/// A repository can bring along a folder with anything in it.
#[test]
fn files_of_others_stay_whatever_their_age() {
    let folder = folder();
    let ours = page(&[("began", A)]);
    let mut files = vec![
        put(&folder, "notes.txt", ours.as_bytes()),
        put(&folder, &"A".repeat(32), ours.as_bytes()),
        put(&folder, ".hidden", ours.as_bytes()),
        put(&folder, "d41d8cd98f00b204e9800998ecf8427e", b""),
    ];
    let header = HEADER.to_uppercase();
    let cut = &HEADER[1..];
    for first in [
        "",
        "a",
        "began",
        "-----BEGIN",
        &header,
        cut,
        &format!("{HEADER} "),
    ] {
        let text = ours.replace(HEADER, first);
        files.push(put(&folder, &random_name(), text.as_bytes()));
        files.push(put(&folder, &random_name(), first.as_bytes()));
    }
    files.push(put(&folder, &random_name(), &[0xff, b'\n', b' ', 0]));
    let contents =
        |files: &[PathBuf]| -> Vec<_> { files.iter().map(|file| fs::read(file).ok()).collect() };
    let before = contents(&files);
    let journal = Journal::open(folder.path());
    assert!(!journal.take(A));
    journal.see(A);
    journal.begin(B);
    journal.answer(B);
    journal.close();
    assert_eq!(contents(&files), before);
    assert!(before.iter().all(Option::is_some));
    assert_eq!(self::files(&folder), files.len());
}

proptest! {
    /// Wherever a kill cuts the last line, those before it count, and so do those that are added later.
    #[test]
    fn a_cut_page_is_read_and_added_to(
        word in prop::sample::select(&["began", "answered", "seen", "taken"][..]),
        length in 0_usize..42,
    ) {
        let folder = folder();
        let begun = page(&[("began", A), ("began", B), ("answered", B)]);
        let last = format!("\n{word} {C}");
        let content = format!("{begun}{}", &last[..length.min(last.len())]);
        let path = folder.path().join("hikube");
        fs::create_dir(&path)?;
        fs::write(path.join(random_name()), content)?;
        Journal::open(folder.path()).see(A);
        let journal = Journal::open(folder.path());
        prop_assert!(!journal.take(A), "the state has it");
        prop_assert!(journal.take(B), "the state lacks it");
    }

    /// Only a file that is wholly a page goes.
    #[test]
    fn no_content_but_a_page_is_removed(content in prop::collection::vec(any::<u8>(), 0..80)) {
        let folder = folder();
        let path = put(&folder, &random_name(), &content);
        Journal::open(folder.path()).see(A);
        prop_assert_eq!(fs::read(path).ok(), Some(content));
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_pipes_and_the_like_are_neither_opened_nor_removed() {
        let folder = folder();
        let inside = folder.path().join("hikube");
        fs::create_dir(&inside).expect("a folder");
        let elsewhere = tempfile::tempdir().expect("a folder");
        let victim = put(&elsewhere, &random_name(), page(&[("began", A)]).as_bytes());
        let at = |_: &str| inside.join(random_name());
        symlink(&victim, at("link")).expect("a link");
        symlink("/dev/zero", at("endless")).expect("a link");
        symlink("/nowhere/at/all", at("dangling")).expect("a link");
        let _socket = UnixListener::bind(at("socket")).expect("a socket");
        fs::create_dir(at("folder")).expect("a folder");
        let pipe = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(pipe.is_ok_and(|status| status.success()));
        let sparse = File::create(at("sparse")).expect("a file");
        sparse.set_len(1 << 30).expect("a sparse file");
        let names = || -> std::collections::BTreeSet<_> {
            let entries = fs::read_dir(&inside).expect("a folder");
            entries.flatten().map(|entry| entry.file_name()).collect()
        };
        let before = names();
        let begin = std::time::Instant::now();
        let journal = Journal::open(folder.path());
        assert!(!journal.take(A));
        journal.see(A);
        journal.close();
        assert!(
            begin.elapsed() < Duration::from_secs(1),
            "{:?}",
            begin.elapsed()
        );
        assert_eq!(names(), before);
        assert!(victim.exists());
    }

    #[test]
    fn a_link_in_place_of_the_folder_is_not_followed() {
        let folder = folder();
        let elsewhere = tempfile::tempdir().expect("a folder");
        let victim = put(&elsewhere, &random_name(), page(&[("began", A)]).as_bytes());
        symlink(
            elsewhere.path().join("hikube"),
            folder.path().join("hikube"),
        )
        .expect("a link");
        let journal = Journal::open(folder.path());
        assert!(!journal.take(A));
        journal.begin(B);
        journal.answer(B);
        journal.close();
        assert!(victim.exists());
        assert_eq!(files(&elsewhere), 1);
        assert!(folder.path().join("hikube").is_symlink());
    }
}
