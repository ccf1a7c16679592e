//! The generated files: which generators there are, and writing or checking what they give.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::protobuf;

/// A file as a generator wants it. The path is relative to the root of the repository.
pub(crate) struct Generated {
    pub(crate) path: PathBuf,
    pub(crate) content: String,
}

/// Is given the root of the repository, reads what it likes below it and writes nothing.
type Generator = fn(&Path) -> Result<Vec<Generated>>;

/// Everything this repository generates.
const GENERATORS: &[Generator] = &[protobuf::generate];

/// Writes the files that are not as they should be, and names them.
///
/// # Errors
///
/// A generator failed, or a file cannot be written.
pub(crate) fn write() -> Result<ExitCode> {
    let root = root();
    for file in stale(root)? {
        let path = root.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &file.content).with_context(|| format!("writing {}", path.display()))?;
        println!("wrote {}", file.path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Names the files that are not as they should be; fails if there are any.
///
/// # Errors
///
/// A generator failed.
pub(crate) fn check() -> Result<ExitCode> {
    let stale = stale(root())?;
    for file in &stale {
        println!("out of date: {}", file.path.display());
    }
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("Run `cargo dev generate`.");
    Ok(ExitCode::FAILURE)
}

fn stale(root: &Path) -> Result<Vec<Generated>> {
    let mut stale = Vec::new();
    for generator in GENERATORS {
        for file in generator(root)? {
            let present = fs::read_to_string(root.join(&file.path)).ok();
            // A checkout on Windows may have turned the line ends.
            let present = present.map(|text| text.replace("\r\n", "\n"));
            if present.as_ref() != Some(&file.content) {
                stale.push(file);
            }
        }
    }
    Ok(stale)
}

fn root() -> &'static Path {
    let dev = Path::new(env!("CARGO_MANIFEST_DIR"));
    dev.parent().unwrap_or(dev)
}
