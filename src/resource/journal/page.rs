use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::folder::{self, Folder, is_random_name, random_name};

/// How long what a run left behind is of use. Someone whose apply was cut off comes back sooner.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// More than an apply of 40000 creates writes.
const LARGEST: u64 = 4 << 20;

const WORDS: [&str; 4] = ["began", "answered", "seen", "taken"];

/// What one run wrote.
#[derive(Default)]
pub(crate) struct Page {
    folder: Option<Arc<Folder>>,
    name: String,
    /// Open and locked, where it is this run's.
    file: Option<File>,
    pub(crate) began: HashSet<String>,
    pub(crate) answered: HashSet<String>,
    /// Something it made was found in the state: this is the state it worked with.
    pub(crate) has_state: bool,
    /// Its last line lacks its end.
    is_cut: bool,
}

/// What a file turned out to be.
pub(crate) enum Found {
    /// What a run left behind.
    Page(Page),
    /// Its run may be alive.
    Alive,
    /// Not one of ours, gone, or too old.
    Nothing,
}

impl Page {
    /// What a run left.
    pub(crate) fn read(folder: &Arc<Folder>, name: &str) -> Found {
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
        let content = folder::read(&file, LARGEST).ok();
        let text = content.and_then(|content| String::from_utf8(content).ok());
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

    /// What the lines say; none if anything other than a run wrote them.
    pub(crate) fn parse(text: &str) -> Option<Page> {
        let (lines, rest) = text.rsplit_once('\n')?;
        let mut page = Page {
            is_cut: !rest.is_empty(),
            ..Page::default()
        };
        let mut is_ours = false;
        for line in lines.split('\n') {
            match line.split_once(' ') {
                Some((word, operation)) if WORDS.contains(&word) && is_random_name(operation) => {
                    page.note(word, operation);
                    is_ours = true;
                }
                // A kill cut it, and a later run added the next one.
                _ if is_part(line) => {}
                _ => return None,
            }
        }
        (is_ours && is_part(rest)).then_some(page)
    }

    fn note(&mut self, word: &str, operation: &str) {
        if word == "began" {
            self.began.insert(operation.to_owned());
            return;
        }
        self.began.remove(operation);
        self.answered.remove(operation);
        self.has_state |= word == "seen";
        if word == "answered" {
            self.answered.insert(operation.to_owned());
        }
    }

    /// A create is about to be sent. The first one makes the file.
    pub(crate) fn begin(&mut self, folder: &Path, operation: &str) {
        if self.name.is_empty() {
            self.name = random_name();
            match Folder::create(folder).and_then(|folder| {
                let file = folder.start(&self.name)?;
                Ok((folder, file))
            }) {
                Ok((folder, file)) => {
                    self.folder = Some(Arc::new(folder));
                    self.file = Some(file);
                }
                Err(error) => {
                    tracing::debug!(%error, "creates are not remembered: the folder cannot be used");
                }
            }
        }
        self.began.insert(operation.to_owned());
        self.write("began", operation);
    }

    /// An operation that need not be remembered any more, for the reason that is the word.
    pub(crate) fn strike(&mut self, word: &str, operation: &str) {
        self.began.remove(operation);
        self.answered.remove(operation);
        if self.began.is_empty() && self.answered.is_empty() {
            self.remove();
        } else {
            self.write(word, operation);
        }
    }

    /// Adds a line.
    pub(crate) fn write(&mut self, word: &str, operation: &str) {
        // One short line at once: a kill leaves it whole or leaves it out.
        let end = if self.is_cut { "\n" } else { "" };
        let line = format!("{end}{word} {operation}\n");
        let written = match (&self.file, &self.folder) {
            (Some(file), _) => (&*file).write_all(line.as_bytes()),
            (None, Some(folder)) => {
                let opened = folder.append(&self.name);
                opened.and_then(|mut file| file.write_all(line.as_bytes()))
            }
            (None, None) => return,
        };
        self.is_cut = written.is_err();
        if let Err(error) = written {
            tracing::debug!(%error, "the journal of creates could not be written");
        }
    }

    /// Removes the file, and the folder with the last file in it.
    pub(crate) fn remove(&mut self) {
        self.file = None;
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

/// Whether a line can begin like this.
fn is_part(text: &str) -> bool {
    WORDS.iter().any(|word| match text.split_once(' ') {
        None => word.starts_with(text),
        Some((whole, digits)) => {
            let missing = "0".repeat(32_usize.saturating_sub(digits.len()));
            whole == *word && is_random_name(&format!("{digits}{missing}"))
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_others_wrote_is_not_a_page() {
        let line = format!("began {}\n", "0".repeat(32));
        let long = format!("began {}\n", "0".repeat(33));
        let upper = line.replace('0', "A");
        let (spaced, carriage) = (line.replace(' ', "  "), line.replace('\n', "\r\n"));
        let others = [
            "",
            "\n",
            "began",
            "began x\n",
            "beg",
            "beg\n",
            "beg\n\n",
            "{}",
            "{}\n",
        ];
        for text in others
            .into_iter()
            .chain([&*long, &upper, &spaced, &carriage])
        {
            assert!(Page::parse(text).is_none(), "{text:?}");
            if !is_part(text.trim_end_matches('\n')) {
                for text in [format!("{line}{text}"), format!("{text}\n{line}")] {
                    assert!(Page::parse(&text).is_none(), "{text:?}");
                }
            }
        }
        assert!(Page::parse(&line).is_some());
    }

    proptest! {
        /// Wherever a kill cuts a line, the file stays ours, and what is added later counts.
        #[test]
        fn a_cut_page_is_read_and_added_to(
            operations in prop::collection::vec("[0-9a-f]{32}", 1..5),
            word in prop::sample::select(&WORDS[..]),
            length in 0_usize..41,
        ) {
            let begun: String = operations.iter().map(|name| format!("began {name}\n")).collect();
            let last = format!("{word} {}", operations[0]);
            let length = length.min(last.len());
            let page = Page::parse(&format!("{begun}{}", &last[..length]));
            let mut page = page.ok_or_else(|| TestCaseError::fail("not ours"))?;
            prop_assert!(operations.iter().all(|name| page.began.contains(name)));
            prop_assert_eq!(page.is_cut, length > 0);

            let base = tempfile::tempdir()?;
            let folder = Arc::new(Folder::create(&base.path().join("a"))?);
            let name = random_name();
            folder.write(&name, format!("{begun}{}", &last[..length]).as_bytes())?;
            page.folder = Some(Arc::clone(&folder));
            page.name = name.clone();
            for operation in &operations[1..] {
                page.strike("taken", operation);
            }
            let Found::Page(again) = Page::read(&folder, &name) else {
                return Err(TestCaseError::fail("not ours any more"));
            };
            let left = |name: &String| again.began.contains(name) || again.answered.contains(name);
            prop_assert!(!operations[1..].iter().any(left));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "(?s).{0,60}") {
            let line = format!("taken {}\n", "0".repeat(32));
            prop_assert!(Page::parse(&text).is_none());
            let _ = Page::parse(&format!("{line}{text}"));
        }
    }
}
