use crate::kinds::shared::{Lookup, conflict};
use crate::schema::{Choice, Json, Scope, Spec};

#[derive(Spec)]
#[spec(rules(one_source_of_settings))]
pub(super) struct Oidc {
    /// Which identity provider is used.
    #[spec(default = "None")]
    mode: Option<Mode>,
    /// Users who may log in. Removing a user takes away their access.
    users: Option<Vec<User>>,
    /// Settings of the identity provider with the mode `CustomConfig`.
    custom_config: Option<CustomConfig>,
}

#[derive(Choice)]
enum Mode {
    /// Only the administrator can log in.
    None,
    /// The identity provider of the platform.
    System,
    /// Another one, by `custom_config`.
    CustomConfig,
}

#[derive(Spec)]
struct User {
    /// E-mail address of the user.
    #[spec(pattern("[^@ ]+@[^@ ]+", "an e-mail address"))]
    email: String,
    /// Role of the user in Grafana.
    role: Role,
}

#[derive(Choice)]
enum Role {
    /// May change everything.
    Admin,
    /// May change dashboards.
    Editor,
    /// May only read.
    Viewer,
}

#[derive(Spec)]
struct CustomConfig {
    /// Settings of the section `auth.generic_oauth` of Grafana, as JSON. They are stored in plain text: keep secrets in
    /// `secret_ref`.
    config: Option<Json>,
    /// Secret in the tenant with the settings in the key `auth.ini`.
    secret_ref: Option<SecretRef>,
}

#[derive(Spec)]
struct SecretRef {
    /// Name of the Secret.
    #[spec(default = "")]
    name: Option<String>,
}

/// The platform installs nothing otherwise (read in its charts).
fn one_source_of_settings(scope: &mut Scope<'_>) {
    if scope.at("mode").as_str() != Some("CustomConfig") || scope.at("custom_config").is_unknown() {
        return;
    }
    let [config, secret] = ["custom_config.config", "custom_config.secret_ref.name"];
    // An empty object is the platform's default.
    let is_given = |path: &str| scope.is_set(path) && scope.at(path).as_str() != Some("{}");
    let is_known = !scope.at(config).is_unknown() && !scope.at(secret).is_unknown();
    if is_known && is_given(config) == is_given(secret) {
        let detail = "The mode `CustomConfig` requires either `custom_config.config` or `custom_config.secret_ref.name`, \
                      and not both.";
        conflict(scope, "mode", detail);
    }
}
