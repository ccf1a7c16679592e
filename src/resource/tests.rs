//! Properties of every kind on every release of the platform, with any configuration.
//!
//! The rules are Terraform's ([`consistency`]), the configurations are generated from the schemas ([`configurations`]),
//! and the platform is simulated by pure functions ([`platform`]).

mod asked;
mod bad_input;
mod bad_spec;
mod changes;
mod configurations;
pub(crate) mod consistency;
mod dependents;
mod drift;
mod fallback;
mod found;
mod garbage;
mod imports;
mod keys;
mod moves;
mod nested;
mod one_way;
mod outputs;
mod parts;
mod plans;
pub(crate) mod platform;
mod protection;
mod releases;
mod reshaped;
mod run_time;
mod schemas;
mod scripted;
mod states;
mod unknowns;
mod updates;
mod upgrades;
mod write_only;
mod written;

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::{
    Config, FailurePersistence, FileFailurePersistence, TestCaseError, TestError, TestRunner,
};

use regex_lite::Regex;

use self::platform::Platform;
use super::{Kind, Namespace, Plan, PlanRequest, ResourceType};
use crate::kinds::KINDS;
use crate::value::Value;

/// Every resource type.
static TYPES: LazyLock<Vec<ResourceType>> =
    LazyLock::new(|| KINDS.iter().flat_map(types_of).collect());

/// The resource type of a kind, and those of its entries.
fn types_of(kind: &'static Kind) -> Vec<ResourceType> {
    let entries = kind.entries.iter();
    let entries = entries.map(|entry| ResourceType::of_entry(kind, entry));
    [ResourceType::of(kind)]
        .into_iter()
        .chain(entries)
        .collect()
}

/// Checks a property for every kind on every release, with this number of inputs each.
fn hold<T: std::fmt::Debug>(
    cases: u32,
    inputs: impl Fn(&'static ResourceType, &Platform) -> BoxedStrategy<T>,
    property: impl Fn(&'static ResourceType, &Platform, T) -> Result<(), TestCaseError>,
) {
    for model in TYPES.iter() {
        for platform in Platform::all(model) {
            let mut runner = TestRunner::new(Config {
                cases,
                failure_persistence: Some(seeds(platform.release, &model.type_name)),
                max_shrink_iters: 3000,
                ..Config::default()
            });
            let tried = runner.run(&inputs(model, &platform), |input| {
                property(model, &platform, input)
            });
            let on = format!("{} on {}", model.type_name, platform.release);
            match tried {
                Ok(()) => {}
                Err(TestError::Fail(reason, input)) => {
                    panic!("{on}: {reason}\n{}", without_nulls(&format!("{input:?}")))
                }
                Err(TestError::Abort(reason)) => panic!("{on}: {reason}"),
            }
        }
    }
}

/// Seeds of failures are written to a file for each kind and release, and later runs try them first. Commit the file
/// with the fix.
fn seeds(release: &str, type_name: &str) -> Box<dyn FailurePersistence> {
    let file = format!(
        "{}/src/resource/tests/seeds/{release}-{type_name}.txt",
        env!("CARGO_MANIFEST_DIR")
    );
    Box::new(FileFailurePersistence::Direct(String::leak(file)))
}

/// Formats a value without its null attributes, which are the majority.
fn without_nulls(text: &str) -> String {
    let null = Regex::new("\"[a-z_0-9]+\": Null(, )?").expect("a pattern");
    null.replace_all(text, "").into_owned()
}

/// The provider's namespace in these tests.
fn acme() -> Namespace {
    Namespace::Known("tenant-acme".to_owned())
}

fn plan(model: &ResourceType, platform: &Platform, prior: &Value, config: &Value) -> Plan {
    super::plan(
        model,
        &PlanRequest {
            prior,
            config,
            private: &[],
            namespace: &acme(),
            stores_credentials: true,
            protects_from_deletion: false,
            is_applying: false,
            live: Some(&platform.schema),
        },
    )
}
