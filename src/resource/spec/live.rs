use serde_json::Value as Json;

use super::names::{Live, entry, field, field_name, is_ignored, known_synonym};
use crate::api::JsonSchema;
use crate::schema::{
    Attribute, AttributeRole, Block, Diagnostics, Meaning, Releases, Scope, Shape, pattern,
    respelling,
};
use crate::value::{Path, Value};

/// Validates a planned spec against the platform's schema. The API does not validate: an invalid value would be found
/// minutes later, when the installation fails. Unknown values are valid. A value that a later release of the platform
/// does not support is an error only if it changes, so that an unchanged configuration can still be planned.
pub(crate) fn check_live(
    object: &Block,
    [prior, planned]: [&Value; 2],
    live: &JsonSchema,
    diagnostics: &mut Diagnostics,
) {
    let mut checker = Checker {
        releases: Releases::default(),
        diagnostics,
    };
    checker.object(object, [prior, planned], live, &Path::root());
}

/// Whether the attribute is immutable on an existing object, by the platform's schema.
pub(crate) fn is_immutable(attribute: &Attribute, live: Option<&JsonSchema>) -> bool {
    field(live, field_name(attribute, live, None).name).is_some_and(JsonSchema::is_immutable)
}

struct Checker<'a> {
    /// The releases of the current attribute. A nested attribute requires those of its parent.
    releases: Releases,
    diagnostics: &'a mut Diagnostics,
}

impl Checker<'_> {
    fn object(
        &mut self,
        object: &Block,
        [prior, values]: [&Value; 2],
        live: &JsonSchema,
        path: &Path,
    ) {
        for attribute in object.fields() {
            let [before, value] = [prior, values].map(|all| all.attribute(&attribute.name));
            let path = path.attribute(&attribute.name);
            let is_written_only = match attribute.role {
                AttributeRole::Secret { version, .. } => !values.attribute(version).is_null(),
                _ => false,
            };
            match value {
                Value::Null if is_written_only => {}
                Value::Null => self.required(attribute, live, &path),
                // An unknown value may become null.
                Value::Unknown => {}
                _ => {
                    let outer = self.releases;
                    self.releases = attribute.releases().within(outer);
                    self.attribute(attribute, [before, value], live, &path);
                    self.releases = outer;
                }
            }
        }
        let has_field = |name: &str| live.properties.contains_key(name);
        for rule in &object.platform_rules {
            rule(&mut Scope::on_platform(
                values,
                path,
                &has_field,
                self.diagnostics,
            ));
        }
    }

    fn required(&mut self, attribute: &Attribute, live: &JsonSchema, path: &Path) {
        let name = field_name(attribute, Some(live), None).name;
        // At install, the values are merged with the default of the object.
        let in_whole = live.default.as_ref().and_then(|whole| whole.get(name));
        let has_default = in_whole.is_some()
            || field(Some(live), name)
                .is_some_and(|schema| schema.default.is_some() || schema.kind == "object");
        if live.required.iter().any(|required| required == name) && !has_default {
            self.diagnostics.error_at(
                path,
                "Missing Configuration for Required Attribute",
                format!("`{path}` is required on this platform: set it."),
            );
        }
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        [before, value]: [&Value; 2],
        live: &JsonSchema,
        path: &Path,
    ) {
        let target = field_name(attribute, Some(live), None);
        let Some(schema) = live.properties.get(target.name) else {
            if !is_ignored(Some(live), target.name) {
                return;
            }
            let title = format!("Unsupported attribute: {path}");
            let reasons = [
                self.releases
                    .requirement()
                    .map(|releases| format!(" It requires {releases}.")),
                attribute.instead.map(|instead| format!(" {instead}")),
            ];
            let why: String = reasons.into_iter().flatten().collect();
            let was_known = attribute.until.is_some();
            return if was_known && before == value {
                let detail = format!(
                    "This platform does not support `{path}` and ignores it.{why} Remove it; changing it to another \
                     value is an error."
                );
                self.diagnostics.warn_at(path, title, detail);
            } else {
                let detail = format!(
                    "This platform does not support `{path}` and would ignore it.{why} Remove it."
                );
                self.diagnostics.error_at(path, title, detail);
            };
        };
        if let Some(former) = target.former.filter(|former| !former.values.is_empty()) {
            let is_mapped = |value: &str| {
                former
                    .values
                    .iter()
                    .any(|(ours, _)| ours.as_str() == Some(value))
            };
            if value.as_str().is_some_and(|value| !is_mapped(value)) {
                let supported: Vec<_> = former
                    .values
                    .iter()
                    .filter_map(|(ours, _)| Some(format!("`{}`", ours.as_str()?)))
                    .collect();
                self.diagnostics.error_at(
                    path,
                    format!("Unsupported value for {path}"),
                    format!(
                        "This platform has `{}` instead of `{}`, which supports only {}. Use one of these, or \
                         upgrade the platform.",
                        former.name,
                        attribute.api,
                        supported.join(" or ")
                    ),
                );
            }
            return;
        }
        self.shape(&attribute.shape, [before, value], schema, path);
    }

    fn shape(
        &mut self,
        shape: &Shape,
        [before, value]: [&Value; 2],
        live: &JsonSchema,
        path: &Path,
    ) {
        match (shape, value) {
            (_, Value::Null | Value::Unknown) => {}
            (Shape::Object(object), Value::Map(_)) => {
                self.object(object, [before, value], live, path);
            }
            (Shape::Map(shape), Value::Map(entries)) => {
                for (key, value) in entries {
                    if let Some(live) = entry(Some(live), key) {
                        let before = before.attribute(key);
                        self.shape(shape, [before, value], live, &path.key(key));
                    }
                }
            }
            (Shape::List(shape), Value::List(elements)) => {
                let befores = before.as_elements().unwrap_or_default();
                for (index, value) in elements.iter().enumerate() {
                    let before = befores.get(index).unwrap_or(&Value::Null);
                    self.element(shape, [before, value], Some(live), &path.index(index));
                }
            }
            (Shape::Set(shape), Value::Set(elements)) => {
                for value in elements {
                    self.element(shape, [&Value::Null, value], Some(live), path);
                }
            }
            (Shape::Text(text), Value::String(content)) if text.meaning == Meaning::Plain => {
                let content = known_synonym(text, content, Some(live)).unwrap_or(content);
                self.text(content, live, path);
            }
            (Shape::Integer { .. }, Value::Number(number)) => {
                let number = number.to_string();
                let known = &live.choices;
                if !known.is_empty() && !known.iter().any(|choice| shown(choice) == number) {
                    self.not_a_choice(&number, live, path);
                }
            }
            _ => {}
        }
    }

    fn element(&mut self, shape: &Shape, values: [&Value; 2], live: Live<'_>, path: &Path) {
        if let Some(live) = super::names::element(live) {
            self.shape(shape, values, live, path);
        }
    }

    fn text(&mut self, content: &str, live: &JsonSchema, path: &Path) {
        if !live.choices.is_empty()
            && !live
                .choices
                .iter()
                .any(|choice| choice.as_str() == Some(content))
        {
            return self.not_a_choice(content, live, path);
        }
        let Some(pattern) = &live.pattern else { return };
        // A pattern that is not supported here is left to the platform.
        if pattern::found(pattern, content) == Some(false) {
            self.diagnostics.error_at(
                path,
                "Invalid Attribute Value",
                format!("`{path}` must match `{pattern}` on this platform."),
            );
        }
    }

    fn not_a_choice(&mut self, content: &str, live: &JsonSchema, path: &Path) {
        let known: Vec<String> = live
            .choices
            .iter()
            .map(shown)
            .filter(|text| !text.is_empty())
            .collect();
        let hint = respelling(content, known.iter().map(String::as_str))
            .map_or_else(String::new, |spelling| {
                format!(" Did you mean `{spelling}`?")
            });
        let listed: Vec<String> = known.iter().map(|text| format!("`{text}`")).collect();
        self.diagnostics.error_at(
            path,
            format!("Unsupported value for {path}"),
            format!(
                "`{path}` does not support `{content}` on this platform.{hint} Valid values: {}.",
                listed.join(", ")
            ),
        );
    }
}

fn shown(json: &Json) -> String {
    json.as_str()
        .map_or_else(|| json.to_string(), str::to_owned)
}
