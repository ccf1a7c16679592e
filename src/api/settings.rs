use std::collections::BTreeMap;
use std::path::PathBuf;

use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};

use super::connect;
use super::environment::Environment;
use super::files::Files;

/// How to reach the API, as configured. What is left out comes from the environment.
///
/// The first of these that is given decides where the API is: `host`; `kubeconfig`; `kubeconfig_path`;
/// `HIKUBE_HOST`; `HIKUBE_KUBECONFIG`; `HIKUBE_KUBECONFIG_PATH`; `KUBECONFIG`; `~/.kube/config`; the
/// service account of a pod. The other settings, each or from its variable, then override what it says.
#[derive(Clone, Default)]
pub struct Settings {
    /// The content of a kubeconfig.
    pub kubeconfig: Option<String>,
    /// The path of one.
    pub kubeconfig_path: Option<String>,
    /// The context to use in it.
    pub context: Option<String>,
    /// The API's address, `https://…`.
    pub host: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// The authority that signed the API's certificate, in PEM.
    pub cluster_ca_certificate: Option<String>,
    /// Our certificate, in PEM.
    pub client_certificate: Option<String>,
    /// Its key, in PEM.
    pub client_key: Option<String>,
    /// The name the API's certificate must bear, where it is not the host.
    pub tls_server_name: Option<String>,
    /// Whether to accept any certificate.
    pub insecure: Option<bool>,
    /// A proxy, `http://…`.
    pub proxy_url: Option<String>,
    /// A program that prints credentials.
    pub exec: Option<Exec>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
}

/// A program that prints credentials, in the protocol of `client.authentication.k8s.io`.
#[derive(Clone, Default)]
pub struct Exec {
    /// The protocol's version.
    pub api_version: String,
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables to set for it.
    pub env: BTreeMap<String, String>,
}

/// What is wrong with the settings, and which.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct SettingsError {
    /// The provider's attribute; empty where none was given at all.
    pub attribute: &'static str,
    /// What is wrong, where it came from, and what to do.
    pub detail: String,
}

/// Where the API is and who we are to it, wholly decided; nothing has been sent.
#[derive(Clone)]
pub struct Connection {
    pub(super) config: Config,
    /// What decided it, for messages.
    pub(super) source: String,
    /// The files it was read from and those it names.
    pub(super) files: Files,
    /// What it was decided by, to decide it again. The context is that of the first time: another one
    /// must not come in the middle.
    settings: Settings,
    environment: Environment,
    /// Every read by itself and no stream of changes: what the benchmark compares with.
    pub(super) is_single: bool,
    /// Where to keep the platform's schema.
    pub(super) cache: Option<PathBuf>,
    namespace: Option<String>,
}

impl Connection {
    /// The API's address.
    pub fn address(&self) -> String {
        self.config.cluster_url.to_string()
    }

    /// The namespace of objects that name none: the setting, else the context's.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The same, read anew.
    ///
    /// # Errors
    /// Those of [`Settings::resolve`], and where the API is now said to be elsewhere: what is under way was
    /// planned for the one it began with.
    pub(super) async fn again(&self) -> Result<Connection, SettingsError> {
        let again = self.settings.resolve(&self.environment).await?;
        let (old, new) = (self.address(), again.address());
        if old != new {
            return Err(wrong(
                "",
                format!(
                    "What {} says has changed: the API was at {old} and is now said to be at {new}. \
                     Plan and apply again to work with that one.",
                    self.source
                ),
            ));
        }
        Ok(again)
    }
}

pub(super) fn wrong(attribute: &'static str, detail: impl Into<String>) -> SettingsError {
    SettingsError {
        attribute,
        detail: detail.into(),
    }
}

/// Where the API is described.
pub(super) enum Source {
    Host(String),
    Kubeconfig {
        config: Box<Kubeconfig>,
        from: String,
        attribute: &'static str,
        files: Files,
    },
    Pod,
}

/// What a source said.
struct Loaded {
    config: Config,
    from: String,
    context: Option<String>,
    namespace: Option<String>,
    files: Files,
}

impl Settings {
    /// Decides where the API is and who we are to it. Reads files; sends nothing.
    ///
    /// # Errors
    /// The attribute that cannot be used, with the variable and the file tried.
    pub async fn resolve(&self, environment: &Environment) -> Result<Connection, SettingsError> {
        let settings = self.with_environment(environment)?;
        let source = self.source(environment)?;
        let loaded = settings.load(source).await?;
        let (mut config, mut files) = (loaded.config, loaded.files);
        settings.overrides(&mut config)?;
        let user = &config.auth_info;
        for named in [&user.token_file, &user.client_certificate, &user.client_key] {
            files.add(named.as_ref().map(PathBuf::from));
        }
        let namespace = settings.namespace.clone().or(loaded.namespace);
        // Attempts are repeated where that does no harm: see `retry`. The client's own layer would
        // repeat a POST as well.
        config.default_retry = false;
        Ok(Connection {
            config,
            source: loaded.from,
            files,
            settings: Settings {
                context: loaded.context,
                ..self.clone()
            },
            environment: environment.clone(),
            is_single: environment.get("HIKUBE_BENCH_SINGLE_READS").is_some(),
            cache: environment.cache(),
            namespace,
        })
    }

    /// These settings, what is left out from `HIKUBE_…`.
    fn with_environment(&self, environment: &Environment) -> Result<Settings, SettingsError> {
        let or = |given: &Option<String>, name: &str| {
            given.clone().or_else(|| {
                environment
                    .get(&format!("HIKUBE_{name}"))
                    .map(str::to_owned)
            })
        };
        let insecure = match (self.insecure, environment.get("HIKUBE_INSECURE")) {
            (None, Some("1" | "true")) => Some(true),
            (None, Some("0" | "false")) => Some(false),
            (None, Some(_)) => {
                return Err(wrong(
                    "insecure",
                    "The variable `HIKUBE_INSECURE` must be `true` or `false`.",
                ));
            }
            (given, _) => given,
        };
        Ok(Settings {
            context: or(&self.context, "CONTEXT"),
            token: or(&self.token, "TOKEN"),
            cluster_ca_certificate: or(&self.cluster_ca_certificate, "CLUSTER_CA_CERTIFICATE"),
            client_certificate: or(&self.client_certificate, "CLIENT_CERTIFICATE"),
            client_key: or(&self.client_key, "CLIENT_KEY"),
            tls_server_name: or(&self.tls_server_name, "TLS_SERVER_NAME"),
            proxy_url: or(&self.proxy_url, "PROXY_URL"),
            namespace: or(&self.namespace, "NAMESPACE"),
            insecure,
            ..self.clone()
        })
    }

    /// What of these settings, or else of the environment, says where the API is.
    fn source(&self, environment: &Environment) -> Result<Source, SettingsError> {
        let content = |text: &str, from: &str| -> Result<Source, SettingsError> {
            let config = Kubeconfig::from_yaml(text).map_err(|error| {
                // The parser quotes what it reads, which may be a key.
                let kind = if matches!(error, kube::config::KubeconfigError::Parse(_)) {
                    "it is no YAML of a kubeconfig".to_owned()
                } else {
                    error.to_string()
                };
                wrong(
                    "kubeconfig",
                    format!("The kubeconfig in {from} cannot be used: {kind}."),
                )
            })?;
            Ok(Source::Kubeconfig {
                config: Box::new(config),
                from: from.to_owned(),
                attribute: "kubeconfig",
                files: Files::default(),
            })
        };
        if let Some(host) = &self.host {
            return Ok(Source::Host(host.clone()));
        }
        if let Some(text) = &self.kubeconfig {
            return content(text, "the attribute `kubeconfig`");
        }
        if let Some(path) = &self.kubeconfig_path {
            return connect::read_files(
                &[environment.expand(path)],
                "the attribute `kubeconfig_path`",
            );
        }
        if let Some(host) = environment.get("HIKUBE_HOST") {
            return Ok(Source::Host(host.to_owned()));
        }
        if let Some(text) = environment.get("HIKUBE_KUBECONFIG") {
            return content(text, "the variable `HIKUBE_KUBECONFIG`");
        }
        if let Some(path) = environment.get("HIKUBE_KUBECONFIG_PATH") {
            return connect::read_files(
                &[environment.expand(path)],
                "the variable `HIKUBE_KUBECONFIG_PATH`",
            );
        }
        if let Some(paths) = environment.get("KUBECONFIG") {
            let paths: Vec<_> = std::env::split_paths(paths)
                .filter(|path| !path.as_os_str().is_empty())
                .map(|path| environment.expand(&path.to_string_lossy()))
                .collect();
            return connect::read_files(&paths, "the variable `KUBECONFIG`");
        }
        let usual = environment
            .home()
            .map(|home| home.join(".kube").join("config"));
        if let Some(path) = usual.as_ref().filter(|path| path.exists()) {
            return connect::read_files(std::slice::from_ref(path), "the usual place");
        }
        if environment.get("KUBERNETES_SERVICE_HOST").is_some() {
            return Ok(Source::Pod);
        }
        let usual = usual.map_or_else(
            || "~/.kube/config".to_owned(),
            |path| path.display().to_string(),
        );
        Err(wrong(
            "",
            format!(
                "Nothing says where the API is. Give the provider `kubeconfig_path` (the file the Hikube \
                 console offers), `kubeconfig` with its content, or `host` and `token`; or set one of the \
                 variables HIKUBE_KUBECONFIG_PATH, HIKUBE_KUBECONFIG, HIKUBE_HOST or KUBECONFIG. \
                 The file `{usual}` was looked for and is not there."
            ),
        ))
    }

    async fn load(&self, source: Source) -> Result<Loaded, SettingsError> {
        match source {
            Source::Host(host) => {
                let url = connect::parse_url("host", &host)?;
                Ok(Loaded {
                    config: Config::new(url),
                    from: "`host`".to_owned(),
                    context: None,
                    namespace: None,
                    files: Files::default(),
                })
            }
            Source::Kubeconfig {
                config,
                from,
                attribute,
                mut files,
            } => {
                let context = self
                    .context
                    .clone()
                    .or_else(|| config.current_context.clone());
                let named = config
                    .contexts
                    .iter()
                    .find(|known| Some(&known.name) == context.as_ref());
                let Some(named) = named else {
                    return Err(connect::no_context(context.as_deref(), &config, &from));
                };
                let namespace = named.context.as_ref().and_then(|it| it.namespace.clone());
                files.add(connect::authority(&config, named));
                let options = KubeConfigOptions {
                    context: context.clone(),
                    ..KubeConfigOptions::default()
                };
                let loaded = Config::from_custom_kubeconfig(*config, &options).await;
                let config = loaded.map_err(|error| {
                    wrong(
                        attribute,
                        format!("The kubeconfig in {from} cannot be used: {error}."),
                    )
                })?;
                Ok(Loaded {
                    config,
                    from,
                    context,
                    namespace,
                    files,
                })
            }
            Source::Pod => {
                let config = Config::incluster().map_err(|error| {
                    wrong(
                        "",
                        format!("The service account of this pod cannot be used: {error}."),
                    )
                })?;
                Ok(Loaded {
                    from: "the service account of this pod".to_owned(),
                    context: None,
                    namespace: Some(config.default_namespace.clone()),
                    files: Files::default(),
                    config,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests;
