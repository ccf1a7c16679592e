//! Properties of every kind on every release of the platform, with any spec.

mod conversions;
mod moves;
mod plans;
mod specs;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use super::declaration::{of_kind, resource_type};
use super::fields::spec_block;
use super::messages::report_problems;
use super::plan::terraform_plan;
use super::translation::Translation;
use crate::api::{ApiResource, Object};
use crate::resource::state::reported::state_after_apply;
use crate::resource::tests::platform::Platform;
use crate::resource::{Namespace, Observed, Plan, PlanRequest};
use crate::schema::Diagnostics;
use crate::value::Value;

/// A kind on a release of the platform.
struct Kind {
    name: String,
    platform: Platform,
    translation: Translation,
}

impl Kind {
    fn all() -> Vec<Kind> {
        let kinds = Platform::every_kind().into_iter();
        kinds
            .map(|(name, platform)| Kind::of(name, platform))
            .collect()
    }

    /// This kind on this release.
    fn on(release: &str, name: &str) -> Kind {
        let mut kinds = Platform::every_kind().into_iter();
        let found = kinds.find(|(kind, platform)| kind == name && platform.release == release);
        let (name, platform) = found.expect("the release has the kind");
        Kind::of(name, platform)
    }

    fn of(name: String, platform: Platform) -> Kind {
        let resource = ApiResource {
            kind: name.clone().into(),
            plural: name.to_lowercase().into(),
            ..ApiResource::application("", "")
        };
        let translation = Translation {
            resource_type: of_kind(resource, spec_block(&platform.schema)),
            no_schema: None,
        };
        Kind {
            name,
            platform,
            translation,
        }
    }

    /// A configuration with this spec.
    fn config(&self, spec: Value) -> Value {
        let mut config = resource_type().schema.null();
        config.set_attribute("kind", self.name.as_str().into());
        config.set_attribute("name", "main".into());
        config.set_attribute("spec", spec.into_dynamic());
        config
    }

    fn plan(&self, prior: &Value, config: &Value) -> Plan {
        self.plan_with(prior, config, false)
    }

    fn plan_with(&self, prior: &Value, config: &Value, protects_from_deletion: bool) -> Plan {
        let request = PlanRequest {
            prior,
            config,
            private: &[],
            namespace: &Namespace::Known("tenant-acme".to_owned()),
            stores_credentials: true,
            protects_from_deletion,
            is_applying: false,
            live: Some(&self.platform.schema),
        };
        let (engine_prior, known) = self.translation.to_engine(prior);
        let (engine_config, problems) = self.translation.to_engine(config);
        let mut messages = Diagnostics::new();
        report_problems(&problems, &known, &mut messages);
        let engine_request = PlanRequest {
            prior: &engine_prior,
            config: &engine_config,
            ..request
        };
        let plan = crate::resource::plan(&self.translation.resource_type, &engine_request);
        let mut plan = terraform_plan(&self.translation, &request, plan);
        plan.diagnostics.extend(messages);
        plan
    }

    /// The object and the state after a create.
    fn created(&self, config: &Value) -> (Object, Value) {
        let planned = self.plan(&Value::Null, config).planned;
        let (engine, _) = self.translation.to_engine(&planned);
        let stored = self
            .platform
            .created(&self.translation.resource_type, &engine);
        self.applied(stored, &planned)
    }

    /// The object and the state after an update.
    fn updated(&self, object: &Object, prior: &Value, planned: &Value) -> (Object, Value) {
        let [before, engine] = [prior, planned].map(|values| self.translation.to_engine(values).0);
        let resource_type = &self.translation.resource_type;
        let values = [&before, &engine, &engine];
        let stored = self.platform.updated(resource_type, values, object);
        self.applied(stored, planned)
    }

    fn applied(
        &self,
        stored: serde_json::Map<String, serde_json::Value>,
        planned: &Value,
    ) -> (Object, Value) {
        let (engine, _) = self.translation.to_engine(planned);
        let object = self.platform.shown(stored, &engine);
        let seen = Observed::alone(object.clone());
        let state = state_after_apply(&self.translation.resource_type, &engine, &seen);
        let spec = planned.attribute("spec").clone();
        (object, self.translation.with_spec(&state, spec))
    }

    fn read(&self, state: &Value, object: &Object) -> Value {
        let (before, _) = self.translation.to_engine(state);
        let now = self
            .platform
            .read(&self.translation.resource_type, &before, object);
        self.translation.to_terraform(&now, [&before, state])
    }

    /// The state after an import.
    fn imported(&self, object: &Object) -> Value {
        let id = format!("tenant-acme/{}/main", self.name);
        let imported = super::import(&resource_type(), &id, &Namespace::None);
        self.read(&imported.state, object)
    }
}

/// Checks a property for every kind on every release.
fn hold<T: std::fmt::Debug>(
    cases: u32,
    inputs: impl Fn(&Kind) -> BoxedStrategy<T>,
    property: impl Fn(&Kind, T) -> Result<(), TestCaseError>,
) {
    for kind in Kind::all() {
        let mut runner = TestRunner::new(Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        });
        let on = format!("{} on {}", kind.name, kind.platform.release);
        match runner.run(&inputs(&kind), |input| property(&kind, input)) {
            Ok(()) => {}
            Err(TestError::Fail(reason, input)) => panic!("{on}: {reason}\n{input:?}"),
            Err(TestError::Abort(reason)) => panic!("{on}: {reason}"),
        }
    }
}
