use std::collections::BTreeMap;

use crate::schema::Scope;
use crate::value::{Path, Value};

/// Reads a configuration by dotted paths such as `backup.enabled`. A value that is not known yet is neither on
/// nor off, and neither set nor empty.
pub(crate) trait Lookup {
    /// The value at the path; of a secret also its write-only form. Everything inside an unknown value is unknown.
    fn at(&self, path: &str) -> &Value;

    /// Whether it is `true`.
    fn is_on(&self, path: &str) -> bool {
        self.at(path).as_bool() == Some(true)
    }

    /// Whether it is `false` or null.
    fn is_off(&self, path: &str) -> bool {
        matches!(self.at(path), Value::Null | Value::Bool(false))
    }

    /// Whether it is null, `""` or an empty collection.
    fn is_empty(&self, path: &str) -> bool {
        let value = self.at(path);
        value.is_null()
            || value.as_str() == Some("")
            || value.as_elements().is_some_and(<[Value]>::is_empty)
            || value.as_map().is_some_and(BTreeMap::is_empty)
    }

    /// Whether it is known and not empty.
    fn is_set(&self, path: &str) -> bool {
        !self.at(path).is_unknown() && !self.is_empty(path)
    }

    /// The text, or the platform's default where it is null; none where it is unknown.
    fn text_or(&self, path: &str, default: &str) -> Option<String> {
        match self.at(path) {
            Value::Null => Some(default.to_owned()),
            value => value.as_str().map(str::to_owned),
        }
    }

    /// The number, or the platform's default where it is null; none where it is unknown.
    fn number_or(&self, path: &str, default: i64) -> Option<i64> {
        match self.at(path) {
            Value::Null => Some(default),
            value => value.as_i64(),
        }
    }

    /// The entries of a map; none where it is unknown.
    fn entries(&self, path: &str) -> BTreeMap<String, Value> {
        self.at(path).as_map().cloned().unwrap_or_default()
    }

    /// The elements of a list or set; none where it is unknown.
    fn elements(&self, path: &str) -> Vec<Value> {
        self.at(path).as_elements().unwrap_or_default().to_vec()
    }
}

impl Lookup for Value {
    fn at(&self, path: &str) -> &Value {
        path.split('.').fold(self, |value, name| match value {
            Value::Unknown => value,
            _ => match value.attribute(name) {
                Value::Null => value.attribute(&format!("{name}_wo")),
                given => given,
            },
        })
    }
}

impl Lookup for Scope<'_> {
    fn at(&self, path: &str) -> &Value {
        match path.split_once('.') {
            Some((first, rest)) => self.get(first).at(rest),
            None => self.get(path),
        }
    }
}

/// Refuses values that do not go together. The error is shown at the first.
pub(crate) fn conflict(scope: &mut Scope<'_>, path: &str, detail: impl Into<String>) {
    scope.error_at(
        &path_of(scope, path),
        "Invalid Attribute Combination",
        detail,
    );
}

/// Refuses a configuration without a value that another value requires.
pub(crate) fn missing(scope: &mut Scope<'_>, path: &str, detail: impl Into<String>) {
    scope.error_at(&path_of(scope, path), "Missing Attribute Value", detail);
}

/// Warns about an attribute. The summary names the object, as Terraform shows only one of equal summaries.
pub(crate) fn warn(scope: &mut Scope<'_>, path: &str, summary: &str, detail: impl Into<String>) {
    warn_at(scope, &path_of(scope, path), summary, detail);
}

/// The same about an entry of a map or list.
pub(crate) fn warn_at(
    scope: &mut Scope<'_>,
    path: &Path,
    summary: &str,
    detail: impl Into<String>,
) {
    // The name is not available inside a nested object.
    let name = scope.at("name").as_str();
    let subject = name.map_or_else(|| path.to_string(), str::to_owned);
    scope.warn_at(path, &format!("{summary}: {subject}"), detail);
}

/// Refuses `flag` being on while `required` is off.
pub(crate) fn requires(scope: &mut Scope<'_>, flag: &str, required: &str) {
    if scope.is_on(flag) && scope.is_off(required) {
        let detail = format!("`{flag}` requires `{required}`. Set both to `true`, or neither.");
        conflict(scope, flag, detail);
    }
}

/// Refuses a block whose `enabled` is on without these attributes of it, or with the placeholders that the platform
/// has as their defaults.
pub(crate) fn requires_all(scope: &mut Scope<'_>, block: &str, names: &[&str]) {
    let path = |name: &str| format!("{block}.{name}");
    if !scope.is_on(&path("enabled")) {
        return;
    }
    let absent: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| is_absent(scope, &path(name)))
        .collect();
    if !absent.is_empty() {
        let detail = format!(
            "`{block}.enabled` is `true`, so `{}` must be set. Set what is missing, or set `enabled` to `false`.",
            absent.join("`, `")
        );
        missing(scope, &path("enabled"), detail);
    }
}

/// Whether an attribute is unset, or has the placeholder that the platform has as its default.
pub(crate) fn is_absent(scope: &Scope<'_>, path: &str) -> bool {
    scope.is_empty(path) || is_placeholder(scope.at(path))
}

/// `<your-access-key>` and the like (read in the platform's charts).
fn is_placeholder(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let starts = [
        "<",
        "http://minio-gateway-service:",
        "s3.example.org/",
        "s3://bucket/path/to/",
    ];
    starts.iter().any(|start| text.starts_with(start))
}

/// Refuses `low` above `high`, each with the platform's default.
pub(crate) fn not_above(scope: &mut Scope<'_>, low: (&str, i64), high: (&str, i64)) {
    let value = |(name, default)| scope.number_or(name, default);
    if let (Some(least), Some(most)) = (value(low), value(high))
        && least > most
    {
        let (low, high) = (low.0, high.0);
        let default = if scope.has(high) { "" } else { ", the default" };
        let detail = format!(
            "`{low}` is {least} and cannot be above `{high}`, which is {most}{default}. Lower `{low}` or raise \
             `{high}`."
        );
        conflict(scope, low, detail);
    }
}

fn path_of(scope: &Scope<'_>, path: &str) -> Path {
    let mut names = path.split('.');
    let first = scope.path(names.next().unwrap_or_default());
    names.fold(first, |path, name| path.attribute(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Diagnostics;

    #[test]
    fn what_is_inside_an_unknown_value_is_unknown() {
        let config = Value::map([("backup", Value::Unknown), ("tls", Value::Null)]);
        assert!(config.at("backup.enabled").is_unknown());
        assert!(!config.is_on("backup.enabled") && !config.is_off("backup.enabled"));
        assert!(!config.is_set("backup.name") && !config.is_empty("backup.name"));
        assert!(config.is_off("tls.enabled") && config.is_empty("tls.name"));
    }

    #[test]
    fn a_secret_is_found_in_its_write_only_form() {
        let config = Value::map([("key_wo", Value::from("a"))]);
        assert!(config.is_set("key"));
    }
    fn summary(config: &Value, path: &Path) -> String {
        let mut diagnostics = Diagnostics::new();
        let mut scope = Scope::on_platform(config, path, &|_| true, &mut diagnostics);
        warn(&mut scope, "size", "Ignored", "It is ignored.");
        diagnostics.iter().map(|one| one.summary.clone()).collect()
    }

    #[test]
    fn a_warning_names_the_object_or_the_attribute() {
        let named = Value::map([("name", "main".into())]);
        assert_eq!(summary(&named, &Path::root()), "Ignored: main");
        let group = Path::of("node_groups").key("a");
        let place = "Ignored: node_groups[\"a\"].size";
        assert_eq!(
            summary(&Value::map([("name", Value::Unknown)]), &group),
            place
        );
    }
}
