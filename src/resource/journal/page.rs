use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::folder::{self, Folder, is_random_name, random_name};

/// How long what a run left behind is of use. Someone whose apply was cut off comes back sooner.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// More than an apply of 40000 creates writes.
const LARGEST: u64 = 4 << 20;

/// The first line of a file: what lacks it is not ours.
pub(super) const HEADER: &str = "creates of terraform-provider-hikube";

/// What one run wrote: after the header, a line for each change, with its newline first, so that a line cut short
/// by a kill does not spoil the next.
#[derive(Default)]
pub(super) struct Page {
    folder: Option<Arc<Folder>>,
    name: String,
    /// Locked, where it is this run's.
    lock: Option<File>,
    /// The operations that are not settled, and whether Terraform was told.
    pub(super) open: HashMap<String, bool>,
    /// Something it made was found in the state: this is the state it worked with.
    pub(super) has_state: bool,
}

/// What a file turned out to be.
pub(super) enum Found {
    /// What a run left behind.
    Page(Page),
    /// Its run may be alive.
    Alive,
    /// Not one of ours, gone, or too old.
    Nothing,
}

impl Page {
    /// What a run left.
    pub(super) fn read(folder: &Arc<Folder>, name: &str) -> Found {
        let Ok(file) = folder.file(name) else {
            return Found::Nothing;
        };
        match file.try_lock_shared() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Found::Alive,
            Err(TryLockError::Error(error)) => {
                tracing::debug!(%error, "creates of a run that may be alive are left to it");
                return Found::Nothing;
            }
        }
        let text = folder::read(&file, LARGEST).ok();
        let text = text.and_then(|content| String::from_utf8(content).ok());
        let Some(mut page) = text.as_deref().and_then(Page::parse) else {
            return Found::Nothing;
        };
        page.folder = Some(Arc::clone(folder));
        page.name = name.to_owned();
        let written = file.metadata().and_then(|metadata| metadata.modified());
        let age = written.map(|written| written.elapsed().unwrap_or_default());
        if age.is_ok_and(|age| age > KEPT) {
            page.remove();
            return Found::Nothing;
        }
        Found::Page(page)
    }

    fn parse(text: &str) -> Option<Page> {
        let mut lines = text.split('\n');
        let is_ours = lines.next() == Some(HEADER);
        let mut page = Page::default();
        for (word, operation) in lines.filter_map(|line| line.split_once(' ')) {
            if is_random_name(operation) {
                page.note(word, operation);
            }
        }
        is_ours.then_some(page)
    }

    fn note(&mut self, word: &str, operation: &str) {
        match word {
            "began" => self.open.insert(operation.to_owned(), false),
            "answered" => self.open.insert(operation.to_owned(), true),
            _ => self.open.remove(operation),
        };
        self.has_state |= word == "seen";
    }

    /// A create is about to be sent. The first one makes the file of this run.
    pub(super) fn begin(&mut self, folder: &Path, operation: &str) {
        if self.name.is_empty() {
            self.start(folder);
        }
        self.record("began", operation);
    }

    fn start(&mut self, folder: &Path) {
        self.name = random_name();
        let started = Folder::create(folder).and_then(|folder| {
            let mut file = folder.start(&self.name)?;
            file.write_all(HEADER.as_bytes())?;
            Ok((folder, file))
        });
        match started {
            Ok((folder, file)) => {
                self.folder = Some(Arc::new(folder));
                self.lock = Some(file);
            }
            Err(error) => {
                tracing::debug!(%error, "creates are not remembered: the folder cannot be used");
            }
        }
    }

    /// Adds a line, or removes the file where no operation is left.
    pub(super) fn record(&mut self, word: &str, operation: &str) {
        self.note(word, operation);
        if self.open.is_empty() {
            return self.remove();
        }
        if let Err(error) = self.append(&format!("\n{word} {operation}")) {
            tracing::debug!(%error, "the journal of creates could not be written");
        }
    }

    fn append(&self, line: &str) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        folder.append(&self.name)?.write_all(line.as_bytes())
    }

    /// Removes the file, and the folder with the last file in it.
    pub(super) fn remove(&mut self) {
        self.lock = None;
        let Some(folder) = &self.folder else { return };
        let removed = folder.remove(&self.name);
        let folder = folder.remove_if_empty();
        tracing::trace!(
            ?removed,
            ?folder,
            "a file of creates is not needed any more"
        );
    }
}
