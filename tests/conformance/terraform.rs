//! The calls of Terraform's core to a provider in order, and its checks of every response. A failed check, which is
//! "Provider produced …" in Terraform, panics.

use hikube::protocol::wire::{
    RawState, apply_resource_change, configure_provider, import_resource_state,
    plan_resource_change, read_resource, stop_provider, upgrade_resource_state,
    validate_resource_config,
};
use hikube::schema::given_write_only;
use hikube::value::{Path, Value};
use serde_json::{Value as Json, json};

use crate::consistency::{
    assert_object_compatible, assert_paths_exist, assert_plan_valid, assert_wholly_known,
};
use crate::platform::Platform;
use crate::wire::{
    Client, MODERN, Messages, model, pack, pack_identity, path, resource, serve, typed, unpack,
    unpack_identity,
};

/// A provider process, and the core that calls it.
#[derive(Clone)]
pub(crate) struct Core {
    client: Client,
}

/// The data that Terraform stores for an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stated {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Value,
}

/// A plan.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) to: Stated,
    pub(crate) replaces: Vec<Path>,
    pub(crate) messages: Messages,
}

/// The result of a call and its diagnostics.
#[derive(Clone, Debug)]
pub(crate) struct Left {
    pub(crate) now: Stated,
    pub(crate) messages: Messages,
}

impl Left {
    #[track_caller]
    pub(crate) fn fine(self) -> Stated {
        self.messages.assert_fine();
        self.now
    }
}

/// The provider block of these tests.
pub(crate) fn block(platform: &Platform) -> Json {
    json!({"kubeconfig": platform.kubeconfig(), "namespace": "tenant-demo"})
}

pub(crate) fn block_value(given: &Json) -> Value {
    use hikube::schema::Spec;
    typed(
        &hikube::provider::ProviderBlock::block().value_type(),
        given,
    )
}

impl Core {
    /// A provider that is not configured, as used for schemas, upgrades and moves.
    pub(crate) async fn unconfigured() -> Core {
        Core::over(serve().await)
    }

    /// A provider at the other end of a connection.
    pub(crate) fn over(client: Client) -> Core {
        Core { client }
    }

    pub(crate) async fn on(platform: &Platform) -> Core {
        let core = Core::unconfigured().await;
        core.configure(&block_value(&block(platform)))
            .await
            .assert_fine();
        core
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    pub(crate) async fn configure(&self, config: &Value) -> Messages {
        use hikube::schema::Spec;
        let block = hikube::provider::ProviderBlock::block().value_type();
        let request = configure_provider::Request {
            terraform_version: "1.14.0".to_owned(),
            config: pack(config, &block),
            client_capabilities: Some(MODERN),
        };
        let answer = self.client().configure_provider(request).await.unwrap();
        Messages::of(&answer.into_inner().diagnostics)
    }

    pub(crate) async fn validate(&self, kind: &str, config: &Value) -> Messages {
        let request = validate_resource_config::Request {
            type_name: kind.to_owned(),
            config: pack(config, &model(kind).value_type),
            client_capabilities: Some(MODERN),
        };
        let answer = self.client().validate_resource_config(request).await;
        Messages::of(&answer.unwrap().into_inner().diagnostics)
    }

    pub(crate) fn plan_request(
        kind: &str,
        prior: &Stated,
        config: &Value,
    ) -> plan_resource_change::Request {
        let ty = &model(kind).value_type;
        plan_resource_change::Request {
            type_name: kind.to_owned(),
            prior_state: pack(&prior.state, ty),
            // The provider computes its own from state and configuration.
            proposed_new_state: pack(config, ty),
            config: pack(config, ty),
            prior_private: prior.private.clone(),
            provider_meta: None,
            client_capabilities: Some(MODERN),
            prior_identity: pack_identity(&prior.identity),
            planned_private: Vec::new(),
        }
    }

    /// Plans twice: the same request must return the same plan, byte by byte.
    pub(crate) async fn plan(&self, kind: &str, prior: &Stated, config: &Value) -> Planned {
        let request = Core::plan_request(kind, prior, config);
        let answer = self.client().plan_resource_change(request.clone()).await;
        let answer = answer.unwrap().into_inner();
        let again = self.client().plan_resource_change(request).await;
        assert_eq!(answer, again.unwrap().into_inner());
        let model = model(kind);
        assert!(answer.deferred.is_none() && !answer.legacy_type_system);
        let messages = Messages::of(&answer.diagnostics);
        let planned = unpack(answer.planned_state.as_ref(), &model.value_type);
        let replaces: Vec<_> = answer.requires_replace.iter().map(path).collect();
        let identity = unpack_identity(answer.planned_identity.as_ref());
        if !messages.fail() {
            let problems = assert_plan_valid(&model.schema, &prior.state, config, &planned);
            assert_eq!(problems, Vec::<String>::new());
            let problems = assert_paths_exist(&replaces, &prior.state, &planned);
            assert_eq!(problems, Vec::<String>::new());
            let is_new = prior.state.is_null() || !replaces.is_empty();
            assert!(is_new || identity.is_wholly_known(), "{identity:?}");
        }
        let to = Stated {
            state: planned,
            private: answer.planned_private,
            identity,
        };
        Planned {
            to,
            replaces,
            messages,
        }
    }

    pub(crate) fn apply_request(
        kind: &str,
        prior: &Stated,
        planned: &Planned,
        config: &Value,
    ) -> apply_resource_change::Request {
        let ty = &model(kind).value_type;
        apply_resource_change::Request {
            type_name: kind.to_owned(),
            prior_state: pack(&prior.state, ty),
            planned_state: pack(&planned.to.state, ty),
            config: pack(config, ty),
            planned_private: planned.to.private.clone(),
            provider_meta: None,
            planned_identity: pack_identity(&planned.to.identity),
        }
    }

    pub(crate) async fn apply(
        &self,
        kind: &str,
        prior: &Stated,
        planned: &Planned,
        config: &Value,
    ) -> Left {
        let request = Core::apply_request(kind, prior, planned, config);
        let answer = self.client().apply_resource_change(request).await;
        let answer = answer.unwrap().into_inner();
        assert!(!answer.legacy_type_system);
        let state = answer.new_state.as_ref();
        let identity = unpack_identity(answer.new_identity.as_ref());
        let left = left(kind, state, answer.private, identity, &answer.diagnostics);
        if !left.messages.fail() {
            let problems = assert_object_compatible(&planned.to.state, &left.now.state);
            assert_eq!(problems, Vec::<String>::new());
            let problems = assert_object_compatible(&planned.to.identity, &left.now.identity);
            assert!(planned.to.state.is_null() || problems.is_empty());
        }
        left
    }

    /// Validates, plans and applies.
    pub(crate) async fn change(&self, kind: &str, prior: &Stated, config: &Value) -> Left {
        if !config.is_null() {
            self.validate(kind, config).await.assert_fine();
        }
        let planned = self.plan(kind, prior, config).await;
        planned.messages.assert_fine();
        assert!(planned.replaces.is_empty(), "{:?}", planned.replaces);
        self.apply(kind, prior, &planned, config).await
    }

    /// Creates what the required attributes of all kinds refer to: a disk and a backup of it, both named `shop`.
    pub(crate) async fn create_needed(&self) {
        let named = json!({"name": "shop"});
        for kind in ["hikube_vm_disk", "hikube_backup"] {
            self.create(kind, &resource(kind, &named)).await;
        }
    }

    pub(crate) async fn create(&self, kind: &str, config: &Value) -> Stated {
        let created = self.change(kind, &Stated::default(), config).await;
        assert_eq!(created.messages, Messages(Vec::new()));
        created.now
    }

    /// Plans and applies a destroy.
    pub(crate) async fn destroy(&self, kind: &str, prior: &Stated) -> Left {
        let planned = self.plan(kind, prior, &Value::Null).await;
        planned.messages.assert_fine();
        assert!(planned.to.state.is_null());
        self.apply(kind, prior, &planned, &Value::Null).await
    }

    /// Asserts that the plan is empty.
    pub(crate) async fn assert_settled(&self, kind: &str, prior: &Stated, config: &Value) {
        let planned = self.plan(kind, prior, config).await;
        planned.messages.assert_fine();
        assert_eq!(planned.to, *prior, "something is planned");
        assert!(planned.replaces.is_empty());
    }

    pub(crate) async fn read(&self, kind: &str, prior: &Stated) -> Left {
        let request = read_resource::Request {
            type_name: kind.to_owned(),
            current_state: pack(&prior.state, &model(kind).value_type),
            private: prior.private.clone(),
            provider_meta: None,
            client_capabilities: Some(MODERN),
            current_identity: pack_identity(&prior.identity),
        };
        let answer = self.client().read_resource(request).await.unwrap();
        let answer = answer.into_inner();
        assert!(answer.deferred.is_none());
        let state = answer.new_state.as_ref();
        let identity = unpack_identity(answer.new_identity.as_ref());
        left(kind, state, answer.private, identity, &answer.diagnostics)
    }

    /// Imports by ID or, if it is empty, by identity. None if the import fails, with diagnostics.
    pub(crate) async fn import(&self, kind: &str, id: &str, identity: &Value) -> Left {
        let request = import_resource_state::Request {
            type_name: kind.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(MODERN),
            identity: pack_identity(identity),
        };
        let answer = self.client().import_resource_state(request).await.unwrap();
        let mut answer = answer.into_inner();
        assert!(answer.deferred.is_none());
        let messages = Messages::of(&answer.diagnostics);
        let Some(imported) = answer.imported_resources.pop() else {
            assert!(messages.fail());
            let now = Stated::default();
            return Left { now, messages };
        };
        assert!(answer.imported_resources.is_empty() && !messages.fail());
        assert_eq!(imported.type_name, kind);
        let state = imported.state.as_ref();
        let identity = unpack_identity(imported.identity.as_ref());
        let left = left(kind, state, imported.private, identity, &answer.diagnostics);
        assert!(!left.now.state.is_null());
        left
    }

    /// Imports by ID and reads, as Terraform does.
    pub(crate) async fn take_over(&self, kind: &str, id: &str) -> Stated {
        let imported = self.import(kind, id, &Value::Null).await.fine();
        let read = self.read(kind, &imported).await.fine();
        assert!(!read.state.is_null(), "no {id}");
        read
    }

    pub(crate) async fn upgrade(&self, kind: &str, raw: &[u8]) -> (Value, Messages) {
        let request = upgrade_resource_state::Request {
            type_name: kind.to_owned(),
            version: 0,
            raw_state: Some(RawState {
                json: raw.to_vec(),
                ..RawState::default()
            }),
        };
        let answer = self.client().upgrade_resource_state(request).await.unwrap();
        let answer = answer.into_inner();
        let state = answer.upgraded_state.as_ref();
        let left = left(kind, state, Vec::new(), Value::Null, &answer.diagnostics);
        (left.now.state, left.messages)
    }

    pub(crate) async fn stop(&self) {
        let request = stop_provider::Request {};
        let answer = self.client().stop_provider(request).await.unwrap();
        assert_eq!(answer.into_inner().error, "");
    }
}

/// Checks a state: it must be wholly known and without write-only values. The same applies to the identity of an
/// existing object, if there is one.
#[track_caller]
pub(crate) fn left(
    kind: &str,
    state: Option<&hikube::protocol::wire::DynamicValue>,
    private: Vec<u8>,
    identity: Value,
    diagnostics: &[hikube::protocol::wire::Diagnostic],
) -> Left {
    let model = model(kind);
    let state = unpack(state, &model.value_type);
    assert_eq!(assert_wholly_known(&state), Vec::<String>::new());
    assert_eq!(given_write_only(&model.schema, &state), Vec::new());
    assert!(identity.is_wholly_known(), "{identity:?}");
    Left {
        now: Stated {
            state,
            private,
            identity,
        },
        messages: Messages::of(diagnostics),
    }
}
