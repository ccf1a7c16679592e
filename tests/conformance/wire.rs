//! A provider served over gRPC, and its encoded values.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use hikube::api::Environment;
use hikube::kinds::KINDS;
use hikube::protocol;
use hikube::protocol::wire::attribute_path::step::Selector;
use hikube::protocol::wire::diagnostic::Severity;
use hikube::protocol::wire::provider_client::ProviderClient;
use hikube::protocol::wire::{
    AttributePath, ClientCapabilities, Diagnostic, DynamicValue, ResourceIdentityData,
};
use hikube::provider::Provider;
use hikube::resource::{Ephemeral, Kind, ResourceType};
use hikube::value::{Path, Type, Value, json, msgpack};
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use tonic::transport::{Channel, Endpoint, Server};

/// Terraform's message size limit.
const LARGEST: usize = i32::MAX as usize;

/// The client capabilities of a released Terraform.
pub(crate) const MODERN: ClientCapabilities = ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: true,
    computed_blocks_allowed: true,
};

pub(crate) type Client = ProviderClient<Channel>;

/// A new provider, served over gRPC in this process.
pub(crate) async fn serve() -> Client {
    let provider = Arc::new(Provider::new(Environment::default()));
    let (near, far) = tokio::io::duplex(1 << 20);
    let incoming = tokio_stream::once(Ok::<_, std::io::Error>(far));
    let server = Server::builder()
        .add_service(protocol::server(provider))
        .serve_with_incoming(incoming);
    tokio::spawn(server);
    let mut near = Some(TokioIo::new(near));
    let connector = tower::service_fn(move |_| {
        std::future::ready(near.take().ok_or_else(|| std::io::Error::other("used up")))
    });
    let channel = Endpoint::from_static("http://localhost")
        .connect_with_connector(connector)
        .await
        .expect("a connection");
    ProviderClient::new(channel)
        .max_decoding_message_size(LARGEST)
        .max_encoding_message_size(LARGEST)
}

static MODELS: LazyLock<BTreeMap<&str, ResourceType>> = LazyLock::new(|| {
    let models = KINDS
        .iter()
        .map(|kind| (kind.type_name, ResourceType::of(kind)));
    models.collect()
});

/// The resource type of a kind.
pub(crate) fn model(kind: &str) -> &'static ResourceType {
    &MODELS[kind]
}

/// The type names of the kinds that can be created on platform 1.6.
pub(crate) fn kinds() -> Vec<&'static str> {
    let is_created = |kind: &&Kind| kind.adopted.is_none() && kind.since != Some("1.7");
    let mut names: Vec<_> = KINDS
        .iter()
        .filter(is_created)
        .map(|kind| kind.type_name)
        .collect();
    names.sort_unstable();
    names
}

/// The ephemeral resources by type name.
pub(crate) fn ephemerals() -> BTreeMap<String, Ephemeral> {
    let types = KINDS.iter().filter(|kind| kind.outputs.has_credentials());
    let all = types.map(|kind| Ephemeral::credentials(&Arc::new(ResourceType::of(kind))));
    let all = all.chain([Ephemeral::secret()]);
    all.map(|one| (one.type_name.clone(), one)).collect()
}

/// The type of the identities of every kind.
pub(crate) fn identity_type() -> Type {
    hikube::resource::identity(model("hikube_bucket")).value_type()
}

/// A configuration or state of a kind. Attributes that are not in the JSON are null, unless they are required.
pub(crate) fn resource(kind: &str, given: &Json) -> Value {
    let mut all = required(kind);
    for (name, value) in given.as_object().expect("an object") {
        all[name] = value.clone();
    }
    typed(&model(kind).value_type, &all)
}

/// The required attributes of the spec of a kind.
pub(crate) fn required(kind: &str) -> Json {
    match kind {
        "hikube_backup_plan" => json!({
            "application": {"kind": "VMDisk", "name": "shop"},
            "backup_class": "daily",
            "schedule": {"cron": "0 3 * * *"},
        }),
        "hikube_backup" => json!({
            "application": {"kind": "VMDisk", "name": "shop"},
            "backup_class": "daily",
        }),
        "hikube_restore" => json!({"backup": {"name": "shop"}}),
        "hikube_external_dns" => json!({"dns_provider": "inmemory"}),
        _ => json!({}),
    }
}

pub(crate) fn typed(ty: &Type, given: &Json) -> Value {
    json::decode(given, ty).expect("JSON of this type")
}

/// The same with another value at a path such as `users.alice.readonly` or `disks.0`.
pub(crate) fn with(value: &Value, path: &str, part: Value) -> Value {
    let mut changed = value.clone();
    let place = path.split('.').fold(&mut changed, |at, step| match at {
        Value::Map(entries) => entries.entry(step.to_owned()).or_default(),
        Value::List(items) => &mut items[step.parse::<usize>().unwrap()],
        _ => panic!("{path} leads nowhere"),
    });
    *place = part;
    changed
}

/// The value at such a path; null if it does not exist.
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |at, step| match at {
        Value::List(items) => &items[step.parse::<usize>().unwrap()],
        other => other.attribute(step),
    })
}

/// Terraform sends msgpack only.
pub(crate) fn pack(value: &Value, ty: &Type) -> Option<DynamicValue> {
    Some(DynamicValue {
        msgpack: msgpack::encode(value, ty).expect("a value of its type"),
        json: Vec::new(),
    })
}

/// Decodes a response, which must be msgpack of exactly its type in Terraform's encoding: with exactly the attributes
/// of the type, without refinements, and with the same encoding of strings and numbers. It must not be absent.
#[track_caller]
pub(crate) fn unpack(answer: Option<&DynamicValue>, ty: &Type) -> Value {
    let Some(answer) = answer else {
        return Value::Null;
    };
    assert!(answer.json.is_empty() && !answer.msgpack.is_empty());
    let value = msgpack::decode(&answer.msgpack, ty).expect("a value of its type");
    let again = msgpack::encode(&value, ty).expect("a value of its type");
    assert!(again == answer.msgpack, "not of its type: {value:?}");
    value
}

pub(crate) fn pack_identity(identity: &Value) -> Option<ResourceIdentityData> {
    (!identity.is_null()).then(|| ResourceIdentityData {
        identity_data: pack(identity, &identity_type()),
    })
}

#[track_caller]
pub(crate) fn unpack_identity(answer: Option<&ResourceIdentityData>) -> Value {
    let data = answer.and_then(|answer| answer.identity_data.as_ref());
    unpack(data, &identity_type())
}

/// A path in a diagnostic.
pub(crate) fn path(path: &AttributePath) -> Path {
    path.steps.iter().fold(Path::root(), |path, step| {
        match step.selector.as_ref().expect("a step") {
            Selector::AttributeName(name) => path.attribute(name),
            Selector::ElementKeyString(key) => path.key(key),
            Selector::ElementKeyInt(index) => path.index(usize::try_from(*index).unwrap()),
        }
    })
}

/// The diagnostics of a response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Messages(pub(crate) Vec<Message>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    pub(crate) is_error: bool,
    pub(crate) summary: String,
    pub(crate) detail: String,
    /// The path in Terraform's notation; empty if there is none.
    pub(crate) path: String,
}

impl Messages {
    #[track_caller]
    pub(crate) fn of(diagnostics: &[Diagnostic]) -> Messages {
        let messages = diagnostics.iter().map(|diagnostic| {
            assert_ne!(diagnostic.severity(), Severity::Invalid);
            assert!(!diagnostic.summary.is_empty() && !diagnostic.summary.contains('\n'));
            let path = diagnostic.attribute.as_ref().map(path);
            Message {
                is_error: diagnostic.severity() == Severity::Error,
                summary: diagnostic.summary.clone(),
                detail: diagnostic.detail.clone(),
                path: path.map(|path| path.to_string()).unwrap_or_default(),
            }
        });
        Messages(messages.collect())
    }

    pub(crate) fn fail(&self) -> bool {
        self.0.iter().any(|message| message.is_error)
    }

    /// Asserts that there is no error. Warnings are allowed.
    #[track_caller]
    pub(crate) fn assert_fine(&self) {
        assert!(!self.fail(), "{self:?}");
    }

    /// Asserts that there is one error, with this summary.
    #[track_caller]
    pub(crate) fn assert_error(&self, summary: &str) {
        let errors: Vec<_> = self.0.iter().filter(|message| message.is_error).collect();
        assert!(
            matches!(errors[..], [one] if one.summary.contains(summary) && !one.detail.is_empty()),
            "no {summary:?}: {self:?}"
        );
    }

    /// The summaries and paths of the errors, sorted.
    pub(crate) fn errors(&self) -> Vec<(&str, &str)> {
        let errors = self.0.iter().filter(|message| message.is_error);
        let mut errors: Vec<_> = errors
            .map(|message| (message.path.as_str(), message.summary.as_str()))
            .collect();
        errors.sort_unstable();
        errors
    }
}
