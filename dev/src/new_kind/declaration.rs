//! The declaration of a kind as Rust code, without descriptions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::facts::Facts;
use super::names::{camel_case, identifier, pascal_case, singular, snake_case};

/// The generated structs and enums, and their imports.
pub(super) struct Declaration<'a> {
    releases: &'a [String],
    /// Names and code, in the order in which they are needed.
    items: Vec<(String, String)>,
    /// Names by the module they are in.
    uses: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

/// Where names are taken from, in the order of the lines.
const MODULES: [&str; 5] = [
    "std::collections",
    "super::shared",
    "crate::api",
    "crate::resource",
    "crate::schema",
];

/// The description of an attribute that all kinds share.
fn description(name: &str) -> Option<&'static str> {
    Some(match name {
        "external" => {
            "Whether the service has a public address. Setting this to `false` releases the address."
        }
        "replicas" => "Number of replicas.",
        "resources" => {
            "CPU and memory of each replica. Overrides `resources_preset`. Changing this restarts the replicas."
        }
        "resources_preset" => {
            "CPU and memory of each replica, as a preset such as `t1.micro`. Ignored if `resources` is set. Changing \
             this restarts the replicas."
        }
        "size" => "Size of each replica's volume, for example `10Gi`.",
        "storage_class" => {
            "Storage class of the volumes: `replicated` or `local` on Hikube. Defaults to the platform's default class."
        }
        _ => return None,
    })
}

/// A schema in each release that has it, the oldest first.
type Schemas<'a> = Vec<(&'a str, &'a Json)>;

impl<'a> Declaration<'a> {
    /// Declares everything that the spec of a kind needs.
    pub(super) fn of(facts: &'a Facts) -> Declaration<'a> {
        let mut declaration = Declaration {
            releases: &facts.releases,
            items: Vec::new(),
            uses: BTreeMap::from([
                ("crate::api", BTreeSet::from(["ApiResource"])),
                ("crate::lifecycle", BTreeSet::from(["Application"])),
                ("crate::resource", BTreeSet::from(["Kind"])),
                ("crate::schema", BTreeSet::from(["Spec"])),
            ]),
        };
        let schemas = facts.schemas.iter();
        let schemas = schemas.map(|(release, schema)| (release.as_str(), schema));
        declaration.object(&spec_name(facts), &schemas.collect(), false);
        declaration
    }

    /// The whole file.
    pub(super) fn render(&self, facts: &Facts, name: &str) -> String {
        let (kind, plural, prefix) = (&facts.kind, &facts.plural, &facts.prefix);
        let spec = spec_name(facts);
        let uses: String = MODULES
            .iter()
            .filter_map(|module| self.use_line(module))
            .collect();
        let schemas: Schemas<'_> = facts
            .schemas
            .iter()
            .map(|(release, schema)| (release.as_str(), schema))
            .collect();
        let all = [self.releases.first(), self.releases.last()].map(|one| one.map(String::as_str));
        let releases = release_words(&schemas, all, |word, release| {
            format!("    {word}: Some({release:?}),\n")
        });
        let releases = releases.concat();
        let items: Vec<&str> = self.items.iter().map(|(_, code)| code.as_str()).collect();
        let items = items.join("\n");
        format!(
            "{uses}\n\
             pub(super) const KIND: Kind = Kind {{\n    \
             type_name: \"hikube_{name}\",\n    title: \"\",\n    description: \"\",\n    subcategory: \"\",\n    \
             api_resource: || ApiResource::application(\"{kind}\", \"{plural}\"),\n    \
             release_prefix: \"{prefix}\",\n{releases}    spec: {spec}::block,\n    ..Kind::new(&Application)\n}};\n\n{items}"
        )
    }

    /// Declares a struct, after which its name can be used.
    fn object(&mut self, name: &str, schemas: &Schemas<'_>, in_entry: bool) {
        let place = self.items.len();
        self.items.push((name.to_owned(), String::new()));
        let mut properties: BTreeMap<&str, Schemas<'_>> = BTreeMap::new();
        for (release, schema) in schemas {
            for (key, property) in schema["properties"].as_object().into_iter().flatten() {
                properties.entry(key).or_default().push((release, property));
            }
        }
        let required = schemas.last().map(|(_, schema)| &schema["required"]);
        let required = required.and_then(Json::as_array).into_iter().flatten();
        let required: BTreeSet<&str> = required.filter_map(Json::as_str).collect();
        let mut fields = String::new();
        let within = [schemas.first(), schemas.last()].map(|one| one.map(|(release, _)| *release));
        for (key, schemas) in &properties {
            let is_required = required.contains(key);
            fields += &self.field(name, key, schemas, within, is_required, in_entry);
        }
        self.items[place].1 = format!("#[derive(Spec)]\nstruct {name} {{\n{fields}}}\n");
    }

    fn field(
        &mut self,
        object: &str,
        key: &str,
        schemas: &Schemas<'_>,
        within: [Option<&str>; 2],
        is_required: bool,
        in_entry: bool,
    ) -> String {
        let Some((_, schema)) = schemas.last() else {
            return String::new();
        };
        let name = snake_case(key);
        let default = schema.get("default");
        let is_optional = default.is_some() || !is_required;
        let mut words = Vec::new();
        // The platform sets no defaults in entries of maps.
        let is_explicit = in_entry && is_required && is_optional;
        if is_explicit {
            words.push("always_send".to_owned());
        }
        words.extend(default.and_then(|default| default_word(schema, default, is_explicit)));
        if schema["x-kubernetes-validations"]
            .to_string()
            .contains("self == oldSelf")
        {
            words.push("replace".to_owned());
        }
        if matches!(key, "size" | "storage") {
            words.push("grow_only".to_owned());
        }
        if key == "external" {
            words.push("loses = \"the public address\"".to_owned());
        }
        if key == "version" && schema["enum"].is_array() {
            words.push("upgrade_only".to_owned());
        }
        if camel_case(&name) != key {
            words.push(format!("api = {key:?}"));
        }
        words.extend(release_words(schemas, within, |word, release| {
            format!("{word} = {release:?}")
        }));
        let was_map = schemas
            .iter()
            .any(|(_, schema)| schema["additionalProperties"].is_object());
        if was_map && schema["items"]["properties"]["name"].is_object() {
            words.push("was_map = \"name\"".to_owned());
        }
        let kind = self.type_of(object, key, schemas, in_entry);
        let kind = if is_optional {
            format!("Option<{kind}>")
        } else {
            kind
        };
        let mut code = String::new();
        if let Some(description) = description(&name) {
            let _ = writeln!(code, "    /// {description}");
        }
        if !words.is_empty() {
            let _ = writeln!(code, "    #[spec({})]", words.join(", "));
        }
        let _ = writeln!(code, "    {}: {kind},", identifier(&name));
        code
    }

    fn type_of(
        &mut self,
        object: &str,
        key: &str,
        schemas: &Schemas<'_>,
        in_entry: bool,
    ) -> String {
        let Some((_, schema)) = schemas.last() else {
            return String::new();
        };
        let below = |part: &'static str| -> Schemas<'_> {
            let schemas = schemas.iter();
            schemas
                .filter_map(|(release, schema)| Some((*release, schema.get(part)?)))
                .collect()
        };
        let named = |names: &[&str]| {
            let properties = schema["properties"].as_object();
            properties.is_some_and(|properties| properties.keys().eq(names.iter().copied()))
        };
        match schema["type"].as_str() {
            Some("boolean") => "bool".to_owned(),
            Some("integer") => "i64".to_owned(),
            Some("string") if schema["enum"].is_array() => self.choice(object, key, schema),
            Some("string") if is_secret(key) => self.used("crate::schema", "Secret"),
            Some("string") => "String".to_owned(),
            Some("array") => {
                let element = self.type_of(object, singular(key), &below("items"), true);
                format!("Vec<{element}>")
            }
            _ if schema["x-kubernetes-int-or-string"] == true && schema["pattern"].is_string() => {
                self.used("crate::schema", amount(key))
            }
            _ if schema["x-kubernetes-int-or-string"] == true => {
                self.used("crate::schema", "IntOrString")
            }
            _ if schema["additionalProperties"].is_object() => {
                let entries = below("additionalProperties");
                let entry = self.type_of(object, singular(key), &entries, true);
                let map = self.used("std::collections", "BTreeMap");
                format!("{map}<String, {entry}>")
            }
            _ if named(&["cpu", "memory"]) => self.used("super::shared", "Resources"),
            _ if schema["properties"].is_object() => {
                let name = self.free_name(object, key);
                self.object(&name, schemas, in_entry);
                name
            }
            _ => self.used("crate::schema", "Json"),
        }
    }

    fn choice(&mut self, object: &str, key: &str, schema: &Json) -> String {
        if key == "resourcesPreset" {
            return self.used("super::shared", "Preset");
        }
        if key == "version" {
            let name = format!("{object}Version");
            self.used("super::shared", "KnownValues");
            self.used("super::shared", "ValueList");
            let values = schema["enum"].as_array().into_iter().flatten();
            let values: Vec<&str> = values.filter_map(Json::as_str).collect();
            let code = format!(
                "struct {name};\n\nimpl KnownValues for {name} {{\n    \
                 const VALUES: ValueList = &[({:?}, \"\")];\n}}\n",
                values.join(" ")
            );
            self.items.push((name.clone(), code));
            return name;
        }
        let name = self.free_name(object, key);
        self.used("crate::schema", "Choice");
        let mut variants = String::new();
        for value in schema["enum"].as_array().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            let variant = pascal_case(value);
            if variant != value {
                let _ = writeln!(variants, "    #[choice(value = {value:?})]");
            }
            let _ = writeln!(variants, "    {variant},");
        }
        let code = format!("#[derive(Choice)]\nenum {name} {{\n{variants}}}\n");
        self.items.push((name.clone(), code));
        name
    }

    fn used(&mut self, module: &'static str, name: &'static str) -> String {
        self.uses.entry(module).or_default().insert(name);
        name.to_owned()
    }

    fn use_line(&self, module: &str) -> Option<String> {
        let names: Vec<&str> = self.uses.get(module)?.iter().copied().collect();
        let line = match names.as_slice() {
            [name] => format!("use {module}::{name};\n"),
            names => format!("use {module}::{{{}}};\n", names.join(", ")),
        };
        // Imports of the standard library are a group of their own.
        let end = if module.starts_with("std") { "\n" } else { "" };
        Some(line + end)
    }

    /// A unique name: the field's, or the object's and the field's.
    fn free_name(&self, object: &str, key: &str) -> String {
        let name = pascal_case(&snake_case(key));
        let is_taken = |name: &str| self.items.iter().any(|(taken, _)| taken == name);
        if is_taken(&name) {
            format!("{object}{name}")
        } else {
            name
        }
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    ["password", "secretkey", "accesskey", "token"]
        .iter()
        .any(|word| key.ends_with(word))
}

/// The type of a quantity, from the name of the field.
fn amount(key: &str) -> &'static str {
    let key = key.to_lowercase();
    let ends = |words: &[&str]| words.iter().any(|word| key.ends_with(word));
    if ends(&["cpu"]) {
        "Cpu"
    } else if ends(&["memory", "size", "storage"]) {
        "Bytes"
    } else {
        "Quantity"
    }
}

fn spec_name(facts: &Facts) -> String {
    pascal_case(&snake_case(&facts.kind))
}

/// The platform's default, unless it is empty.
fn default_word(schema: &Json, default: &Json, is_explicit: bool) -> Option<String> {
    let is_empty = match default {
        Json::Object(fields) => fields.is_empty() || schema["properties"].is_object(),
        Json::Array(items) => items.is_empty(),
        Json::Null => return None,
        plain => return Some(format!("default = {plain}")),
    };
    (is_explicit || !is_empty).then(|| format!("default_json = {:?}", default.to_string()))
}

/// The options for the first and last release of a field, if its parent exists in more releases.
fn release_words(
    schemas: &Schemas<'_>,
    within: [Option<&str>; 2],
    word: impl Fn(&str, &str) -> String,
) -> Vec<String> {
    let ends = [("since", schemas.first()), ("until", schemas.last())];
    let named = ends
        .into_iter()
        .zip(within)
        .filter_map(|((name, end), outer)| {
            let (release, _) = end?;
            (Some(*release) != outer).then(|| word(name, release))
        });
    named.collect()
}
