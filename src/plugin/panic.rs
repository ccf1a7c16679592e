//! The report of a panic.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic::set_hook;

use super::guard;
use super::program::Program;
use crate::redaction::redact;

/// Installs the panic hook. Terraform shows a line that begins with `panic: `, and the lines after it, at any log
/// level. It would drop Rust's default message, which begins differently.
pub(super) fn install(program: &Program) {
    let program = *program;
    set_hook(Box::new(move |panic| {
        let location = panic.location().map(ToString::to_string);
        let trace = Backtrace::capture();
        let trace = (trace.status() == BacktraceStatus::Captured).then(|| trace.to_string());
        let thread = std::thread::current();
        let report = report(
            &program,
            guard::text(panic.payload()),
            thread.name().unwrap_or("(unnamed)"),
            location.as_deref().unwrap_or("(unknown location)"),
            trace.as_deref().unwrap_or_default(),
        );
        // A single write, so that other output does not mix with it.
        let _ = io::stderr().lock().write_all(report.as_bytes());
    }));
}

fn report(program: &Program, text: &str, thread: &str, location: &str, trace: &str) -> String {
    let Program { name, version, .. } = program;
    let report =
        format!("panic: {text}\n\n{name} {version}, thread {thread}, at {location}\n{trace}");
    redact(&report).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: Program = Program {
        name: "terraform-provider-x",
        version: "1.2.3",
        address: "h/n/x",
    };

    #[test]
    fn a_report_is_redacted() {
        let secret = "reported-8e2b50f4d1";
        let _held = crate::redaction::hold_secrets([secret]);
        let report = report(&PROGRAM, &format!("\u{9b}2J{secret}"), "main", "a", "");
        assert!(
            report.starts_with("panic: \\u{9b}2J(sensitive value)\n"),
            "{report}"
        );
    }

    #[test]
    fn a_report_has_the_prefix_of_terraform() {
        assert_eq!(
            report(&PROGRAM, "broken", "main", "src/main.rs:1:2", ""),
            "panic: broken\n\nterraform-provider-x 1.2.3, thread main, at src/main.rs:1:2\n"
        );
    }
}
