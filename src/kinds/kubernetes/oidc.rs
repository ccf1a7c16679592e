use crate::schema::{Choice, Scope, Secret, Spec};

/// Logins through an identity provider.
#[derive(Spec)]
#[spec(rules(custom_config_is_given_once))]
pub(super) struct Oidc {
    /// Who vouches for users. Changing it restarts the API server; logins by the former way end.
    #[spec(default = "None", since = "1.6")]
    mode: Option<Mode>,
    /// The users that may log in, in either mode. Removing an entry takes the user's rights away.
    #[spec(since = "1.6")]
    users: Option<Vec<User>>,
    /// Your own identity provider. It only counts with the mode `CustomConfig`, which needs exactly
    /// one of `config` and `secret_ref`.
    #[spec(since = "1.6")]
    custom_config: Option<CustomConfig>,
}

#[derive(Choice)]
enum Mode {
    /// Nobody: only the cluster's own administrator kubeconfig works.
    None,
    /// The identity provider of the platform, where it has one.
    System,
    /// An identity provider of your own, described in `custom_config`.
    CustomConfig,
}

#[derive(Spec)]
struct User {
    /// The email address of the user, exactly as the identity provider gives it.
    #[spec(since = "1.6")]
    email: String,
    /// What the user may do in the cluster.
    #[spec(since = "1.6")]
    role: Role,
}

#[derive(Choice)]
enum Role {
    /// Everything.
    #[choice(value = "admin")]
    Admin,
    /// Read everything but secrets.
    #[choice(value = "view")]
    View,
}

#[derive(Spec)]
struct CustomConfig {
    /// The text of an `AuthenticationConfiguration` (`apiserver.config.k8s.io/v1beta1`) in YAML.
    /// The API server does not start with a broken one.
    #[spec(default = "", since = "1.6", write_only)]
    config: Option<Secret>,
    /// A secret in the tenant that holds such a text.
    #[spec(since = "1.6")]
    secret_ref: Option<SecretRef>,
}

#[derive(Spec)]
struct SecretRef {
    /// The name of the secret; the text is in its key `config.yaml`.
    #[spec(default = "", since = "1.6")]
    name: Option<String>,
}

fn custom_config_is_given_once(scope: &mut Scope<'_>) {
    if scope.get("mode").as_str() != Some("CustomConfig") {
        return;
    }
    let custom = scope.get("custom_config");
    let places = [
        custom.attribute("config"),
        custom.attribute("config_wo"),
        custom.attribute("secret_ref").attribute("name"),
    ];
    if places.iter().any(|place| place.is_unknown()) {
        return;
    }
    let given = places
        .iter()
        .filter(|place| place.as_str().is_some_and(|text| !text.is_empty()))
        .count();
    let problem = match given {
        1 => return,
        0 => "neither is given",
        _ => "both are given",
    };
    let at = if scope.has("custom_config") {
        "custom_config"
    } else {
        "mode"
    };
    scope.error(
        at,
        "Invalid Attribute Combination",
        format!(
            "The mode `CustomConfig` needs exactly one of `custom_config.config` and \
             `custom_config.secret_ref.name`, and {problem}."
        ),
    );
}
