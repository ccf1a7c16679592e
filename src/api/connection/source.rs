//! Where the address and the user come from.

use std::path::{Path, PathBuf};

use kube::config::AuthInfo;

use super::cluster::{Cluster, address, certificates};
use super::environment::Environment;
use super::files::{Files, read};
use super::kubeconfig::{self, Loaded};
use super::settings::Settings;
use super::settings_error::SettingsError;

/// The folder of the service account in a pod.
const POD: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// A source of the address and the user.
pub(super) enum Source {
    Host(String, &'static str),
    Kubeconfig(Box<Loaded>),
    Pod { host: String, port: String },
}

/// The content of a source.
pub(super) struct Found {
    pub(super) cluster: Cluster,
    pub(super) user: AuthInfo,
    pub(super) from: String,
    pub(super) context: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) files: Files,
}

impl Source {
    /// The first source in the settings, else in the environment.
    pub(super) fn of(
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Source, SettingsError> {
        let content = |text: &str, from: &str| -> Result<Source, SettingsError> {
            let loaded = kubeconfig::content(text, from)?;
            Ok(Source::Kubeconfig(Box::new(loaded)))
        };
        let files = |paths: &[PathBuf], from: &str| -> Result<Source, SettingsError> {
            let loaded = kubeconfig::files(paths, from)?;
            Ok(Source::Kubeconfig(Box::new(loaded)))
        };
        let file = |path: &str, from: &str| {
            kubeconfig::not_content(path, from)?;
            files(&[environment.expand(path.trim())], from)
        };
        if let Some(host) = &settings.host {
            return Ok(Source::Host(host.clone(), "`host`"));
        }
        if let Some(text) = &settings.kubeconfig {
            return content(text, "the attribute `kubeconfig`");
        }
        if let Some(path) = &settings.kubeconfig_path {
            return file(path, "the attribute `kubeconfig_path`");
        }
        if let Some(host) = environment.get("HIKUBE_HOST") {
            return Ok(Source::Host(host.to_owned(), "the variable `HIKUBE_HOST`"));
        }
        if let Some(text) = environment.get("HIKUBE_KUBECONFIG") {
            return content(text, "the variable `HIKUBE_KUBECONFIG`");
        }
        if let Some(path) = environment.get("HIKUBE_KUBECONFIG_PATH") {
            return file(path, "the variable `HIKUBE_KUBECONFIG_PATH`");
        }
        if let Some(paths) = environment.get("KUBECONFIG") {
            let from = "the variable `KUBECONFIG`";
            kubeconfig::not_content(paths, from)?;
            let paths: Vec<_> = std::env::split_paths(paths)
                .filter(|path| !path.as_os_str().is_empty())
                .map(|path| environment.expand(&path.to_string_lossy()))
                .collect();
            return files(&paths, from);
        }
        let usual = environment
            .home()
            .map(|home| home.join(".kube").join("config"));
        if let Some(path) = usual.as_ref().filter(|path| path.exists()) {
            return files(std::slice::from_ref(path), "the default path");
        }
        if let Some(host) = environment.get("KUBERNETES_SERVICE_HOST") {
            let port = environment.get("KUBERNETES_SERVICE_PORT");
            return Ok(Source::Pod {
                host: host.to_owned(),
                port: port.unwrap_or("443").to_owned(),
            });
        }
        Err(nowhere(usual))
    }

    pub(super) fn found(self, context: Option<&str>) -> Result<Found, SettingsError> {
        match self {
            Source::Host(host, from) => {
                let url = address(host.trim()).ok_or_else(|| {
                    SettingsError::new(
                        "host",
                        format!(
                            "The address in {from} must be one such as `https://api.example.org:6443`, without a \
                             user, a password or a query."
                        ),
                    )
                })?;
                Ok(Found {
                    cluster: Cluster::at(url),
                    user: AuthInfo::default(),
                    from: from.to_owned(),
                    context: None,
                    namespace: None,
                    files: Files::default(),
                })
            }
            Source::Kubeconfig(mut loaded) => {
                let chosen = loaded.choose(context)?;
                Ok(Found {
                    cluster: chosen.cluster,
                    user: chosen.user,
                    from: loaded.from,
                    context: Some(chosen.context),
                    namespace: chosen.namespace,
                    files: loaded.files,
                })
            }
            Source::Pod { host, port } => pod(&host, &port),
        }
    }
}

/// The service account of this pod.
fn pod(host: &str, port: &str) -> Result<Found, SettingsError> {
    let unusable = |why: String| {
        let detail = format!("The service account of this pod cannot be used: {why}.");
        SettingsError::new("", detail)
    };
    let brackets = host.contains(':') && !host.starts_with('[');
    let host = if brackets {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let url = address(&format!("https://{host}:{port}"));
    let url = url.ok_or_else(|| {
        unusable(
            "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not an address".to_owned(),
        )
    })?;
    let place = |name: &str| Path::new(POD).join(name);
    let mut files = Files::default();
    files.add(Some(place("ca.crt")));
    let authority =
        read(&place("ca.crt")).map_err(|error| unusable(format!("`ca.crt`: {error}")))?;
    let authorities = certificates(&authority)
        .ok_or_else(|| unusable("`ca.crt` has no certificate in PEM".to_owned()))?;
    let namespace = read(&place("namespace")).ok();
    let namespace = namespace.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(Found {
        cluster: Cluster {
            authorities: Some(authorities),
            ..Cluster::at(url)
        },
        user: AuthInfo {
            token_file: Some(place("token").display().to_string()),
            ..AuthInfo::default()
        },
        from: "the service account of this pod".to_owned(),
        context: None,
        namespace: namespace.map(|text| text.trim().to_owned()),
        files,
    })
}

fn nowhere(usual: Option<PathBuf>) -> SettingsError {
    let usual = usual.map_or_else(
        || "~/.kube/config".to_owned(),
        |path| path.display().to_string(),
    );
    SettingsError::new(
        "",
        format!(
            "No connection is configured. Set `kubeconfig_path` (the file the Hikube \
             console offers), `kubeconfig` with its content, or `host` and `token`; or set one of the \
             variables HIKUBE_KUBECONFIG_PATH, HIKUBE_KUBECONFIG, HIKUBE_HOST or KUBECONFIG. \
             The default file `{usual}` does not exist."
        ),
    )
}
