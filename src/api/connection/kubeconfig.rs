//! Kubeconfigs, as content or as files, and their contexts.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use kube::config::{AuthInfo, Cluster as Entry, Kubeconfig, KubeconfigError, NamedContext};

use super::cluster::{Cluster, without_bom};
use super::files::{Files, read};
use super::path::{Given, given, shown};
use super::settings_error::SettingsError;

/// A kubeconfig and where it comes from.
pub(super) struct Loaded {
    pub(super) config: Kubeconfig,
    pub(super) from: String,
    /// The attribute for it.
    pub(super) attribute: &'static str,
    /// The files it was read from.
    pub(super) files: Files,
}

/// A context of a kubeconfig with its cluster and user.
pub(super) struct Chosen {
    pub(super) context: String,
    pub(super) cluster: Cluster,
    pub(super) user: AuthInfo,
    pub(super) namespace: Option<String>,
}

/// Parses the content of a kubeconfig.
///
/// # Errors
/// Where it is not a kubeconfig. The text is not quoted: it may contain a key.
pub(super) fn content(text: &str, from: &str) -> Result<Loaded, SettingsError> {
    let refused = |why: &str| {
        let detail = format!("The kubeconfig in {from} cannot be used: {why}");
        Err(SettingsError::new("kubeconfig", detail))
    };
    match given(text) {
        Given::Nothing => {
            return refused(
                "it is empty. Check where its value comes from, or leave it out to use the environment.",
            );
        }
        Given::Base64 => {
            return refused("it is base64. Decode it first, for example with `base64decode(…)`.");
        }
        Given::Path => {
            return refused(
                "it is not YAML with `clusters`, `users` and `contexts`. If it is the path of a file, give it as \
                 `kubeconfig_path` or HIKUBE_KUBECONFIG_PATH, or read the file with `file(…)`.",
            );
        }
        Given::Content => {}
    }
    let Ok(config) = Kubeconfig::from_yaml(text.trim_start_matches('\u{feff}')) else {
        return refused("it is not YAML with `clusters`, `users` and `contexts`.");
    };
    Ok(Loaded {
        config: cleaned(config),
        from: from.to_owned(),
        attribute: "kubeconfig",
        files: Files::default(),
    })
}

/// Reads kubeconfigs from files and merges them. Missing files are ignored, as by kubectl, unless all are missing.
///
/// # Errors
/// Where all are missing, or one is not a kubeconfig.
pub(super) fn files(paths: &[PathBuf], from: &str) -> Result<Loaded, SettingsError> {
    let refused = |detail: String| SettingsError::new("kubeconfig_path", detail);
    for path in paths {
        not_content(&path.to_string_lossy(), from)?;
    }
    // Added before they are read, to notice changes in between.
    let mut files = Files::default();
    for path in paths {
        files.add(Some(path.clone()));
    }
    let mut merged = Kubeconfig::default();
    let mut missing = Vec::new();
    for path in paths {
        let shown = shown(path);
        match from_file(path) {
            Ok(config) => {
                merged = merged.merge(config).map_err(|error| {
                    refused(format!(
                        "The file {shown} ({from}) cannot be merged with the others: {error}."
                    ))
                })?;
            }
            Err(KubeconfigError::ReadConfig(error, _))
                if error.kind() == std::io::ErrorKind::NotFound =>
            {
                missing.push(shown);
            }
            Err(KubeconfigError::ReadConfig(error, _)) => {
                return Err(refused(format!(
                    "The file {shown} ({from}) cannot be read: {error}."
                )));
            }
            Err(_) => {
                return Err(refused(format!(
                    "The file {shown} ({from}) is not a kubeconfig: it must be YAML with `clusters`, `users` and \
                     `contexts`."
                )));
            }
        }
    }
    if missing.len() == paths.len() {
        return Err(refused(format!(
            "File not found: {} ({from}). Download the kubeconfig again or correct the path.",
            missing.join(", ")
        )));
    }
    let shown: Vec<String> = paths.iter().map(|path| shown(path)).collect();
    Ok(Loaded {
        config: merged,
        from: format!("{} ({from})", shown.join(", ")),
        attribute: "kubeconfig_path",
        files,
    })
}

/// A kubeconfig with absolute paths. The library reads files of any size, and resolves an empty path to the folder.
fn from_file(path: &Path) -> Result<Kubeconfig, KubeconfigError> {
    let read = read(path).and_then(|bytes| decoded(&bytes).ok_or_else(not_text));
    let text = read.map_err(|error| KubeconfigError::ReadConfig(error, path.to_owned()))?;
    let mut config = cleaned(Kubeconfig::from_yaml(&text)?);
    let folder = path.parent().unwrap_or(Path::new(""));
    let absolute = |path: &mut Option<String>| {
        if let Some(given) = path {
            *given = folder.join(&*given).to_string_lossy().into_owned();
        }
    };
    for cluster in config
        .clusters
        .iter_mut()
        .filter_map(|it| it.cluster.as_mut())
    {
        absolute(&mut cluster.certificate_authority);
    }
    for user in config
        .auth_infos
        .iter_mut()
        .filter_map(|it| it.auth_info.as_mut())
    {
        absolute(&mut user.client_certificate);
        absolute(&mut user.client_key);
        absolute(&mut user.token_file);
        // A bare name is searched on the PATH.
        if let Some(exec) = &mut user.exec
            && exec
                .command
                .as_ref()
                .is_some_and(|command| command.contains(MAIN_SEPARATOR))
        {
            absolute(&mut exec.command);
        }
    }
    Ok(config)
}

/// The text of a file in UTF-8, or in UTF-16 as PowerShell writes it.
fn decoded(bytes: &[u8]) -> Option<String> {
    let units = |of: fn([u8; 2]) -> u16| {
        let pairs = bytes[2..].chunks_exact(2);
        let units: Vec<u16> = pairs.map(|pair| of([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok()
    };
    match bytes {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        _ => String::from_utf8(without_bom(bytes).to_vec()).ok(),
    }
}

fn not_text() -> std::io::Error {
    std::io::Error::other("it is not UTF-8 or UTF-16 text")
}

/// Refuses content in place of a path, before it is split and quoted as a path.
pub(super) fn not_content(path: &str, from: &str) -> Result<(), SettingsError> {
    let what = match given(path) {
        Given::Path => return Ok(()),
        Given::Nothing => {
            return Err(SettingsError::new(
                "kubeconfig_path",
                format!(
                    "The path of the kubeconfig in {from} is empty. Check where its value comes from, or leave it \
                     out to use the environment."
                ),
            ));
        }
        Given::Content => "holds the content of a kubeconfig, not a path. Give the content",
        Given::Base64 => "holds a kubeconfig in base64, not a path. Decode it and give the content",
    };
    Err(SettingsError::new(
        "kubeconfig_path",
        format!("The value of {from} {what} as `kubeconfig` or HIKUBE_KUBECONFIG."),
    ))
}

/// The same kubeconfig without empty fields and without line breaks in base64. kubectl accepts both, and writes
/// `current-context: ""` itself.
fn cleaned(mut config: Kubeconfig) -> Kubeconfig {
    clean(&mut config.current_context);
    for named in &mut config.clusters {
        if let Some(cluster) = &mut named.cluster {
            for text in [
                &mut cluster.server,
                &mut cluster.certificate_authority,
                &mut cluster.proxy_url,
                &mut cluster.tls_server_name,
            ] {
                clean(text);
            }
            pack(&mut cluster.certificate_authority_data);
        }
    }
    for named in &mut config.auth_infos {
        if let Some(user) = &mut named.auth_info {
            for text in [
                &mut user.username,
                &mut user.token_file,
                &mut user.client_certificate,
                &mut user.client_key,
                &mut user.impersonate,
                &mut user.impersonate_uid,
            ] {
                clean(text);
            }
            pack(&mut user.client_certificate_data);
        }
    }
    for named in &mut config.contexts {
        if let Some(context) = &mut named.context {
            clean(&mut context.namespace);
            clean(&mut context.user);
        }
    }
    config
}

/// Trims a text, and removes it if it is empty.
fn clean(text: &mut Option<String>) {
    let trimmed = text.take().map(|text| text.trim().to_owned());
    *text = trimmed.filter(|text| !text.is_empty());
}

fn pack(base64: &mut Option<String>) {
    let packed: Option<String> = base64
        .take()
        .map(|base64| base64.split_ascii_whitespace().collect());
    *base64 = packed.filter(|base64| !base64.is_empty());
}

impl Loaded {
    /// The context of this name, or the current one.
    ///
    /// # Errors
    /// Where there is no such context, or its cluster cannot be used.
    pub(super) fn choose(&mut self, context: Option<&str>) -> Result<Chosen, SettingsError> {
        let config = &self.config;
        let name = context.or(config.current_context.as_deref());
        let named = name.and_then(|name| config.contexts.iter().find(|known| known.name == name));
        let Some((name, context)) = named
            .and_then(|named: &NamedContext| Some((named.name.clone(), named.context.clone()?)))
        else {
            return Err(no_context(name, config, &self.from));
        };
        let (from, attribute) = (&self.from, self.attribute);
        let mut clusters = config.clusters.iter();
        let cluster: Option<&Entry> = clusters
            .find(|named| named.name == context.cluster)
            .and_then(|named| named.cluster.as_ref());
        let Some(entry) = cluster else {
            return Err(SettingsError::new(
                attribute,
                format!(
                    "The kubeconfig in {from} cannot be used: it has no cluster `{}`, which its context `{name}` \
                     names.",
                    context.cluster
                ),
            ));
        };
        self.files
            .add(entry.certificate_authority.as_ref().map(PathBuf::from));
        let cluster = Cluster::of(entry, attribute, from)?;
        // As in kubectl, the user may be missing: other settings may have the credentials.
        let mut users = config.auth_infos.iter();
        let mut user = users
            .find(|named| Some(&named.name) == context.user.as_ref())
            .and_then(|named| named.auth_info.clone())
            .unwrap_or_default();
        if let Some(exec) = &mut user.exec
            && exec.provide_cluster_info
        {
            let described = entry.try_into();
            exec.cluster = described.map(Some).map_err(|_| {
                SettingsError::new(
                    attribute,
                    format!("The kubeconfig in {from} cannot be used: its cluster cannot be described to `exec`."),
                )
            })?;
        }
        Ok(Chosen {
            context: name,
            cluster,
            user,
            namespace: context.namespace,
        })
    }
}

fn no_context(context: Option<&str>, config: &Kubeconfig, from: &str) -> SettingsError {
    let known: Vec<String> = config
        .contexts
        .iter()
        .map(|known| format!("`{}`", known.name))
        .collect();
    let known = if known.is_empty() {
        "It has none".to_owned()
    } else {
        format!("It has {}", known.join(", "))
    };
    let what = context.map_or_else(
        || "has no current context".to_owned(),
        |context| format!("has no context `{context}`"),
    );
    SettingsError::new(
        "context",
        format!(
            "The kubeconfig in {from} {what}. {known}; set one with `context` or HIKUBE_CONTEXT."
        ),
    )
}
