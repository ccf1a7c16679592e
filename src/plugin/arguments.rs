//! Command line arguments and messages for users who start the program by hand.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use super::program::Program;
use crate::redaction::redact;

/// The command that the arguments select.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// No arguments: serve as a plugin.
    Serve,
    /// Serve a client that is configured to attach to this process, for example with a debugger.
    Debug,
    Help,
    Version,
    Unknown(OsString),
}

impl Command {
    /// Options start with one or two dashes, as in Go programs.
    pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let mut command = Self::Serve;
        for argument in arguments {
            command = match argument.to_str() {
                Some("--debug" | "-debug") => Self::Debug,
                Some("--version" | "-version" | "-V") => return Self::Version,
                Some("--help" | "-help" | "-h") => return Self::Help,
                _ => return Self::Unknown(argument),
            };
        }
        command
    }
}

pub(super) fn print_version(program: &Program) -> ExitCode {
    print(&format!("{} {}\n", program.name, program.version))
}

pub(super) fn print_help(program: &Program) -> ExitCode {
    print(&format!(
        "{about}\n\
         Commands:\n  \
         export       Write a configuration for existing objects; see export --help\n\n\
         Options:\n  \
         --debug      Serve until interrupted, and print TF_REATTACH_PROVIDERS for Terraform\n  \
         --version    Print the name and version\n  \
         --help       Print this help\n\n\
         Environment:\n  \
         TF_LOG_PROVIDER_{upper}, TF_LOG_PROVIDER, TF_LOG\n               \
         Log level: TRACE, DEBUG, INFO, WARN, ERROR or OFF; the first that is set is used\n",
        about = about(program),
        upper = program.provider().to_uppercase().replace('-', "_"),
    ))
}

/// Explains to a user who started the program by hand how to use it.
pub(super) fn explain(program: &Program) -> ExitCode {
    print_error(&about(program));
    ExitCode::FAILURE
}

pub(super) fn reject(program: &Program, argument: &OsString) -> ExitCode {
    print_error(&format!(
        "{name}: unknown argument {argument:?}; see {name} --help",
        name = program.name,
    ));
    ExitCode::from(2)
}

/// Prints to standard error, and ignores errors of that.
pub(super) fn print_error(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", redact(text));
}

fn about(program: &Program) -> String {
    let Program {
        name,
        version,
        address,
    } = program;
    let (source, provider) = (program.source(), program.provider());
    format!(
        "{name} {version} is a plugin of Terraform and OpenTofu. Do not start it by hand.\n\n\
         To install it, add it to a configuration and run `terraform init` or `tofu init`:\n\n  \
         terraform {{\n    \
           required_providers {{\n      \
             {provider} = {{\n        \
               source = \"{source}\"\n      \
             }}\n    \
           }}\n  \
         }}\n\n\
         To use this executable, set its directory in the CLI configuration (~/.terraformrc or\n\
         ~/.tofurc), and do not run `init`:\n\n  \
         provider_installation {{\n    \
           dev_overrides {{\n      \
             \"{address}\" = \"/path/to/the/directory\"\n    \
           }}\n    \
           direct {{}}\n  \
         }}\n"
    )
}

fn print(text: &str) -> ExitCode {
    let mut output = io::stdout().lock();
    match output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Command {
        Command::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn arguments_select_the_command() {
        assert_eq!(parse(&[]), Command::Serve);
        assert_eq!(parse(&["--debug"]), Command::Debug);
        assert_eq!(parse(&["-debug"]), Command::Debug);
        assert_eq!(parse(&["--debug", "--version"]), Command::Version);
        assert_eq!(parse(&["--help"]), Command::Help);
        assert_eq!(parse(&["plan"]), Command::Unknown("plan".into()));
    }
}
