//! The calls of a provider that use the API.

use std::time::{Duration, Instant};

use hikube::protocol::wire::{
    DynamicValue, apply_resource_change, open_ephemeral_resource, plan_resource_change,
    read_data_source, read_resource,
};
use hikube::value::Value;
use hikube_standin::Options;
use serde_json::{Value as Json, json};

use crate::platform::Platform;
use crate::server::{Backend, entry};
use crate::terraform::{Core, Stated, block, block_value};
use crate::wire::{
    Client, MODERN, Messages, ephemerals, model, pack, pack_identity, resource, typed, with,
};

const KIND: &str = "hikube_postgres";
const CLUSTER: &str = "hikube_kubernetes";

/// A timeout that no call may reach.
const LONGEST: Duration = Duration::from_secs(12);

/// A prepared call.
#[derive(Clone)]
pub(crate) enum Call {
    Read(read_resource::Request),
    Plan(plan_resource_change::Request),
    Apply(apply_resource_change::Request),
    DataSource(read_data_source::Request),
    Ephemeral(open_ephemeral_resource::Request),
}

/// The call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Read,
    PlanCreate,
    /// A create of a kind that also reads the metadata of its tenant.
    PlanCluster,
    PlanUpdate,
    Create,
    Update,
    Delete,
    DataSource,
    Ephemeral,
}

pub(crate) const ALL: &[Which] = &[
    Which::Read,
    Which::PlanCreate,
    Which::PlanCluster,
    Which::PlanUpdate,
    Which::Create,
    Which::Update,
    Which::Delete,
    Which::DataSource,
    Which::Ephemeral,
];

impl Which {
    /// Whether it is a plan or a read, whose duration is not limited by `timeouts`.
    pub(crate) fn is_read(self) -> bool {
        !matches!(self, Which::Create | Which::Update | Which::Delete)
    }

    /// Whether its object is in the state.
    pub(crate) fn has_state(self) -> bool {
        matches!(self, Which::Read | Which::Update | Which::Delete)
    }
}

/// The result of a call.
pub(crate) struct Answer {
    pub(crate) messages: Messages,
    pub(crate) state: Option<DynamicValue>,
    pub(crate) took: Duration,
    /// An unexpected result.
    pub(crate) fault: Option<String>,
}

impl Answer {
    /// All messages.
    pub(crate) fn text(&self) -> String {
        let messages = self.messages.0.iter().map(|message| {
            let kind = if message.is_error { "error" } else { "warning" };
            format!("{kind}: {}: {}", message.summary, message.detail)
        });
        messages
            .chain(self.fault.clone())
            .collect::<Vec<_>>()
            .join("\n    ")
    }

    /// Whether there is a state.
    pub(crate) fn keeps_state(&self) -> bool {
        let null = [0xc0];
        self.state
            .as_ref()
            .is_some_and(|state| state.msgpack != null && !state.msgpack.is_empty())
    }
}

/// A stand-in with objects, and a provider in this process that created them.
pub(crate) struct Scene {
    pub(crate) platform: Platform,
    core: Core,
}

impl Scene {
    pub(crate) async fn new() -> Scene {
        Scene::with(Platform::quick()).await
    }

    pub(crate) async fn with(options: Options) -> Scene {
        let platform = Platform::with(options);
        let core = Core::unconfigured().await;
        core.configure(&block_value(&block(&platform)))
            .await
            .assert_fine();
        Scene { platform, core }
    }

    /// The address to which the server forwards requests.
    pub(crate) fn backend(&self) -> Backend {
        Backend::of(&self.platform.kubeconfig())
    }

    /// A provider block for a server in front of the stand-in.
    pub(crate) fn block(&self, address: std::net::SocketAddr) -> Json {
        let kubeconfig = self.platform.kubeconfig();
        let token = entry(&kubeconfig, "token");
        json!({"host": format!("http://{address}"), "token": token, "namespace": "tenant-demo"})
    }

    /// Creates an object.
    pub(crate) async fn object(&self, name: &str) -> Stated {
        self.core.create(KIND, &config(name)).await
    }

    /// A call for an object, which was created before if the call requires it.
    pub(crate) async fn call(&self, which: Which, name: &str, object: &Stated) -> Call {
        let (config, nothing) = (config(name), Stated::default());
        let larger = with(&config, "replicas", 3.into());
        let apply = async |prior: &Stated, config: &Value| {
            let planned = self.core.plan(KIND, prior, config).await;
            planned.messages.assert_fine();
            Call::Apply(Core::apply_request(KIND, prior, &planned, config))
        };
        match which {
            Which::Read => Call::Read(read_resource::Request {
                type_name: KIND.to_owned(),
                current_state: pack(&object.state, &model(KIND).value_type),
                private: object.private.clone(),
                provider_meta: None,
                client_capabilities: Some(MODERN),
                current_identity: pack_identity(&object.identity),
            }),
            Which::PlanCreate => Call::Plan(Core::plan_request(KIND, &nothing, &config)),
            Which::PlanCluster => {
                let cluster = resource(CLUSTER, &json!({"name": name}));
                Call::Plan(Core::plan_request(CLUSTER, &nothing, &cluster))
            }
            Which::PlanUpdate => Call::Plan(Core::plan_request(KIND, object, &larger)),
            Which::Create => apply(&nothing, &config).await,
            Which::Update => apply(object, &larger).await,
            Which::Delete => apply(object, &Value::Null).await,
            Which::DataSource => {
                let ty = &model(KIND).data_source_value_type;
                Call::DataSource(read_data_source::Request {
                    type_name: KIND.to_owned(),
                    config: pack(&typed(ty, &json!({"name": name})), ty),
                    provider_meta: None,
                    client_capabilities: Some(MODERN),
                })
            }
            Which::Ephemeral => {
                let type_name = format!("{KIND}_credentials");
                let ty = &ephemerals()[&type_name].value_type;
                Call::Ephemeral(open_ephemeral_resource::Request {
                    config: pack(&typed(ty, &json!({"name": name})), ty),
                    type_name,
                    client_capabilities: Some(MODERN),
                })
            }
        }
    }
}

/// A database with all dependents.
fn config(name: &str) -> Value {
    let timeouts = json!({"create": "6s", "update": "6s", "delete": "6s"});
    let users = json!({"a": {}});
    let given = json!({"name": name, "users": users, "external": true, "timeouts": timeouts});
    resource(KIND, &given)
}

impl Call {
    /// Executes the call, with a timeout.
    pub(crate) async fn send(self, client: Client) -> Answer {
        let begun = Instant::now();
        let ended = tokio::time::timeout(LONGEST, self.answer(client)).await;
        let took = begun.elapsed();
        let failed = |fault| Answer {
            messages: Messages(Vec::new()),
            state: None,
            took,
            fault: Some(fault),
        };
        match ended {
            Ok(Ok((messages, state))) => Answer {
                messages,
                state,
                took,
                fault: None,
            },
            Ok(Err(status)) => failed(format!("the call failed: {status}")),
            Err(_) => failed("the call did not end".to_owned()),
        }
    }

    async fn answer(
        self,
        mut client: Client,
    ) -> Result<(Messages, Option<DynamicValue>), tonic::Status> {
        let (diagnostics, state) = match self {
            Call::Read(request) => {
                let answer = client.read_resource(request).await?.into_inner();
                (answer.diagnostics, answer.new_state)
            }
            Call::Plan(request) => {
                let answer = client.plan_resource_change(request).await?.into_inner();
                (answer.diagnostics, answer.planned_state)
            }
            Call::Apply(request) => {
                let answer = client.apply_resource_change(request).await?.into_inner();
                (answer.diagnostics, answer.new_state)
            }
            Call::DataSource(request) => {
                let answer = client.read_data_source(request).await?.into_inner();
                (answer.diagnostics, answer.state)
            }
            Call::Ephemeral(request) => {
                let answer = client.open_ephemeral_resource(request).await?.into_inner();
                (answer.diagnostics, answer.result)
            }
        };
        Ok((Messages::of(&diagnostics), state))
    }
}
