//! The command `export`: writes a configuration and `import` blocks for existing objects, for versions without
//! `terraform query`.

mod arguments;
mod configuration;
mod files;
mod found;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use arguments::Arguments;
use files::Files;

use crate::provider::Provider;
use crate::redaction::redact;
use crate::schema::{Diagnostics, Severity};

/// The name of the command.
pub const COMMAND: &str = "export";

/// Runs the command with these arguments. The connection is that of a provider block without attributes: it comes from
/// the environment.
///
/// The exit code is 0 if all objects that can be read were written, 1 after an error, and 2 for invalid arguments.
pub async fn run(provider: &Provider, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::parse(arguments) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => return print(arguments::HELP),
        Err(why) => {
            say(&format!(
                "{why}; see terraform-provider-hikube export --help"
            ));
            return ExitCode::from(2);
        }
    };
    let mut diagnostics = provider.configure(&provider.block().null()).await;
    let mut files = Files::default();
    if !diagnostics.has_errors() {
        found::collect(provider, &arguments, &mut files, &mut diagnostics).await;
    }
    report(&diagnostics);
    if diagnostics.has_errors() {
        return ExitCode::FAILURE;
    }
    match &arguments.out {
        None => print(&files.text()),
        Some(folder) => match files.write(folder) {
            Ok(()) => {
                say(&files.summary(folder));
                ExitCode::SUCCESS
            }
            Err(why) => {
                say(&format!("Error: {why}"));
                ExitCode::FAILURE
            }
        },
    }
}

fn report(diagnostics: &Diagnostics) {
    for message in diagnostics.iter() {
        let severity = match message.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        say(&format!(
            "{severity}: {}\n\n{}\n",
            message.summary, message.detail
        ));
    }
}

/// Prints on standard error, and ignores errors of that.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", redact(text));
}

fn print(text: &str) -> ExitCode {
    let mut output = std::io::stdout().lock();
    let written = output.write_all(text.as_bytes());
    match written.and_then(|()| output.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
