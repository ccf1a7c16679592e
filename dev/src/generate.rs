//! The generated files: which generators there are, and writing or checking what they give.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::{docs, protobuf};

/// A file as a generator wants it. The path is relative to the root of the repository.
pub(crate) struct Generated {
    pub(crate) path: PathBuf,
    pub(crate) content: String,
}

/// Is given the root of the repository, reads what it likes below it and writes nothing.
type Generator = fn(&Path) -> Result<Vec<Generated>>;

/// Everything this repository generates.
const GENERATORS: &[Generator] = &[protobuf::generate, docs::generate];

/// The folders that hold nothing but generated files.
const FOLDERS: &[&[&str]] = &[docs::FOLDERS];

/// What is not as it should be.
struct Stale {
    /// Files that are missing or have another content.
    differing: Vec<Generated>,
    /// Files that no generator makes any more.
    left_over: Vec<PathBuf>,
}

/// Writes the files that are not as they should be, removes those that no generator makes any more,
/// and names both.
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
        fs::write(&path, &file.content).with_context(|| format!("writing {}", path.display()))?;
        println!("wrote {}", file.path.display());
    }
    for path in stale.left_over {
        fs::remove_file(root.join(&path))
            .with_context(|| format!("removing {}", path.display()))?;
        println!("removed {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Names the files that are not as they should be; fails if there are any.
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
        println!("made by no generator: {}", path.display());
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
            // A checkout on Windows may have turned the line ends.
            let present = present.map(|text| text.replace("\r\n", "\n"));
            if present.as_ref() != Some(&file.content) {
                differing.push(file);
            }
        }
    }
    let mut left_over = Vec::new();
    for folder in FOLDERS.iter().copied().flatten().map(Path::new) {
        // Where the folder is missing, so is every file of it.
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
