//! The options of the benchmark.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// The settings of a run.
pub(crate) struct Options {
    /// The numbers of objects, a round for each.
    pub(crate) objects: Vec<usize>,
    /// The delay of each response of the API in seconds: one round trip.
    pub(crate) delay: f64,
    /// The parallelism of Terraform.
    pub(crate) parallelism: usize,
    /// The directory of the release builds of the provider and the stand-in.
    pub(crate) binaries: PathBuf,
    /// The command that repeats the run.
    pub(crate) command: String,
}

impl Options {
    /// Parses the arguments after `bench`.
    ///
    /// # Errors
    ///
    /// An option is unknown, or its value is invalid.
    pub(crate) fn parse(root: &Path, arguments: &[&str]) -> Result<Options> {
        let mut options = Options {
            objects: vec![50, 200, 1000],
            delay: 0.03,
            parallelism: 10,
            binaries: binaries(root),
            command: "cargo dev bench".to_owned(),
        };
        let mut rest = arguments.iter();
        while let Some(&name) = rest.next() {
            let value = *rest
                .next()
                .with_context(|| format!("{name} needs a value"))?;
            let wrong = || format!("{name} {value}");
            match name {
                "--objects" => {
                    let counts = value.split(',').map(|count| count.trim().parse());
                    options.objects = counts.collect::<Result<_, _>>().with_context(wrong)?;
                }
                "--delay" => options.delay = value.parse().with_context(wrong)?,
                "--parallelism" => options.parallelism = value.parse().with_context(wrong)?,
                "--binaries" => {
                    // An absolute path, because Terraform runs in other directories.
                    options.binaries = std::path::absolute(value).with_context(wrong)?;
                    continue;
                }
                _ => bail!("`cargo dev bench` has no option {name}: see `cargo dev help`"),
            }
            options.command = format!("{} {name} {value}", options.command);
        }
        ensure!(
            options.delay > 0.0,
            "--delay must be above 0: times are given in multiples of it"
        );
        ensure!(options.parallelism > 0, "--parallelism must be above 0");
        ensure!(
            options.objects.iter().all(|&count| count > 0),
            "--objects must be above 0"
        );
        options.objects.sort_unstable();
        options.objects.dedup();
        Ok(options)
    }

    /// A binary of the release build.
    ///
    /// # Errors
    ///
    /// It has not been built.
    pub(crate) fn binary(&self, name: &str) -> Result<PathBuf> {
        let path = self.binaries.join(name);
        ensure!(
            path.is_file(),
            "{} is missing: run `make bench`, or `cargo build --release --workspace` first",
            path.display()
        );
        Ok(path)
    }
}

fn binaries(root: &Path) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").filter(|target| !target.is_empty());
    root.join(target.map_or_else(|| "target".into(), PathBuf::from))
        .join("release")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        Options::parse(Path::new("/folder"), arguments)
    }

    #[test]
    fn the_command_to_rerun_names_no_folder() {
        let options = parse(&[
            "--objects",
            "20,5,20",
            "--binaries",
            "/here",
            "--delay",
            "0.1",
        ])
        .unwrap();
        assert_eq!(options.objects, [5, 20]);
        assert_eq!(
            options.command,
            "cargo dev bench --objects 20,5,20 --delay 0.1"
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for wrong in [
            &["--objects", "many"][..],
            &["--objects", "0"],
            &["--delay", "0"],
            &["--parallelism"],
            &["--speed", "1"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
