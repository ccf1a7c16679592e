//! The files, output, logs and command lines of a run, and a search for secrets in them.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::zip;
use crate::harness::{Ran, Workspace};

/// Secrets by description.
#[derive(Default)]
pub(super) struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// Adds and returns a unique secret.
    pub(super) fn plant(&mut self, what: &str) -> String {
        let text = format!(
            "planted{}{}",
            what.replace('_', ""),
            crate::harness::unique()
        );
        self.add(what, &text);
        text
    }

    /// Adds an existing secret.
    pub(super) fn add(&mut self, what: &str, text: &str) {
        assert!(text.len() > 8, "`{text}` is found by chance");
        self.0.push((what.to_owned(), text.to_owned()));
    }

    /// A subset.
    pub(super) fn of(&self, which: &[&str]) -> Secrets {
        let some = self
            .0
            .iter()
            .filter(|(what, _)| which.contains(&what.as_str()));
        Secrets(some.cloned().collect())
    }

    /// The union with others.
    pub(super) fn and(&self, others: &Secrets) -> Secrets {
        Secrets(self.0.iter().chain(&others.0).cloned().collect())
    }

    /// Asserts that the text contains none of them.
    #[track_caller]
    pub(super) fn are_not_in(&self, place: &str, text: &str) {
        for (what, secret) in &self.0 {
            for form in forms(secret) {
                if let Some(at) = text.find(&form) {
                    let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
                    let line: String = text[line..].chars().take(2000).collect();
                    panic!("{what} is in {place}, as {form}:\n{line}");
                }
            }
        }
    }

    /// Asserts that the text contains all of them, which shows that the search works.
    #[track_caller]
    pub(super) fn are_in(&self, place: &str, text: &str) {
        for (what, secret) in &self.0 {
            assert!(text.contains(secret.as_str()), "{what} is not in {place}");
        }
    }
}

/// The encodings of a secret: plain, and base64 as a part of a longer text, where it can begin at three offsets.
fn forms(secret: &str) -> Vec<String> {
    let within = (0..3).map(|before| {
        let text = format!("{}{secret}", "x".repeat(before));
        let encoded = STANDARD.encode(text).trim_end_matches('=').to_owned();
        // The first and last characters contain bits of adjacent bytes.
        let from = if before == 0 { 0 } else { 4 };
        encoded[from..encoded.len() - 2].to_owned()
    });
    std::iter::once(secret.to_owned()).chain(within).collect()
}

/// The state and its backup.
pub(super) fn states(space: &Workspace) -> String {
    let read = |name: &str| fs::read_to_string(space.path(name)).unwrap_or_default();
    read("terraform.tfstate") + &read("terraform.tfstate.backup")
}

/// The plan file: its members, decompressed, and the output of `terraform show -json`.
pub(super) fn plan(space: &Workspace) -> String {
    let file = fs::read(space.path("plan")).expect("a plan file");
    let members = zip::members(&file);
    assert!(
        members.iter().any(|(name, _)| name == "tfplan"),
        "no plan in {:?}",
        members.iter().map(|(name, _)| name).collect::<Vec<_>>()
    );
    let texts = members
        .iter()
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    let shown = space.run(&["show", "-json", "plan"]).ok();
    texts.chain([shown.text]).collect()
}

/// The TRACE log of all runs so far, of Terraform and the provider.
pub(super) fn log(space: &Workspace) -> String {
    let log = fs::read_to_string(space.path("log")).expect("a log");
    assert!(log.contains("[TRACE]"), "no log at TRACE");
    let line = "terraform-provider-hikube: ";
    assert!(log.contains(line), "nothing of the provider's in the log");
    log
}

/// The provider processes of a workspace, with their command lines.
pub(super) fn processes(space: &Workspace) -> Vec<(u32, String)> {
    let program = space.path("plugins/terraform-provider-hikube");
    let entries = fs::read_dir("/proc").expect("processes").flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let found = ids.filter_map(|id: u32| {
        let line = fs::read(format!("/proc/{id}/cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        Path::new(line.split(' ').next()?)
            .eq(&program)
            .then_some((id, line))
    });
    found.collect()
}

/// The output of all runs.
#[derive(Default)]
pub(super) struct Printed(pub(super) String);

impl Printed {
    /// Records the output of a run.
    pub(super) fn take(&mut self, ran: Ran) -> Ran {
        self.0.push_str(&ran.text);
        ran
    }
}
