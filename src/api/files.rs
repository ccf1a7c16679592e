use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files, and what they looked like when they were added: whether they were written since can be told
/// without reading them.
#[derive(Clone, Default)]
pub(super) struct Files(Vec<(PathBuf, Look)>);

/// When a file was written and how long it is; none where it is not there.
type Look = Option<(SystemTime, u64)>;

impl Files {
    /// Adds a file, if one is named. To be called before it is read.
    pub(super) fn add(&mut self, path: Option<PathBuf>) {
        if let Some(path) = path {
            let look = look(&path);
            self.0.push((path, look));
        }
    }

    /// Whether one of them changed, came or went.
    pub(super) fn have_changed(&self) -> bool {
        self.0.iter().any(|(path, before)| look(path) != *before)
    }

    /// The same files as they look now.
    pub(super) fn anew(&self) -> Files {
        let looked = self.0.iter().map(|(path, _)| (path.clone(), look(path)));
        Files(looked.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn look(path: &Path) -> Look {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_changes_comes_or_goes_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let files = || {
            let mut files = Files::default();
            files.add(Some(path.clone()));
            files
        };
        let missing = files();
        assert!(!missing.have_changed());
        fs::write(&path, "one").unwrap();
        assert!(missing.have_changed());
        let short = files();
        assert!(!short.have_changed());
        fs::write(&path, "longer").unwrap();
        assert!(short.have_changed());
        assert!(!short.anew().have_changed());
        let there = files();
        fs::remove_file(&path).unwrap();
        assert!(there.have_changed());
    }
}
