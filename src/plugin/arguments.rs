//! Command line arguments, and what is said to a person rather than to Terraform.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use super::Program;
use crate::redaction::redact;

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// No arguments: be a plugin.
    Serve,
    /// Be a plugin that Terraform is told of by hand, for use with a debugger.
    Debug,
    Help,
    Version,
    Unknown(OsString),
}

impl Command {
    /// Go programs take one dash or two; so does this one.
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
         Options:\n  \
         --debug      Wait for a Terraform that is told of this process by an environment variable\n  \
         --version    Print name and version\n  \
         --help       Print this\n\n\
         Environment:\n  \
         TF_LOG_PROVIDER_{upper}, TF_LOG_PROVIDER, TF_LOG\n               \
         Log level: TRACE, DEBUG, INFO, WARN, ERROR or OFF; the first that is set counts\n",
        about = about(program),
        upper = program.provider().to_uppercase().replace('-', "_"),
    ))
}

/// For someone who started the program by hand.
pub(super) fn explain(program: &Program) -> ExitCode {
    complain(&about(program));
    ExitCode::FAILURE
}

pub(super) fn reject(program: &Program, argument: &OsString) -> ExitCode {
    complain(&format!(
        "{name}: {argument:?} is no argument of this program; see {name} --help",
        name = program.name,
    ));
    ExitCode::from(2)
}

/// Says something on standard error. Nobody is left to tell if that fails.
pub(super) fn complain(text: &str) {
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
        "{name} {version} is a plugin of Terraform and OpenTofu. They start it themselves; it is \
         not meant\nto be started by hand.\n\n\
         To install it, name it in a configuration and run `terraform init` or `tofu init`:\n\n  \
         terraform {{\n    \
           required_providers {{\n      \
             {provider} = {{\n        \
               source = \"{source}\"\n      \
             }}\n    \
           }}\n  \
         }}\n\n\
         To use this very file instead, name its folder in the CLI configuration (~/.terraformrc \
         or\n~/.tofurc) and leave out `init`:\n\n  \
         provider_installation {{\n    \
           dev_overrides {{\n      \
             \"{address}\" = \"/the/folder/it/is/in\"\n    \
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
    fn arguments_are_understood() {
        assert_eq!(parse(&[]), Command::Serve);
        assert_eq!(parse(&["--debug"]), Command::Debug);
        assert_eq!(parse(&["-debug"]), Command::Debug);
        assert_eq!(parse(&["--debug", "--version"]), Command::Version);
        assert_eq!(parse(&["--help"]), Command::Help);
        assert_eq!(parse(&["plan"]), Command::Unknown("plan".into()));
    }
}
