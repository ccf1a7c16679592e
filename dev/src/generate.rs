//! Writes and checks the generated files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::{docs, protobuf};

/// A generated file. The path is relative to the root of the repository.
pub(crate) struct Generated {
    pub(crate) path: PathBuf,
    pub(crate) content: String,
}

/// A function that generates files from those below the root of the repository. It does not write.
type Generator = fn(&Path) -> Result<Vec<Generated>>;

/// All generators.
const GENERATORS: &[Generator] = &[protobuf::generate, docs::generate];

/// The folders that contain only generated files.
const FOLDERS: &[&[&str]] = &[docs::FOLDERS];

/// The differences between the generated files and the repository.
struct Stale {
    /// Files that are missing or differ.
    differing: Vec<Generated>,
    /// Files that are no longer generated.
    left_over: Vec<PathBuf>,
}

/// Writes the files that differ, removes those that are no longer generated, and lists both.
///
/// # Errors
///
/// A generator failed, or a file cannot be written.
pub(crate) fn write() -> Result<ExitCode> {
    let root = root();
    let stale = stale(root)?;
    for file in stale.differing {
        let path = root.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &file.content)
            .with_context(|| format!("could not write {}", path.display()))?;
        println!("wrote {}", file.path.display());
    }
    for path in stale.left_over {
        fs::remove_file(root.join(&path))
            .with_context(|| format!("could not remove {}", path.display()))?;
        println!("removed {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the files that are out of date, and fails if there are any.
///
/// # Errors
///
/// A generator failed.
pub(crate) fn check() -> Result<ExitCode> {
    let Stale {
        differing,
        left_over,
    } = stale(root())?;
    for file in &differing {
        println!("out of date: {}", file.path.display());
    }
    for path in &left_over {
        println!("no longer generated: {}", path.display());
    }
    if differing.is_empty() && left_over.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("Run `cargo dev generate`.");
    Ok(ExitCode::FAILURE)
}

fn stale(root: &Path) -> Result<Stale> {
    let mut made = BTreeSet::new();
    let mut differing = Vec::new();
    for generator in GENERATORS {
        for file in generator(root)? {
            made.insert(file.path.clone());
            let present = fs::read_to_string(root.join(&file.path)).ok();
            // Git may convert line breaks on Windows.
            let present = present.map(|text| text.replace("\r\n", "\n"));
            if present.as_ref() != Some(&file.content) {
                differing.push(file);
            }
        }
    }
    let mut left_over = Vec::new();
    for folder in FOLDERS.iter().copied().flatten().map(Path::new) {
        // The folder may not exist yet.
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten() {
            let path = folder.join(entry?.file_name());
            if !made.contains(&path) {
                left_over.push(path);
            }
        }
    }
    left_over.sort();
    Ok(Stale {
        differing,
        left_over,
    })
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let dev = Path::new(env!("CARGO_MANIFEST_DIR"));
    dev.parent().unwrap_or(dev)
}
