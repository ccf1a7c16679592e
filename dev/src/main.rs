//! `cargo dev`: commands for developers of the provider.
#![allow(clippy::print_stdout, reason = "a command line program prints")]

mod bench;
mod docs;
mod generate;
mod new_kind;
mod protobuf;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
Usage: cargo dev <command>

Commands:
  generate            Write the generated files of this repository
  generate --check    List the files that are out of date, and fail if there are any
  new-kind <Kind> [<name>]
                      Write src/kinds/<name>.rs for a kind of the API, such as Redis, from standin/facts/
  bench [--objects 50,200,1000] [--delay 0.03] [--parallelism 10] [--binaries DIR]
                      Measure the release build with terraform, and write docs/benchmarks.md";

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generate"] => generate::write(),
        ["generate", "--check"] => generate::check(),
        ["new-kind", kind] => new_kind::write(generate::root(), kind, None),
        ["new-kind", kind, name] => new_kind::write(generate::root(), kind, Some(name)),
        ["bench", options @ ..] => bench::run(generate::root(), options),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("unknown command `cargo dev {}`\n\n{USAGE}", other.join(" ")),
    }
}
