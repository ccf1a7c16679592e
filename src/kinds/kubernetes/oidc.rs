use crate::kinds::shared::{Lookup, conflict};
use crate::schema::{Choice, Scope, Secret, Spec};

#[derive(Spec)]
#[spec(rules(custom_config_has_one_source))]
pub(super) struct Oidc {
    /// Identity provider for users. Changing this restarts the API server and ends logins through the previous
    /// provider.
    #[spec(default = "None")]
    mode: Option<OidcMode>,
    /// Users that may log in with `System` or `CustomConfig`. Removing a user revokes its access.
    users: Option<Vec<OidcUser>>,
    /// Custom identity provider, used only with `CustomConfig`. Exactly one of `config` and `secret_ref` is
    /// required.
    custom_config: Option<CustomConfig>,
}

#[derive(Choice)]
enum OidcMode {
    /// No identity provider: only the administrator kubeconfig works.
    None,
    /// The platform's identity provider, if it has one.
    System,
    /// The identity provider in `custom_config`.
    CustomConfig,
}

#[derive(Spec)]
struct OidcUser {
    /// Email address of the user, exactly as the identity provider reports it.
    email: String,
    /// Role of the user in the cluster.
    role: ClusterRole,
}

#[derive(Choice)]
enum ClusterRole {
    /// Full access.
    #[choice(value = "admin")]
    Admin,
    /// Read access to everything except Secrets.
    #[choice(value = "view")]
    View,
}

#[derive(Spec)]
struct CustomConfig {
    /// `AuthenticationConfiguration` (`apiserver.config.k8s.io/v1beta1`) in YAML. The API server does not start
    /// with an invalid one.
    #[spec(default = "", write_only)]
    config: Option<Secret>,
    /// Secret in the tenant that holds the configuration.
    secret_ref: Option<ConfigSecret>,
}

#[derive(Spec)]
struct ConfigSecret {
    /// Name of the Secret. Its key `config.yaml` holds the configuration.
    #[spec(default = "")]
    name: Option<String>,
}

fn custom_config_has_one_source(scope: &mut Scope<'_>) {
    let sources = ["custom_config.config", "custom_config.secret_ref.name"];
    if scope.at("mode").as_str() != Some("CustomConfig")
        || sources.iter().any(|source| scope.at(source).is_unknown())
    {
        return;
    }
    let problem = match sources.map(|source| scope.is_set(source)) {
        [false, false] => "neither is",
        [true, true] => "both are",
        _ => return,
    };
    let at = if scope.has("custom_config") {
        "custom_config"
    } else {
        "mode"
    };
    let detail = format!(
        "`mode = \"CustomConfig\"` requires exactly one of `custom_config.config` and \
         `custom_config.secret_ref.name`, but {problem} set."
    );
    conflict(scope, at, detail);
}
