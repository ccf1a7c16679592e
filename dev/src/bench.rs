//! `cargo dev bench`: measures the provider with many objects, and compares it with Terraform alone. A missed goal is
//! not an error; only a run that fails is.

mod goals;
mod machine;
mod measure;
mod memory;
mod options;
mod process;
mod report;
mod standin;
mod start;
mod workspace;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use measure::{Bench, Round};
use options::Options;
use report::Results;
use standin::Standin;
use workspace::Terraform;

/// The page that is written.
const PAGE: &str = "docs/benchmarks.md";

/// Measures, prints the page and writes it.
///
/// # Errors
///
/// A binary is missing, or something failed to run.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<ExitCode> {
    let options = Options::parse(root, arguments)?;
    let provider = options.binary("terraform-provider-hikube")?;
    let platform = options.binary("hikube-standin")?;
    let terraform = Terraform::find()?;
    let folder = tempfile::tempdir()?;
    println!("starting the provider {} times", start::STARTS);
    let start = start::measure(&provider, folder.path())?;
    let begin = |pace| Standin::start(&platform, folder.path(), options.delay, pace);
    let (quick, slow) = (begin(&standin::QUICK)?, begin(&standin::SLOW)?);
    let bench = |standin| Bench {
        terraform: &terraform,
        standin,
        options: &options,
    };
    let rounds: Vec<Round> = options
        .objects
        .iter()
        .map(|&objects| {
            println!("{objects} objects: create, plan, change, destroy");
            bench(&quick).round(objects)
        })
        .collect::<Result<_>>()?;
    println!("{} objects of many kinds", measure::OF_KINDS);
    let kinds = bench(&quick).kinds()?;
    println!("{} objects waited for, both ways", measure::WAITED_FOR);
    let waits = bench(&slow).waits()?;
    let results = Results {
        start,
        rounds,
        kinds,
        waits,
        delay: options.delay,
        parallelism: options.parallelism,
        terraform: terraform.version.clone(),
        machine: machine::describe(),
        date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        command: options.command.clone(),
    };
    let page = report::page(&results);
    println!("\n{page}");
    fs::write(root.join(PAGE), &page).with_context(|| format!("writing {PAGE}"))?;
    println!("wrote {PAGE}");
    Ok(ExitCode::SUCCESS)
}
