//! Log lines on standard error, in hclog's JSON format, which Terraform parses.
//!
//! Only events of this crate are logged: libraries log requests with headers and bodies, which contain secrets.
//! Texts of others in these events are redacted.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::iter;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::program::Program;
use crate::redaction::{redact, redact_line};

/// Terraform's buffer for a line is 64 KiB. The parts of a longer line are not parsed as JSON.
const LINE: usize = 64 << 10;

/// The initial limit of a text in a line that is too long. It is halved until the line fits.
const TEXT: usize = 16 << 10;

/// The prefix of the targets of this crate's events.
const TARGET: &str = "hikube";

/// Installs the log subscriber, if a log level is set in the environment.
pub(super) fn install(program: &Program) {
    let level = level(program.provider(), |name| std::env::var(name).ok());
    if level != LevelFilter::OFF {
        // Fails if a test has installed another subscriber.
        let _ = tracing_subscriber::registry()
            .with(Hclog {
                level,
                output: io::stderr,
            })
            .try_init();
    }
}

/// The level in the most specific variable that is set. Without any, Terraform would discard the lines, so none
/// are written.
fn level(provider: &str, variable: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let own = format!(
        "TF_LOG_PROVIDER_{}",
        provider.to_uppercase().replace('-', "_")
    );
    let value = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    match value.map(|value| value.to_uppercase()).as_deref() {
        None | Some("OFF") => LevelFilter::OFF,
        Some("ERROR") => LevelFilter::ERROR,
        Some("WARN") => LevelFilter::WARN,
        Some("INFO") => LevelFilter::INFO,
        Some("DEBUG") => LevelFilter::DEBUG,
        // `JSON` is TRACE in another format, and Terraform treats unknown levels as TRACE.
        Some(_) => LevelFilter::TRACE,
    }
}

/// The layer that writes log lines.
struct Hclog<O> {
    level: LevelFilter,
    output: O,
}

/// The fields of a span, which are added to its log lines.
struct Fields(Map<String, Value>);

impl<S, O, W> Layer<S> for Hclog<O>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    O: Fn() -> W + 'static,
    W: Write,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= self.level && metadata.target().starts_with(TARGET)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields(Map::new());
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields(Map::new());
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.0.extend(of_span.0.clone());
            }
        }
        event.record(&mut fields);
        let line = line(event.metadata(), fields.0, Timestamp::now());
        // A single write, so that lines of several threads do not mix. Errors cannot be reported.
        let _ = (self.output)().write_all(line.as_bytes());
    }
}

/// A log line with its line break. The four keys that begin with `@` must be strings: Terraform crashes with other
/// types.
fn line(metadata: &Metadata<'_>, mut fields: Map<String, Value>, now: Timestamp) -> String {
    let message = fields
        .remove("message")
        .unwrap_or_else(|| Value::from(metadata.name()));
    let message = match message {
        Value::String(text) => text,
        other => other.to_string(),
    };
    // Before shortening, which would hide a secret from redaction. A line break could forge a second line; those in
    // fields are escaped by the reader.
    let message = redact_line(&message).into_owned();
    fields.values_mut().for_each(redact_texts);
    let mut head = Map::new();
    head.insert(
        "@level".to_owned(),
        metadata.level().as_str().to_lowercase().into(),
    );
    head.insert("@message".to_owned(), message.into());
    head.insert(
        "@module".to_owned(),
        metadata.target().replace("::", ".").into(),
    );
    // Terraform requires exactly six fractional digits.
    head.insert("@timestamp".to_owned(), format!("{now:.6}").into());
    let mut entries = fields;
    entries.extend(head.clone());
    let limits = iter::successors(Some(TEXT), |limit| (*limit > 64).then_some(limit / 2));
    iter::once(usize::MAX)
        .chain(limits)
        .map(|limit| render(&entries, limit))
        .find(|line| line.len() < LINE)
        // Too many fields.
        .unwrap_or_else(|| render(&head, TEXT / 16))
}

/// Renders the entries as a line, with texts shortened to about `limit` bytes.
fn render(entries: &Map<String, Value>, limit: usize) -> String {
    let mut entries = entries.clone();
    entries.values_mut().for_each(|value| shorten(value, limit));
    let mut line = Value::Object(entries).to_string();
    line.push('\n');
    line
}

/// Redacts each text in a field.
fn redact_texts(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(redacted) = redact(text) {
                *text = redacted;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact_texts),
        Value::Object(entries) => entries.values_mut().for_each(redact_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn shorten(value: &mut Value, limit: usize) {
    if let Value::String(text) = value
        && text.len() > limit
    {
        let end = text.floor_char_boundary(limit);
        *text = format!("{}… ({} bytes)", &text[..end], text.len());
    }
}

impl Fields {
    fn insert(&mut self, field: &Field, value: impl Into<Value>) {
        // Raw identifiers such as `r#type`.
        let name = field.name();
        self.0.insert(
            name.strip_prefix("r#").unwrap_or(name).to_owned(),
            value.into(),
        );
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut buffer = self.0.lock().map_err(|_| io::Error::other("poisoned"))?;
            buffer.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that are logged while `run` runs.
    fn lines(run: impl FnOnce()) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
        let buffer = Buffer::default();
        let output = buffer.clone();
        let layer = Hclog {
            level: LevelFilter::DEBUG,
            output: move || output.clone(),
        };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), run);
        let text = buffer.0.lock().map_err(|_| "poisoned")?.clone();
        let text = String::from_utf8(text)?;
        assert!(text.lines().all(|line| line.len() < LINE));
        Ok(text
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?)
    }

    #[test]
    fn a_line_has_the_format_of_terraform() -> Outcome {
        let lines = lines(|| {
            let span = tracing::info_span!(
                "call",
                tf_rpc = "ReadResource",
                kind = tracing::field::Empty
            );
            let _entered = span.enter();
            span.record("kind", "bucket");
            tracing::warn!(attempt = 2, retried = true, r#type = %"x", "it {}", "failed");
            tracing::trace!("below the level");
            tracing::warn!(target: "h2", "another crate");
        })?;
        let [line] = lines.as_slice() else {
            return Err("expected one line".into());
        };
        assert_eq!(line["@level"], "warn");
        assert_eq!(line["@message"], "it failed");
        assert_eq!(line["@module"], "hikube.plugin.log.tests");
        assert_eq!(line["tf_rpc"], "ReadResource");
        assert_eq!(line["kind"], "bucket");
        assert_eq!(line["attempt"], 2);
        assert_eq!(line["retried"], true);
        assert_eq!(line["type"], "x");
        let time = line["@timestamp"].as_str().ok_or("no time")?;
        assert_eq!(time.len(), "2026-01-02T03:04:05.123456Z".len());
        assert_eq!((&time[19..20], &time[26..]), (".", "Z"));
        time.parse::<Timestamp>()?;
        Ok(())
    }

    #[test]
    fn messages_and_fields_are_redacted() -> Outcome {
        let secret = "logged-7d0c4be1\u{e9}\"f2";
        let _held = crate::redaction::hold_secrets([secret]);
        let lines = lines(|| {
            let error = format!("from the API: \u{1b}[2J{secret}");
            let span = tracing::info_span!("call", given = secret);
            let _entered = span.enter();
            tracing::warn!(%error, quoted = ?secret, "it failed: {secret}\nanother line");
        })?;
        let [line] = lines.as_slice() else {
            return Err("expected one line".into());
        };
        assert_eq!(
            line["@message"],
            "it failed: (sensitive value) another line"
        );
        assert_eq!(line["error"], "from the API: \\u{1b}[2J(sensitive value)");
        assert_eq!(line["given"], "(sensitive value)");
        assert_eq!(line["quoted"], "\"(sensitive value)\"");
        Ok(())
    }

    #[test]
    fn texts_within_a_field_are_redacted() {
        let secret = "nested-0b6ea5c39d";
        let _held = crate::redaction::hold_secrets([secret]);
        let mut field = serde_json::json!({"a": [secret, 1, {"b": "\u{7}"}]});
        redact_texts(&mut field);
        let safe = serde_json::json!({"a": ["(sensitive value)", 1, {"b": "\\u{7}"}]});
        assert_eq!(field, safe);
    }

    #[test]
    fn a_timestamp_always_has_six_fractional_digits() -> Outcome {
        assert_eq!(
            format!("{:.6}", Timestamp::from_second(0)?),
            "1970-01-01T00:00:00.000000Z"
        );
        Ok(())
    }

    #[test]
    fn long_lines_are_shortened() -> Outcome {
        let (long, control) = ("é".repeat(100_000), "\u{1}".repeat(20_000));
        let lines = lines(|| {
            tracing::info!(body = long, kept = "short", "long");
            tracing::info!(a = control, b = control, c = control, "{long}");
        })?;
        let [one, two] = lines.as_slice() else {
            return Err("expected two lines".into());
        };
        assert_eq!(one["kept"], "short");
        assert!(
            one["body"]
                .as_str()
                .is_some_and(|text| text.ends_with("… (200000 bytes)"))
        );
        assert!(
            two["@message"]
                .as_str()
                .is_some_and(|text| text.starts_with('é'))
        );
        Ok(())
    }

    #[test]
    fn too_many_fields_are_omitted() -> Outcome {
        let field = |number| (format!("a_field_with_number_{number}"), Value::from(number));
        let lines = lines(|| {
            let callsite = tracing::info_span!("span");
            let Some(metadata) = callsite.metadata() else {
                return;
            };
            let fields = (0..10_000).map(field).collect();
            let line = line(metadata, fields, Timestamp::UNIX_EPOCH);
            assert!(line.len() < LINE && line.contains("@timestamp"));
        })?;
        assert!(lines.is_empty());
        Ok(())
    }

    #[test]
    fn the_most_specific_variable_sets_the_level() {
        let level = |set: &[(&str, &str)]| {
            level("hikube", |name| {
                set.iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(level(&[]), LevelFilter::OFF);
        assert_eq!(level(&[("TF_LOG", "")]), LevelFilter::OFF);
        assert_eq!(level(&[("TF_LOG", "info")]), LevelFilter::INFO);
        assert_eq!(level(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
        assert_eq!(
            level(&[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "WARN")]),
            LevelFilter::WARN
        );
        let own = ("TF_LOG_PROVIDER_HIKUBE", "OFF");
        assert_eq!(level(&[own, ("TF_LOG", "trace")]), LevelFilter::OFF);
    }
}
