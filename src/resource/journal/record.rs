use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::page::{Found, Page};
use crate::folder::{Folder, is_random_name};

/// More files than runs can leave behind in the time for which they are kept.
const MOST_FILES: usize = 1000;

/// The creates of which Terraform may know nothing, because it or the provider was killed in their midst: a
/// file for each run in Terraform's own folder, gone when the run ends in order.
///
/// A later apply in the same folder takes over what such a create made, instead of saying that it already
/// exists. It must not take over what a state has. So a file says of each create, by its operation:
///
/// - `began`: the object may exist, and is in no state: Terraform does not know it.
/// - `answered`: Terraform was told. That it had no time to record it is believed only once this run's state
///   was read since, and the object was not in it.
/// - `seen`: it was found in the state.
/// - `taken`: it was taken over, and is in the file of the run that did.
///
/// A file is locked as long as its run lives: what that one makes is not left behind. The folder may hold files of
/// others: a repository can bring them along. They stay as they are.
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
    /// Where the files of earlier runs are.
    folder: Option<Arc<Folder>>,
    /// Names of files not read yet, and of those whose runs lived at the last look.
    unread: Vec<String>,
}

impl Journal {
    /// The journal in Terraform's folder, `.terraform` unless told otherwise, with what earlier runs left. None
    /// is kept where there is no such folder.
    pub fn open(folder: &Path) -> Journal {
        if !folder.is_dir() {
            return Journal::default();
        }
        let folder = folder.join("hikube");
        let left = Folder::open(&folder).ok();
        let names = left
            .as_ref()
            .and_then(|left| left.names(MOST_FILES, is_random_name).ok());
        let pages = Pages {
            unread: names.unwrap_or_default(),
            folder: left.map(Arc::new),
            ..Pages::default()
        };
        Journal {
            pages: Mutex::new(pages),
            folder: Some(folder),
        }
    }

    /// A create is about to be sent.
    pub(crate) fn begin(&self, operation: &str) {
        if let Some(folder) = &self.folder {
            self.pages().own.begin(folder, operation);
        }
    }

    /// Terraform is about to be told how a create ended.
    pub(crate) fn answer(&self, operation: &str) {
        let own = &mut self.pages().own;
        if own.open.get(operation) == Some(&false) {
            own.record("answered", operation);
        }
    }

    /// What this operation made is in the state.
    pub(crate) fn see(&self, operation: &str) {
        if let Some(page) = self.pages().left(operation) {
            page.record("seen", operation);
        }
    }

    /// Whether an apply can take over what an earlier run made.
    pub(crate) fn has(&self, operation: &str) -> bool {
        self.folder.is_some() && self.pages().is_free(operation)
    }

    /// Takes over what an earlier run made, where it is in no state. Once: the next one is refused.
    pub(crate) fn take(&self, operation: &str) -> bool {
        let Some(folder) = &self.folder else {
            return false;
        };
        let mut pages = self.pages();
        if !pages.is_free(operation) {
            return false;
        }
        // In this order: a kill in between leaves it in two files, not in none.
        pages.own.begin(folder, operation);
        if let Some(page) = pages.left(operation) {
            page.record("taken", operation);
        }
        true
    }

    /// Terraform ends the run in order, and has recorded all that it was told.
    pub fn close(&self) {
        let own = &mut self.pages().own;
        if own.open.values().all(|is_answered| *is_answered) {
            own.remove();
        }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    /// Whether what this operation made is in no state.
    fn is_free(&mut self, operation: &str) -> bool {
        self.left(operation)
            .is_some_and(|page| page.has_state || page.open.get(operation) == Some(&false))
    }

    /// The page of an earlier run on which this stands.
    fn left(&mut self, operation: &str) -> Option<&mut Page> {
        if let Some(folder) = &self.folder {
            for name in std::mem::take(&mut self.unread) {
                match Page::read(folder, &name) {
                    Found::Page(page) => self.left.push(page),
                    Found::Alive => self.unread.push(name),
                    Found::Nothing => {}
                }
            }
        }
        let mut left = self.left.iter_mut();
        left.find(|page| page.open.contains_key(operation))
    }
}
