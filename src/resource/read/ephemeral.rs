use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::{Error, Object};
use crate::resource::declaration::outputs::Output;
use crate::resource::diagnostics::error::api_error_as;
use crate::resource::diagnostics::rbac::TenantRole;
use crate::resource::observe::observer::{NOW, observe};
use crate::resource::plan::request::Namespace;
use crate::resource::resource_type::ResourceType;
use crate::resource::session::Session;
use crate::resource::state::reported::id;
use crate::resource::validate::name::{check_name, check_namespace, place_of};
use crate::schema::{Block, Diagnostics, Scope, Secret, Spec, check};
use crate::value::{Path, Type, Value};

/// An ephemeral resource, which is read at each use and not stored.
pub struct Ephemeral {
    /// The type name.
    pub type_name: String,
    /// The description.
    pub description: String,
    /// The subcategory in the Registry.
    pub subcategory: Cow<'static, str>,
    /// The attributes.
    pub schema: Block,
    /// The type of its values.
    pub value_type: Type,
    source: Origin,
}

/// Why credentials are not available.
enum Unavailable {
    /// They do not exist yet.
    Absent(String),
    /// They are forbidden.
    Denied(String),
}

/// The source of the values.
enum Origin {
    /// The outputs of an object of this kind.
    Credentials(Arc<ResourceType>),
    /// A Secret.
    Secret,
}

/// The object whose credentials are read.
#[derive(Spec)]
#[spec(rules(one_place))]
struct Place {
    /// ID of the resource, `namespace/name`. It is known once the resource is created, so Terraform reads the credentials
    /// only then. Conflicts with `name`.
    #[spec(computed)]
    id: Option<String>,
    /// Name of the object, if it is not a resource of the same configuration.
    #[spec(computed)]
    name: Option<String>,
    /// Namespace of the object, such as `tenant-acme`. Defaults to the provider's namespace.
    #[spec(computed)]
    namespace: Option<String>,
}

/// A Secret of a tenant.
#[derive(Spec)]
struct TenantSecret {
    /// Name of the Secret.
    name: String,
    /// Namespace of the Secret, such as `tenant-acme`. Defaults to the provider's namespace. For a Secret that the
    /// platform creates for a resource of the same configuration, set it to `dirname(hikube_postgres.NAME.id)`: the ID is
    /// known once the resource is created, so Terraform reads the Secret only then.
    #[spec(computed)]
    namespace: Option<String>,
    /// Entries of the Secret that are text, by key.
    #[spec(computed)]
    data: BTreeMap<String, Secret>,
}

fn at_most_one_place(scope: &mut Scope<'_>) {
    scope.at_most_one(&["id", "name"]);
    scope.at_most_one(&["id", "namespace"]);
}

fn one_place(scope: &mut Scope<'_>) {
    at_most_one_place(scope);
    if scope.get("id").is_null() && scope.get("name").is_null() {
        scope.error(
            "id",
            "Missing Configuration for Required Attribute",
            "Set `id`, the ID of the resource, or `name`, the name of the object.",
        );
    }
}

impl Ephemeral {
    /// The type name of the ephemeral resource for any Secret.
    pub const SECRET: &'static str = "hikube_secret";

    /// The type name of the ephemeral resource for the credentials of a resource type.
    pub fn credentials_of(type_name: &str) -> String {
        format!("{type_name}_credentials")
    }

    /// The ephemeral resource of a resource type, if it has credentials.
    pub fn credentials(resource_type: &Arc<ResourceType>) -> Ephemeral {
        let outputs = &resource_type.outputs;
        let given = outputs.iter().flat_map(Output::ephemeral_attributes);
        let schema = Block {
            attributes: Place::block().attributes.into_iter().chain(given).collect(),
            rules: match resource_type.own_name() {
                Some(_) => vec![at_most_one_place],
                None => Place::block().rules,
            },
            ..Block::default()
        };
        Ephemeral {
            type_name: Ephemeral::credentials_of(&resource_type.type_name),
            description: format!(
                "Address and credentials of a `{}`, for provider blocks and write-only attributes. They are stored neither in \
                 the plan nor in the state.",
                resource_type.type_name
            ),
            subcategory: resource_type.subcategory.clone(),
            value_type: schema.value_type(),
            schema,
            source: Origin::Credentials(Arc::clone(resource_type)),
        }
    }

    /// The ephemeral resource for any Secret that a tenant can read.
    pub fn secret() -> Ephemeral {
        let schema = TenantSecret::block();
        Ephemeral {
            type_name: Ephemeral::SECRET.to_owned(),
            description:
                "Content of a Kubernetes Secret in a tenant, such as the platform creates for an application. It is stored \
                 neither in the plan nor in the state."
                    .to_owned(),
            subcategory: "Tenants".into(),
            value_type: schema.value_type(),
            schema,
            source: Origin::Secret,
        }
    }

    /// Validates a configuration.
    pub fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        check(&self.schema, config, &mut diagnostics);
        if let Origin::Credentials(kind) = &self.source {
            check_name(kind, config.attribute("name"), &mut diagnostics);
        }
        check_namespace(config.attribute("namespace"), &mut diagnostics);
        diagnostics
    }

    /// Opens the ephemeral resource. Null if it is not available, with diagnostics.
    pub async fn open(
        &self,
        session: &Session,
        config: &Value,
        namespace: &Namespace,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        let own_name = match &self.source {
            Origin::Credentials(kind) => kind.own_name(),
            Origin::Secret => None,
        };
        let place = place(config, namespace, own_name, diagnostics);
        let Some((namespace, name)) = place else {
            return Value::Null;
        };
        let mut opened = config.clone();
        opened.set_attribute("namespace", namespace.as_str().into());
        opened.set_attribute("name", name.as_str().into());
        let found = match &self.source {
            Origin::Credentials(kind) => {
                opened.set_attribute("id", Value::from(id(&namespace, &name)));
                credentials(session, kind, [&namespace, &name], &mut opened).await
            }
            Origin::Secret => secret(session, [&namespace, &name], &mut opened).await,
        };
        match found {
            Ok(None) => opened,
            Ok(Some(refused)) => {
                let what = self.what();
                match refused {
                    Unavailable::Absent(why) => {
                        diagnostics.error(
                            format!("{what} not available: {}", id(&namespace, &name)),
                            why,
                        );
                    }
                    Unavailable::Denied(why) => diagnostics.error(
                        format!("Permission denied: cannot read {}", id(&namespace, &name)),
                        why,
                    ),
                }
                Value::Null
            }
            Err(error) => {
                let id = id(&namespace, &name);
                api_error_as(
                    diagnostics,
                    &self.what().to_lowercase(),
                    TenantRole::Use,
                    "read",
                    &id,
                    &error,
                );
                Value::Null
            }
        }
    }

    fn what(&self) -> &'static str {
        match &self.source {
            Origin::Credentials(_) => "Credentials",
            Origin::Secret => "Secret",
        }
    }
}

/// Namespace and name of the object.
fn place(
    config: &Value,
    usual: &Namespace,
    own_name: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<(String, String)> {
    let text = |name: &str| config.attribute(name).as_str();
    if let Some(id) = text("id") {
        let place = place_of(id);
        if place.is_none() {
            diagnostics.error_at(
                &Path::of("id"),
                "Invalid Attribute Value",
                "`id` must be `namespace/name`, such as `tenant-acme/main`: the `id` of a resource.",
            );
        }
        return place.map(|(namespace, name)| (namespace.to_owned(), name.to_owned()));
    }
    let namespace = match (text("namespace"), usual) {
        (Some(namespace), _) => namespace,
        (None, Namespace::Known(namespace)) => namespace,
        (None, _) => {
            diagnostics.error_at(
                &Path::of("namespace"),
                "Missing namespace",
                "Neither this ephemeral resource nor the provider has a namespace. Set `namespace`, for example to \
                 `tenant-acme`.",
            );
            return None;
        }
    };
    let name = text("name").or(own_name)?;
    Some((namespace.to_owned(), name.to_owned()))
}

/// Adds the outputs of an object to `opened`. An error if they are not available yet.
async fn credentials(
    session: &Session,
    resource_type: &ResourceType,
    [namespace, name]: [&str; 2],
    opened: &mut Value,
) -> Result<Option<Unavailable>, Error> {
    let object = session
        .client
        .get(&resource_type.api_resource, namespace, name)
        .await?;
    let object = Object {
        spec: object.whole_spec(),
        ..object
    };
    let seen = observe(session, resource_type, object, NOW).await?;
    let of = format!("the {} `{}`", resource_type.title, id(namespace, name));
    if let Some(denied) = &seen.denied {
        return Ok(Some(Unavailable::Denied(format!(
            "The credentials of {of} cannot be read: {denied}. {}",
            TenantRole::Use.advice(namespace)
        ))));
    }
    if let Some(missing) = seen.missing() {
        let state = resource_type.lifecycle.not_ready_reason(&seen.object);
        let state = state.unwrap_or_else(|| "ready".to_owned());
        return Ok(Some(Unavailable::Absent(format!(
            "The credentials of {of} are not available yet: {missing}. Status of the object: {state}. Wait until it is \
             ready, then run Terraform again."
        ))));
    }
    let observed = resource_type.output_set.observed(&seen, &Value::Null);
    for output in &resource_type.outputs {
        let value = observed.attribute(output.name);
        for attribute in output.ephemeral_attributes() {
            let given = if attribute.name == output.name {
                value
            } else {
                value.attribute(&attribute.name)
            };
            opened.set_attribute(&attribute.name, given.clone());
        }
    }
    Ok(None)
}

/// Adds the entries of a Secret to `opened`. An error if it is not available yet.
async fn secret(
    session: &Session,
    [namespace, name]: [&str; 2],
    opened: &mut Value,
) -> Result<Option<Unavailable>, Error> {
    let Some(secret) = session.client.secret(namespace, name, NOW).await? else {
        return Ok(Some(Unavailable::Absent(format!(
            "There is no Secret `{name}` in `{namespace}`, or tenants cannot see it. Check the name. The platform creates \
             the Secret once its application is ready."
        ))));
    };
    let texts = secret.texts().iter();
    let texts = texts.map(|(key, text)| (key.clone(), Value::from(text.as_str())));
    opened.set_attribute("data", Value::map(texts));
    Ok(None)
}
