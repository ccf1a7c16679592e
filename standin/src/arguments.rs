//! The command line.
use crate::faults::Fault;
use crate::leavings;
use crate::names::is_tenant_name;
use crate::options::Options;
use crate::subject::Role;
use std::str::FromStr;
use std::time::Duration;

/// What `--help` prints.
pub const HELP: &str = include_str!("help.txt");

/// What to do according to the command line.
#[derive(Debug)]
pub enum Request {
    /// Print [`HELP`].
    Help,
    /// Run.
    Run(Box<Run>),
}

/// A run of the program.
#[derive(Debug)]
pub struct Run {
    /// The stand-in's own settings.
    pub options: Options,
    /// After what time the program ends by itself.
    pub ends_after: Duration,
    /// Whether the program ends when stdin is closed.
    pub exit_with_stdin: bool,
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Request, String> {
    let mut run = Run {
        options: Options::default(),
        ends_after: Duration::from_secs(3600),
        exit_with_stdin: false,
    };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (name, mut given) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => {
                (name.to_owned(), Some(value.to_owned()))
            }
            _ => (argument, None),
        };
        let options = &mut run.options;
        let mut value = || {
            given
                .take()
                .or_else(|| arguments.next())
                .ok_or(format!("{name} requires a value"))
        };
        match name.as_str() {
            "--help" | "-h" => return Ok(Request::Help),
            "--platform" => options.platform = value()?.parse()?,
            "--port" => options.port = number(&name, &value()?)?,
            "--kubeconfig" => options.kubeconfig = Some(value()?.into()),
            "--as" => options.subject.role = value()?.parse::<Role>()?,
            "--tenant" => options.subject.tenant = tenant(&value()?)?,
            "--ready-after" => options.ready_after = seconds(&name, &value()?)?,
            "--serial" => options.serial = Some(seconds(&name, &value()?)?),
            "--no-late-status" => options.late_status = false,
            "--delete-after" => options.delete_after = seconds(&name, &value()?)?,
            "--power-after" => options.power_after = seconds(&name, &value()?)?,
            "--delay" => options.delay = seconds(&name, &value()?)?,
            "--lag" => options.lag = seconds(&name, &value()?)?,
            "--state" => options.state = Some(value()?.into()),
            "--token" => options.token = value()?,
            "--fault" => options.faults.push(Fault::from_str(&value()?)?),
            "--never-ready" => options.never_ready.push(value()?),
            "--outputs-after" => options.outputs_after = seconds(&name, &value()?)?,
            "--no-outputs" => options.no_outputs.push(value()?),
            "--etcd-required" => options.etcd_required = true,
            "--first-consumer" => options.first_consumer = true,
            "--no-upload" => options.no_upload = true,
            "--sealed" => options.sealed = true,
            "--leave" => options.leaves.push(leavings::parse(&value()?)?),
            "--slow-delete" => options.slow_delete.push(value()?),
            "--no-apps" => options.no_apps = true,
            "--without-kind" => options.without_kinds.push(value()?),
            "--for" => run.ends_after = seconds(&name, &value()?)?,
            "--exit-with-stdin" => run.exit_with_stdin = true,
            _ => return Err(format!("unknown argument {name}; see --help")),
        }
    }
    Ok(Request::Run(Box::new(run)))
}

/// The namespace of a tenant, from a namespace or a tenant's name.
fn tenant(given: &str) -> Result<String, String> {
    let name = given.strip_prefix("tenant-").unwrap_or(given);
    let namespace = format!("tenant-{name}");
    if name.split('-').all(is_tenant_name) && namespace.len() <= 63 {
        Ok(namespace)
    } else {
        Err(format!(
            "--tenant: {given:?} is not the name of a tenant, such as demo, or its namespace, such \
             as tenant-demo"
        ))
    }
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{name}: {text:?} is not a valid number"))
}

/// Reads a duration in seconds, fractions allowed.
pub(crate) fn seconds(name: &str, text: &str) -> Result<Duration, String> {
    let seconds: f64 = number(name, text)?;
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| format!("{name}: {text:?} is not a valid number of seconds"))
}

#[cfg(test)]
mod tests {
    use super::{HELP, Request, parse};
    use std::time::Duration;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn values_follow_or_are_glued() {
        let line = "--platform 0.41 --ready-after=0.05 --never-ready a --never-ready b \
                    --fault lost,every=2";
        let Ok(Request::Run(run)) = parse(words(line)) else {
            panic!("not a run");
        };
        assert_eq!(run.options.platform.name(), "0.41");
        assert_eq!(run.options.ready_after, Duration::from_millis(50));
        assert_eq!(run.options.never_ready, ["a", "b"]);
        assert_eq!(run.options.faults.len(), 1);
    }

    #[test]
    fn wrong_arguments_are_named() {
        for line in [
            "--port x",
            "--platform 2.0",
            "--bogus",
            "--lag -1",
            "--token",
            "--as boss",
            "--tenant Acme",
            "--tenant tenant-",
            "--tenant a--b",
            "--tenant 1a",
        ] {
            assert!(parse(words(line)).is_err(), "{line}");
        }
    }

    #[test]
    fn a_tenant_is_given_by_name_or_namespace() {
        for given in ["acme", "tenant-acme"] {
            let Ok(Request::Run(run)) = parse(words(&format!("--tenant {given}"))) else {
                panic!("not a run");
            };
            assert_eq!(run.options.subject.tenant, "tenant-acme");
        }
    }

    #[test]
    fn help_has_every_option() {
        let source = include_str!("arguments.rs");
        let options = source
            .lines()
            .filter_map(|line| line.trim().strip_prefix("\"--")?.split_once('"'))
            .filter_map(|(option, rest)| (rest.contains("=>")).then_some(option));
        let options: Vec<&str> = options.collect();
        assert!(options.len() > 15);
        for option in options {
            assert!(HELP.contains(&format!("--{option}")), "{option}");
        }
    }
}
