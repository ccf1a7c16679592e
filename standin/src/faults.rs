//! Faults between client and API, on request of a test.
use std::str::FromStr;

/// A fault that affects every n-th request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The effect.
    pub effect: Effect,
    /// The number of matching requests between two faults.
    pub every: u64,
    /// The HTTP method; all methods if absent.
    pub verb: Option<String>,
    /// A part of the request's path; any path if empty.
    pub path: String,
    /// The maximum number of faults; unlimited if absent.
    pub times: Option<u64>,
}

/// The effect of a fault on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Responds with this status code, and `Retry-After` if given.
    Status(u16, Option<u64>),
    /// Serves the request, and closes the connection before the response; only for writes.
    Lost,
    /// Closes the connection before the request is served.
    Reset,
    /// Never responds.
    Hang,
    /// Responds with 200 and a body that is not JSON.
    Garbage,
    /// Responds with this status code and a body that contains the `Authorization` header and the body of the request.
    Echo(u16),
    /// Serves the request, and adds a warning with this text to the response.
    Warning(String),
    /// Responds to a create as if the name existed, although a read returns 404.
    Exists,
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(spec: &str) -> Result<Self, Self::Err> {
        let (mut effect, mut every, mut verb, mut retry_after) = (None, 1, None, None);
        let (mut path, mut times) = (String::new(), None);
        let count = |text: &str| {
            text.parse::<u64>()
                .map_err(|_| format!("{spec:?}: {text:?} is not a number"))
        };
        let code = |text: &str| {
            let code = text.parse::<u16>().ok();
            code.filter(|code| (200..=599).contains(code))
                .ok_or(format!(
                    "{spec:?}: the status code must be between 200 and 599"
                ))
        };
        for part in spec.split(',').map(str::trim) {
            match part.split_once('=').unwrap_or((part, "")) {
                ("status", text) => effect = Some(Effect::Status(code(text)?, None)),
                ("echo", text) => effect = Some(Effect::Echo(code(text)?)),
                ("lost", "") => effect = Some(Effect::Lost),
                ("reset", "") => effect = Some(Effect::Reset),
                ("hang", "") => effect = Some(Effect::Hang),
                ("garbage", "") => effect = Some(Effect::Garbage),
                ("exists", "") => effect = Some(Effect::Exists),
                ("warning", text) if !text.is_empty() => {
                    effect = Some(Effect::Warning(text.to_owned()));
                }
                ("every", text) => every = count(text)?.max(1),
                ("verb", text) => verb = Some(text.to_ascii_uppercase()),
                ("path", text) => text.clone_into(&mut path),
                ("times", text) => times = Some(count(text)?),
                ("retry-after", text) => retry_after = Some(count(text)?),
                _ => return Err(format!("{spec:?}: unknown part {part:?}")),
            }
        }
        let mut effect = effect.ok_or(format!("{spec:?}: no effect given"))?;
        if let Effect::Status(_, retry) = &mut effect {
            *retry = retry_after;
        }
        Ok(Fault {
            effect,
            every,
            verb,
            path,
            times,
        })
    }
}

/// The active faults, each with the number of matching requests.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(Fault, u64)>);

impl Faults {
    /// Replaces the active faults.
    pub(crate) fn set(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0 = faults.into_iter().map(|fault| (fault, 0)).collect();
    }

    /// Counts a request and returns its fault, if any.
    pub(crate) fn strike(&mut self, method: &str, path: &str) -> Option<Effect> {
        let mut struck = None;
        for (fault, seen) in &mut self.0 {
            let writes_only = fault.effect == Effect::Lost && method == "GET";
            let is_other = fault.verb.as_deref().is_some_and(|verb| verb != method)
                || !path.contains(&fault.path)
                || fault
                    .times
                    .is_some_and(|times| *seen >= times * fault.every);
            if writes_only || is_other {
                continue;
            }
            *seen += 1;
            if *seen % fault.every == 0 && struck.is_none() {
                struck = Some(fault.effect.clone());
            }
        }
        struck
    }
}

/// Parses faults separated by semicolons; none if empty.
pub(crate) fn parse_all(specs: &str) -> Result<Vec<Fault>, String> {
    specs
        .split(';')
        .map(str::trim)
        .filter(|spec| !spec.is_empty())
        .map(Fault::from_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Effect, Faults, parse_all};

    #[test]
    fn each_nth_matching_request_is_struck() {
        let mut faults = Faults::default();
        faults.set(parse_all("status=503,every=3,verb=GET,retry-after=1").expect("spec"));
        let struck: Vec<bool> = (0..6)
            .map(|_| faults.strike("GET", "/").is_some())
            .collect();
        assert_eq!(struck, [false, false, true, false, false, true]);
        assert_eq!(faults.strike("PUT", "/"), None);
    }

    #[test]
    fn lost_is_about_writes() {
        let mut faults = Faults::default();
        faults.set(parse_all("lost,every=1").expect("spec"));
        assert_eq!(faults.strike("GET", "/"), None);
        assert_eq!(faults.strike("POST", "/"), Some(Effect::Lost));
    }

    #[test]
    fn a_fault_is_about_a_path_and_ends_after_its_times() {
        let mut faults = Faults::default();
        faults.set(parse_all("status=404,path=/openapi,times=2").expect("spec"));
        assert_eq!(faults.strike("GET", "/apis"), None);
        let struck = (0..4).filter(|_| faults.strike("GET", "/openapi/v3").is_some());
        assert_eq!(struck.count(), 2);
    }

    #[test]
    fn specs_are_checked() {
        for spec in [
            "every=3",
            "status=9",
            "echo",
            "warning",
            "bogus",
            "lost,every=x",
        ] {
            assert!(parse_all(spec).is_err(), "{spec}");
        }
        assert!(parse_all("").expect("empty").is_empty());
    }
}
