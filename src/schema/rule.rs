use super::diagnostic::Diagnostics;
use crate::value::{Path, Value};

/// A rule between the attributes of an object. It is called with every configuration, including unknown values, which
/// it ignores.
pub type Rule = fn(&mut Scope<'_>);

/// An object that a [`Rule`] checks, and its diagnostics.
pub struct Scope<'a> {
    object: &'a Value,
    path: &'a Path,
    /// Whether the platform has a field in this object, if its schema is known.
    platform: Option<&'a dyn Fn(&str) -> bool>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Scope<'a> {
    /// An object of a configuration.
    pub(super) fn of(
        object: &'a Value,
        path: &'a Path,
        diagnostics: &'a mut Diagnostics,
    ) -> Scope<'a> {
        Scope {
            object,
            path,
            platform: None,
            diagnostics,
        }
    }

    /// An object of a plan, on a platform whose schema is known.
    pub fn on_platform(
        object: &'a Value,
        path: &'a Path,
        has_field: &'a dyn Fn(&str) -> bool,
        diagnostics: &'a mut Diagnostics,
    ) -> Scope<'a> {
        Scope {
            object,
            path,
            platform: Some(has_field),
            diagnostics,
        }
    }
}

impl Scope<'_> {
    /// Whether the platform has a field with this API name in the object; true if its schema is not known.
    pub fn platform_has(&self, field: &str) -> bool {
        self.platform.is_none_or(|has_field| has_field(field))
    }

    /// An attribute of the object. For a secret, its write-only value is considered as well.
    pub fn get(&self, name: &str) -> &Value {
        match self.object.attribute(name) {
            Value::Null => self.object.attribute(&format!("{name}_wo")),
            given => given,
        }
    }

    /// Whether the attribute has a known value.
    pub fn has(&self, name: &str) -> bool {
        !matches!(self.get(name), Value::Null | Value::Unknown)
    }

    /// Whether the write-only value of a secret is set.
    pub fn is_write_only(&self, name: &str) -> bool {
        self.object.attribute(name).is_null() && !self.get(name).is_null()
    }

    /// The path of an attribute of the object.
    pub fn path(&self, name: &str) -> Path {
        self.path.attribute(name)
    }

    /// Adds an error about one of the object's attributes.
    pub fn error(&mut self, name: &str, summary: &str, detail: impl Into<String>) {
        self.error_at(&self.path(name), summary, detail);
    }

    /// Adds an error about a value inside one of the object's attributes.
    pub fn error_at(&mut self, path: &Path, summary: &str, detail: impl Into<String>) {
        self.diagnostics.error_at(path, summary, detail);
    }

    /// Adds a warning about one of the object's attributes.
    pub fn warn(&mut self, name: &str, summary: &str, detail: impl Into<String>) {
        self.warn_at(&self.path(name), summary, detail);
    }

    /// Adds a warning about a value inside one of the object's attributes.
    pub fn warn_at(&mut self, path: &Path, summary: &str, detail: impl Into<String>) {
        self.diagnostics.warn_at(path, summary, detail);
    }

    /// At most one of the attributes can be set.
    pub fn at_most_one(&mut self, names: &[&str]) {
        let given: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| self.has(name))
            .collect();
        if let [first, second, ..] = given[..] {
            self.error(
                second,
                "Invalid Attribute Combination",
                conflict(first, second),
            );
        }
    }

    /// Either all of the attributes must be set, or none.
    pub fn together(&mut self, names: &[&str], why: &str) {
        if names.iter().any(|name| self.get(name).is_unknown()) {
            return;
        }
        let missing = names.iter().find(|name| !self.has(name));
        let given = names.iter().find(|name| self.has(name));
        if let (Some(missing), Some(given)) = (missing, given) {
            self.error(
                given,
                "Invalid Attribute Combination",
                format!("`{given}` requires `{missing}`. {why} Set both or neither."),
            );
        }
    }
}

/// Two attributes that conflict with each other.
pub(super) fn conflict(first: &str, second: &str) -> String {
    format!("`{second}` conflicts with `{first}`. Remove one of them.")
}
