use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long what a run left behind is of use. Someone whose apply was cut off comes back sooner.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The creates of which Terraform may know nothing, because it or the provider was killed in their midst: a
/// file for each run in Terraform's own folder, gone when the run ends in order.
///
/// A later apply in the same folder takes over what such a create made, instead of saying that it already
/// exists. It must not take over what a state has. So a file says of each create, by its operation:
///
/// - `began`: the object may exist, and is in no state: Terraform has not been told of it.
/// - `answered`: Terraform was told. That it had no time to record it is believed only once this run's state
///   was read since, and the object was not in it.
/// - `seen`: it was found in the state.
/// - `taken`: it was taken over, and stands in the file of the run that did.
///
/// A file is locked as long as its run lives: what that one makes is not left behind.
///
/// Nothing depends on it. Where it cannot be kept, an apply says what exists already, as of anyone's object.
#[derive(Default)]
pub struct Journal {
    folder: Option<PathBuf>,
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    own: Page,
    left: Vec<Page>,
    /// Files not read yet, and those of runs that lived at the last look.
    unread: Vec<PathBuf>,
}

/// What one run wrote.
#[derive(Default)]
struct Page {
    path: PathBuf,
    /// Open and locked, where it is this run's.
    file: Option<File>,
    began: HashSet<String>,
    answered: HashSet<String>,
    /// Something it made was found in the state: this is the state it worked with.
    has_state: bool,
}

impl Journal {
    /// The journal in Terraform's folder, `.terraform` unless told otherwise, with what earlier runs left. None
    /// is kept where there is no such folder.
    pub fn open(folder: &Path) -> Journal {
        if !folder.is_dir() {
            return Journal::default();
        }
        let folder = folder.join("hikube");
        let files = fs::read_dir(&folder).into_iter().flatten().flatten();
        let unread = files.map(|file| file.path()).collect();
        Journal {
            folder: Some(folder),
            pages: Mutex::new(Pages {
                unread,
                ..Pages::default()
            }),
        }
    }

    /// A create is about to be sent.
    pub(super) fn begin(&self, operation: &str) {
        let Some(folder) = &self.folder else { return };
        self.pages().own.begin(folder, operation);
    }

    /// Terraform is about to be told how a create ended.
    pub(super) fn answer(&self, operation: &str) {
        let own = &mut self.pages().own;
        if own.began.remove(operation) {
            own.answered.insert(operation.to_owned());
            own.write("answered", operation);
        }
    }

    /// What this operation made is in the state.
    pub(super) fn see(&self, operation: &str) {
        if let Some(page) = self.pages().left(operation) {
            page.has_state = true;
            page.strike("seen", operation);
        }
    }

    /// Takes over what an earlier run made, where it is in no state. Once: the next one is refused.
    pub(super) fn take(&self, operation: &str) -> bool {
        let Some(folder) = &self.folder else {
            return false;
        };
        let mut pages = self.pages();
        let is_free = |page: &mut Page| page.has_state || page.began.contains(operation);
        if !pages.left(operation).is_some_and(is_free) {
            return false;
        }
        // In this order: a kill in between leaves it in two files, not in none.
        pages.own.begin(folder, operation);
        if let Some(page) = pages.left(operation) {
            page.strike("taken", operation);
        }
        true
    }

    /// Terraform ends the run in order, and has recorded all that it was told.
    pub fn close(&self) {
        let own = &mut self.pages().own;
        if own.began.is_empty() && !own.answered.is_empty() {
            own.remove();
        }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    /// The page of an earlier run on which this stands.
    fn left(&mut self, operation: &str) -> Option<&mut Page> {
        for path in std::mem::take(&mut self.unread) {
            match Page::read(&path) {
                Ok(page) => self.left.extend(page),
                Err(error) => {
                    tracing::debug!(%error, "creates of a run that may be alive are left to it");
                    self.unread.push(path);
                }
            }
        }
        let mut left = self.left.iter_mut();
        left.find(|page| page.began.contains(operation) || page.answered.contains(operation))
    }
}

impl Page {
    /// What a run left; none where it is too old. An error where the run may be alive.
    fn read(path: &Path) -> io::Result<Option<Page>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        file.try_lock_shared()?;
        let mut page = Page {
            path: path.to_owned(),
            ..Page::default()
        };
        let age = file.metadata()?.modified()?.elapsed();
        if age.is_ok_and(|age| age > KEPT) {
            page.remove();
            return Ok(None);
        }
        let text = io::read_to_string(file)?;
        for (word, operation) in text.lines().filter_map(|line| line.split_once(' ')) {
            if word == "began" {
                page.began.insert(operation.to_owned());
                continue;
            }
            page.began.remove(operation);
            page.answered.remove(operation);
            page.has_state |= word == "seen";
            if word == "answered" {
                page.answered.insert(operation.to_owned());
            }
        }
        Ok(Some(page))
    }

    fn begin(&mut self, folder: &Path, operation: &str) {
        if self.path.as_os_str().is_empty() {
            self.path = folder.join(random_name());
            self.file = self.open().ok();
        }
        self.began.insert(operation.to_owned());
        self.write("began", operation);
    }

    fn strike(&mut self, word: &str, operation: &str) {
        self.began.remove(operation);
        self.answered.remove(operation);
        if self.began.is_empty() && self.answered.is_empty() {
            self.remove();
        } else {
            self.write(word, operation);
        }
    }

    fn write(&self, word: &str, operation: &str) {
        // One short line at once: a kill leaves it whole or leaves it out.
        let line = format!("{word} {operation}\n");
        let written = match &self.file {
            Some(file) => (&*file).write_all(line.as_bytes()),
            None => {
                let opened = OpenOptions::new().append(true).open(&self.path);
                opened.and_then(|mut file| file.write_all(line.as_bytes()))
            }
        };
        if let Err(error) = written {
            tracing::debug!(%error, "which creates are under way could not be written down");
        }
    }

    fn open(&self) -> io::Result<File> {
        fs::create_dir_all(self.path.parent().unwrap_or(&self.path))?;
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        file.lock()?;
        Ok(file)
    }

    fn remove(&mut self) {
        self.file = None;
        let removed = fs::remove_file(&self.path);
        // The folder goes with the last file in it.
        let folder = self.path.parent().map(fs::remove_dir);
        tracing::trace!(
            ?removed,
            ?folder,
            "a file of creates is not needed any more"
        );
    }
}

/// A name that nothing else has.
pub(super) fn random_name() -> String {
    let mut random = [0u8; 16];
    // Without randomness the clock tells it apart.
    if aws_lc_rs::rand::fill(&mut random).is_err() {
        return jiff::Timestamp::now().as_nanosecond().to_string();
    }
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for operation in ["a", "b"] {
            journal.begin(operation);
            journal.answer(operation);
        }
        assert_eq!(files(&folder), 1);
        journal.close();
        assert!(!folder.path().join("hikube").exists());
        assert!(!Journal::open(folder.path()).take("a"));
    }

    #[test]
    fn what_was_not_answered_outlives_the_run_and_is_taken_once() {
        let folder = folder();
        let journal = Journal::open(folder.path());
        journal.begin("a");
        journal.begin("b");
        journal.answer("b");
        journal.close();
        drop(journal);
        let second = Journal::open(folder.path());
        assert!(!second.take("b"), "the state may have it");
        assert!(!second.take("c"));
        assert!(second.take("a"));
        assert!(!second.take("a"), "two blocks must not share it");
        // Cut off as well, before it was answered.
        drop(second);
        let third = Journal::open(folder.path());
        assert!(third.take("a"));
        third.answer("a");
        third.close();
        drop(third);
        assert!(!Journal::open(folder.path()).take("a"));
    }

    #[test]
    fn what_was_answered_is_taken_once_its_state_is_seen_without_it() {
        let folder = folder();
        let journal = Journal::open(folder.path());
        for operation in ["a", "b"] {
            journal.begin(operation);
            journal.answer(operation);
        }
        drop(journal);
        Journal::open(folder.path()).see("unknown");
        assert!(!Journal::open(folder.path()).take("b"));
        Journal::open(folder.path()).see("a");
        let apply = Journal::open(folder.path());
        assert!(!apply.take("a"), "the state has it");
        assert!(apply.take("b"));
        apply.answer("b");
        apply.close();
        assert_eq!(files(&folder), 0, "all of it is settled");
    }

    #[test]
    fn a_run_that_lives_is_left_alone_until_it_is_over() {
        let folder = folder();
        let first = Journal::open(folder.path());
        first.begin("a");
        let second = Journal::open(folder.path());
        assert!(!second.take("a"));
        drop(first);
        assert!(second.take("a"));
    }

    #[test]
    fn old_and_strange_files_do_no_harm() {
        let folder = folder();
        let journal = Journal::open(folder.path());
        journal.begin("a");
        let path = folder.path().join("hikube");
        let old = journal.pages().own.path.clone();
        let file = File::options().append(true).open(&old);
        let long_ago = std::time::SystemTime::now() - KEPT - KEPT;
        file.and_then(|file| file.set_modified(long_ago))
            .expect("an old file");
        drop(journal);
        fs::write(path.join("strange"), [0xff, b'\n', b' ', 0]).expect("a file");
        fs::write(path.join("cut"), "began x\nbegan y\nansw").expect("a file");
        fs::create_dir(path.join("folder")).expect("a folder");
        let journal = Journal::open(folder.path());
        assert!(!journal.take("a"), "it is too old");
        assert!(!old.exists());
        assert!(journal.take("y"));
    }

    #[test]
    fn without_a_folder_nothing_is_kept() {
        let folder = folder();
        let none = folder.path().join(".terraform");
        let journal = Journal::open(&none);
        journal.begin("a");
        journal.answer("a");
        assert!(!journal.take("a"));
        journal.close();
        assert!(!none.exists());
    }
}
