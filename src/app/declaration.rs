use crate::api::ApiResource;
use crate::kinds::KINDS;
use crate::lifecycle::Application;
use crate::resource::{Kind, ResourceType};
use crate::schema::{Block, Dynamic, Scope, Spec};
use crate::value::Value;

/// The name of the resource type and of the data source.
pub const TYPE_NAME: &str = "hikube_app";

/// The lifecycle and the descriptions. Names and spec are known once the kind is.
const KIND: Kind = Kind {
    type_name: TYPE_NAME,
    title: "application",
    description: "An application of any kind that the platform serves, for kinds and fields that are newer than this \
                  version of the provider. The platform's schema checks `spec` at plan.",
    subcategory: "Any kind",
    spec: AppSpec::block,
    ..Kind::new(&Application)
};

#[derive(Spec)]
struct AppIdentity {
    /// ID of the object: `namespace/Kind/name`.
    #[spec(computed)]
    id: String,
    /// Kind of the object, as in the API, for example `Valkey`.
    #[spec(
        replace,
        pattern(r"[A-Z][A-Za-z0-9]*", "the name of a kind, such as `Valkey`")
    )]
    kind: String,
}

#[derive(Spec)]
struct FoundIdentity {
    /// ID of the object: `namespace/Kind/name`.
    #[spec(computed)]
    id: String,
    /// Kind of the object to read, as in the API.
    #[spec(pattern(r"[A-Z][A-Za-z0-9]*", "the name of a kind, such as `Valkey`"))]
    kind: String,
}

#[derive(Spec)]
struct FoundSpec {
    /// Fields of the spec, with names and values as in the API. Fields that are not set have the platform's default.
    #[spec(computed)]
    spec: Dynamic,
}

#[derive(Spec)]
#[spec(rules(spec_is_an_object))]
struct AppSpec {
    /// Fields of the spec, with names and values as in the API. A field that is not set has the platform's default. The
    /// values are shown in plans and stored in the state, including passwords: where this matters, use the resource of
    /// the kind, which has write-only attributes.
    spec: Option<Dynamic>,
}

fn spec_is_an_object(scope: &mut Scope<'_>) {
    let spec = scope.get("spec").without_type();
    if !matches!(spec, Value::Null | Value::Unknown | Value::Map(_)) {
        scope.error(
            "spec",
            "Incorrect attribute value type",
            "`spec` must be an object, such as `{ replicas = 2 }`.",
        );
    }
}

/// The resource type as Terraform knows it.
pub fn resource_type() -> ResourceType {
    let mut app = of_kind(ApiResource::application("", ""), AppSpec::block());
    app.title = KIND.title.into();
    replace(&mut app.data_source, FoundSpec::block());
    app
}

/// The resource type of a kind, with the spec as one attribute: sufficient for a plan without the platform.
pub(super) fn of_unseen_kind(kind: &str) -> ResourceType {
    let resource = ApiResource {
        kind: kind.to_owned().into(),
        ..ApiResource::application("", "")
    };
    of_kind(resource, AppSpec::block())
}

/// The resource type of a kind with these attributes of its spec.
pub(super) fn of_kind(resource: ApiResource, spec: Block) -> ResourceType {
    let mut of_kind = ResourceType::with_spec(&like(&resource.kind), spec);
    insert(&mut of_kind.schema, AppIdentity::block());
    insert(&mut of_kind.data_source, FoundIdentity::block());
    ResourceType {
        value_type: of_kind.schema.value_type(),
        data_source_value_type: of_kind.data_source.value_type(),
        names_kind: true,
        title: resource.kind.clone(),
        api_resource: resource,
        ..of_kind
    }
}

/// Replaces the ID with these attributes.
fn insert(block: &mut Block, identity: Block) {
    block.attributes.retain(|attribute| attribute.name != "id");
    block.attributes.splice(0..0, identity.attributes);
}

/// Replaces attributes with those of the same names.
fn replace(block: &mut Block, others: Block) {
    for other in others.attributes {
        let mut attributes = block.attributes.iter_mut();
        if let Some(attribute) = attributes.find(|attribute| attribute.name == other.name) {
            *attribute = other;
        }
    }
}

/// The declaration, with what is known about objects of this kind.
fn like(kind: &str) -> Kind {
    let mut known = KINDS.iter();
    let known = known.find(|known| (known.api_resource)().kind == kind);
    known.map_or(KIND, |known| Kind {
        release_prefix: known.release_prefix,
        name_rule: known.name_rule,
        waits_for: known.waits_for,
        timeouts: known.timeouts,
        ..KIND
    })
}
