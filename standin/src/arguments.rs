//! The command line.
use crate::faults::Fault;
use crate::leavings;
use crate::names::is_tenant_name;
use crate::options::Options;
use crate::subject::Role;
use std::str::FromStr;
use std::time::Duration;

/// What `--help` prints.
pub const HELP: &str = "\
hikube-standin: a local API that behaves like the platform's apps.cozystack.io/v1alpha1

usage: hikube-standin [--platform RELEASE] [option]...

  --platform RELEASE    The release to behave like: 0.41, 1.3 or 1.6 (default 1.6).
  --port PORT           The port on 127.0.0.1 (default 0: a free one, printed on stdout).
  --kubeconfig FILE     Write a ready-to-use kubeconfig here once listening.
  --as ROLE             Whose: sa (a tenant's service account), view, use, admin, super-admin or
                        platform, who may do everything (default sa).
  --tenant NAME         In which tenant, by its name or its namespace: acme and tenant-acme are the
                        same (default tenant-demo). It is created, with the tenants above it.
  --ready-after S       Seconds from a write to Ready=True (default 0.5).
  --serial S            The controller works on one object at a time and takes S seconds for each;
                        the others wait in the order they came. Takes the place of --ready-after
                        and --delete-after.
  --no-late-status      A write drops the install or upgrade under way. By default the controller
                        finishes the generation it works on first, and reports its Ready=True after
                        the write.
  --delete-after S      Seconds from DELETE to the object's end (default 0.2).
  --retry-after S       Seconds from a failed install to the next try (default 1).
  --delay S             Seconds added to each answer (default 0).
  --lag S               The most seconds by which a read trails a write (default 0.1).
  --state FILE          Keep the objects in this file, read at start and saved after each write.
  --token T             The bearer token of platform (default standin-token). Those of tenants
                        are ROLE:NAMESPACE, such as view:tenant-demo; with :alone after it, the
                        role is not bound in the tenants below.
  --no-label-race       Leave concurrent writes of objects without labels unharmed.
  --fault SPEC          Make requests go wrong; may be given several times. SPEC is one of
                        status=CODE,every=N[,verb=VERB][,retry-after=S]   answer CODE instead
                        lost,every=N[,verb=VERB]     do the write, then cut the connection
                        reset,every=N[,verb=VERB]    cut the connection before doing anything
                        hang,every=N[,verb=VERB]     never answer
                        garbage,every=N[,verb=VERB]  answer 200 with something that is not JSON
                        exists,every=N,verb=POST     answer that the name is taken
                        echo=CODE,every=N[,verb=VERB]
                                                     answer CODE with a message that repeats the
                                                     Authorization header and the body, also quoted and
                                                     in base64, and what a terminal obeys
                        Each may have `,path=TEXT` (requests whose path contains it) and
                        `,times=N` (so often in all).
  --never-ready NAME    The install of applications of this name always fails; may be repeated.
  --outputs-after S     Seconds from Ready=True to Secrets and addresses (default 0).
  --no-outputs NAME     Secrets and addresses of applications of this name never appear; a Bucket's
                        do once its users change. May be repeated.
  --etcd-required       A cluster gets its kubeconfig only once a tenant at or above has etcd.
  --import-after S      Seconds the import of a VMDisk takes; Ready waits for it on 1.6 (default 0).
  --first-consumer      Disks of the class local are made only once a machine uses them: on 1.6 they
                        are not ready before.
  --no-upload           Nobody uploads what a VMDisk waits for: on 1.6 it is never ready.
  --leave NAME[=S]      The uninstall of applications of this name leaves a workload behind, for S
                        seconds or for good; may be repeated.
  --slow-delete NAME    The deletion of applications of this name takes 30 s; may be repeated.
  --no-apps             The cluster has no applications: all of apps.cozystack.io answers with the
                        plain 404 of a group that is not known.
  --without-kind KIND   Applications of this kind, such as Postgres, are not served; may be repeated.
  --for S               End after this many seconds (default 3600).
  --exit-with-stdin     End when stdin is closed.
  --help                Print this.

While it runs, without a token: POST /__standin/fault?spec=SPEC (empty clears),
POST /__standin/delay?s=S, POST /__standin/late-status?on=BOOL,
POST /__standin/leave?name=NAME[=S] (no name clears), POST /__standin/no-apps?on=BOOL,
POST /__standin/without-kind?kind=KIND (no kind clears),
POST /__standin/reset (zero the counts), GET /__standin/stats.
";

/// What the command line asks for.
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
    /// When the program ends by itself.
    pub ends_after: Duration,
    /// Whether the end of stdin ends the program.
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
                .ok_or(format!("{name} needs a value"))
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
            "--retry-after" => options.retry_after = seconds(&name, &value()?)?,
            "--delay" => options.delay = seconds(&name, &value()?)?,
            "--lag" => options.lag = seconds(&name, &value()?)?,
            "--state" => options.state = Some(value()?.into()),
            "--token" => options.token = value()?,
            "--no-label-race" => options.label_race = false,
            "--fault" => options.faults.push(Fault::from_str(&value()?)?),
            "--never-ready" => options.never_ready.push(value()?),
            "--outputs-after" => options.outputs_after = seconds(&name, &value()?)?,
            "--no-outputs" => options.no_outputs.push(value()?),
            "--etcd-required" => options.etcd_required = true,
            "--import-after" => options.import_after = seconds(&name, &value()?)?,
            "--first-consumer" => options.first_consumer = true,
            "--no-upload" => options.no_upload = true,
            "--leave" => options.leaves.push(leavings::parse(&value()?)?),
            "--slow-delete" => options.slow_delete.push(value()?),
            "--no-apps" => options.no_apps = true,
            "--without-kind" => options.without_kinds.push(value()?),
            "--for" => run.ends_after = seconds(&name, &value()?)?,
            "--exit-with-stdin" => run.exit_with_stdin = true,
            _ => return Err(format!("unknown argument {name}; --help lists all")),
        }
    }
    Ok(Request::Run(Box::new(run)))
}

/// The namespace of a tenant, given by that or by the tenant's name.
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
        .map_err(|_| format!("{name}: {text:?} is not a number it takes"))
}

/// Reads a duration in seconds, fractions allowed.
pub(crate) fn seconds(name: &str, text: &str) -> Result<Duration, String> {
    let seconds: f64 = number(name, text)?;
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("{name}: {text:?} is no duration"))
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
