//! `cargo dev new-kind`: generates the declaration of a kind from the stand-in's facts, without descriptions, which the
//! compiler requires.

mod declaration;
mod facts;
mod names;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use declaration::Declaration;
use facts::Facts;

/// Writes `src/kinds/<name>.rs` and prints the next steps. The default name is the API's.
///
/// # Errors
///
/// The kind is unknown, or the file exists.
pub(crate) fn write(root: &Path, kind: &str, name: Option<&str>) -> Result<ExitCode> {
    let facts = Facts::load(&root.join("standin/facts"), kind)?;
    let name = name.map_or_else(|| names::snake_case(&facts.kind), str::to_owned);
    let path = Path::new("src/kinds").join(format!("{name}.rs"));
    ensure!(
        !root.join(&path).exists(),
        "{} is there already",
        path.display()
    );
    let code = Declaration::of(&facts).render(&facts, &name);
    fs::write(root.join(&path), code).with_context(|| format!("writing {}", path.display()))?;
    println!(
        "wrote {}\n\n\
         Left to do:\n\
         - a doc comment for each field and each value; the compiler names those without\n\
         - the title, description and subcategory of `KIND`, its rules, and its timeouts\n\
         - `mod {name};` and `{name}::KIND` in src/kinds/mod.rs\n\
         - examples in examples/resources/hikube_{name}/ and examples/data-sources/hikube_{name}/\n\
         - `cargo fmt` and `cargo dev generate`",
        path.display()
    );
    Ok(ExitCode::SUCCESS)
}
