//! Tests of every kind on every release that has it, with its example. All examples are in one configuration, so that a
//! kind does not require a run of its own.

mod content;
mod drift;
pub(crate) mod example;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hikube::api::Object;
use hikube::kinds::KINDS;
use hikube::resource::Kind;
use hikube::resource::WaitFor;
use serde_json::{Value, json};

use crate::harness::{Platform, Workspace, on_release};
use content::{assert_holds, in_api, in_terraform};
use drift::{Drift, drift};
use example::{Example, has, plural_on};

mod on_every_release {
    use super::on_release;

    on_release!(
        is_created_updated_repaired_imported_and_destroyed,
        on_0_41,
        V0_41
    );
    on_release!(
        is_created_updated_repaired_imported_and_destroyed,
        on_1_1,
        V1_1
    );
    on_release!(
        is_created_updated_repaired_imported_and_destroyed,
        on_1_3,
        V1_3
    );
    on_release!(
        is_created_updated_repaired_imported_and_destroyed,
        on_1_6,
        V1_6
    );
    on_release!(
        is_created_updated_repaired_imported_and_destroyed,
        on_main,
        Main
    );
}

fn is_created_updated_repaired_imported_and_destroyed(platform: &Platform) {
    let kinds = KINDS.iter();
    let all = Examples::of(kinds, platform);
    all.are_created_with_the_least();
    all.are_updated();
    all.are_reported();
    all.are_stored();
    all.are_repaired();
    all.are_imported();
    all.are_exported();
    all.are_destroyed();
}

/// The examples of kinds, in one workspace.
pub(crate) struct Examples<'a> {
    platform: &'a Platform,
    examples: Vec<Example>,
    space: Workspace,
}

/// A value that is valid for every variable: passwords and SSH keys.
fn with_variables(mut space: Workspace, examples: &[Example]) -> Workspace {
    let names: BTreeSet<&String> = examples.iter().flat_map(Example::variables).collect();
    let values = names
        .into_iter()
        .map(|name| (format!("TF_VAR_{name}"), "ssh-ed25519 AAAA ops".to_owned()));
    space.variables = values.collect();
    space
}

impl<'a> Examples<'a> {
    /// The examples of all kinds that the platform has. Adopted objects have tests of their own.
    pub(crate) fn of(
        kinds: impl Iterator<Item = &'a Kind>,
        platform: &'a Platform,
    ) -> Examples<'a> {
        let kinds = kinds.filter(|kind| kind.adopted.is_none());
        let served = kinds.filter(|kind| plural_on(kind, platform).is_some());
        let examples: Vec<Example> = served.map(|kind| Example::of(kind, platform)).collect();
        Examples {
            platform,
            space: with_variables(Workspace::on(platform), &examples),
            examples,
        }
    }

    /// Creates all examples, and does not destroy them.
    pub(crate) fn are_created(self) -> Workspace {
        let full = self.configuration(Example::full);
        self.space.write(&full).apply().ok();
        self.space.assert_settled();
        self.space
    }

    /// All examples with the same set of attributes, and their variables.
    fn configuration(&self, form: impl Fn(&Example) -> String) -> String {
        let variables = self.space.variables.iter();
        let names = variables.filter_map(|(name, _)| name.strip_prefix("TF_VAR_"));
        let declared = names.map(|name| format!("variable \"{name}\" {{}}\n"));
        declared.chain(self.examples.iter().map(form)).collect()
    }

    fn name_of(&self, example: &Example) -> String {
        let name = self.space.state(&example.address, "name");
        name.as_str().expect("a name").to_owned()
    }

    fn stored(&self, example: &Example) -> Value {
        let plural = &example.plural;
        self.platform.api.spec(plural, &self.name_of(example))
    }

    fn attributes(&self, example: &Example) -> Value {
        self.space.instance(&example.address)["attributes"].clone()
    }

    /// An apply does not read workloads that it does not wait for.
    fn assert_ready(&self) {
        let waits_for = |example: &Example| (example.resource_type.waits_for)(&Object::default());
        let waited = |example: &&Example| waits_for(example) == WaitFor::Workloads;
        for example in self.examples.iter().filter(waited) {
            let ready = self.space.state(&example.address, "ready");
            assert_eq!(ready, true, "{}", example.address);
        }
    }

    fn are_created_with_the_least(&self) {
        let least = self.configuration(Example::least);
        self.space.write(&least).apply().ok();
        self.assert_ready();
        self.space.assert_settled();
    }

    fn are_updated(&self) {
        let full = self.configuration(Example::full);
        let plan = self.space.write(&full).plan();
        for example in &self.examples {
            let (paths, replaces) = example.additions();
            if replaces {
                plan.replaces(&example.address);
            } else {
                let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
                plan.updates(&example.address, &paths);
            }
        }
        self.space.apply_plan().ok();
        self.assert_ready();
        self.space.assert_settled();
    }

    /// An apply reports what a read finds. Whether workloads run can change in between.
    fn are_reported(&self) {
        let shown = |example: &Example| {
            let mut attributes = self.attributes(example);
            attributes["ready"] = Value::Null;
            attributes
        };
        let before: Vec<Value> = self.examples.iter().map(shown).collect();
        self.space.apply_with(&["-refresh-only"]).ok();
        for (example, before) in self.examples.iter().zip(before) {
            assert_eq!(shown(example), before, "{}", example.address);
        }
    }

    fn are_stored(&self) {
        for example in &self.examples {
            let (spec, address) = (&example.resource_type.spec, &example.address);
            let stored = self.stored(example);
            assert_holds(address, spec, &self.attributes(example), &stored, in_api);
        }
    }

    /// Changes a field of each object outside of Terraform, or a label if the release has no field that can change.
    fn are_repaired(&self) {
        let changed = self.examples.iter().map(|example| {
            let spec = &example.resource_type.spec;
            let (state, stored) = (self.attributes(example), self.stored(example));
            let drift = drift(spec, &state, &stored, self.platform.release);
            let plural = &example.plural;
            let name = self.name_of(example);
            self.platform
                .api
                .edit(plural, &name, |object| change(object, drift.as_ref()));
            drift.map_or_else(|| "labels.team".to_owned(), |drift| drift.path)
        });
        let changed: Vec<String> = changed.collect();
        let plan = self.space.plan();
        for (example, path) in self.examples.iter().zip(&changed) {
            plan.updates(&example.address, &[path]);
        }
        let mut addresses: Vec<&str> = self.examples.iter().map(|one| &*one.address).collect();
        addresses.sort_unstable();
        plan.touches_only(&addresses);
        self.space.apply_plan().ok();
        self.are_stored();
    }

    /// Another workspace imports all objects with the same configuration, and its plan is empty.
    fn are_imported(&self) {
        let mut text = self.configuration(Example::full);
        let ids = self.space.ids();
        for (to, id) in &ids {
            let _ = write!(text, "import {{\n  to = {to}\n  id = \"{id}\"\n}}\n");
        }
        for example in &self.examples {
            let address = &example.address;
            let (kind, label) = address.split_once('.').expect("an address");
            let _ = write!(
                text,
                "data \"{kind}\" \"{label}\" {{\n  name = {address}.name\n}}\n"
            );
        }
        let theirs = Workspace::named(self.platform, self.space.name.clone());
        let theirs = with_variables(theirs, &self.examples);
        let imported = theirs.write(&text).apply().ok();
        let count = ids.len();
        imported.says(&format!(
            "{count} imported, 0 added, 0 changed, 0 destroyed"
        ));
        theirs.assert_settled();
        for example in &self.examples {
            let found = theirs.instance(&format!("data.{}", example.address));
            self.assert_shown(example, &found["attributes"]);
        }
    }

    /// The plan of an exported configuration imports all objects and changes none. The files have no secrets.
    fn are_exported(&self) {
        let theirs = Workspace::named(self.platform, self.space.name.clone());
        theirs.write("");
        let folder = theirs.path("");
        let name = format!("*{}*", theirs.name);
        let folder = folder.to_str().expect("a path");
        let all = ["--namespace", "*", "--name", &name, "--out", folder];
        theirs.export(&all).ok();
        for example in &self.examples {
            let (type_name, _) = example.address.split_once('.').expect("an address");
            let file = theirs.path(&format!("{type_name}.tf"));
            let text = std::fs::read_to_string(&file).expect(type_name);
            // The value of all variables, which are passwords and public keys.
            let text: Vec<&str> = text.split("ssh_keys = [").collect();
            assert!(!text[0].contains("ssh-ed25519 AAAA ops"), "{text:?}");
        }
        let count = self.space.ids().len();
        let summary = format!("{count} to import, 0 to add, 0 to change, 0 to destroy");
        theirs.try_plan().ok().says(&summary);
    }

    /// A data source returns configured values, and defaults for others.
    fn assert_shown(&self, example: &Example, shown: &Value) {
        let (spec, address) = (&example.resource_type.spec, &example.address);
        let state = self.attributes(example);
        assert_holds(address, spec, &state, shown, in_terraform);
        for metadata in ["labels", "annotations"] {
            assert_eq!(shown[metadata], state[metadata], "{address}");
        }
        assert_eq!(shown["ready"], true, "{address}");
        let with_default = spec
            .fields()
            .filter(|attribute| attribute.default.is_some());
        for attribute in with_default {
            let is_shown = !shown[&*attribute.name].is_null();
            let is_there = has(self.platform.release, attribute);
            assert_eq!(is_shown, is_there, "{address}.{}", attribute.name);
        }
    }

    fn are_destroyed(&self) {
        self.space.destroy().ok();
        assert_eq!(self.space.objects(), 0);
        self.platform.assert_clean();
    }
}

fn change(object: &mut Value, drift: Option<&Drift>) {
    let Some(drift) = drift else {
        object["metadata"]["labels"]["team"] = json!("other");
        return;
    };
    let spec = &mut object["spec"];
    let field = drift
        .pointer
        .iter()
        .fold(spec, |at, name| &mut at[name.as_str()]);
    *field = drift.value.clone();
}
