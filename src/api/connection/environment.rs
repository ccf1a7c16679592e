use std::collections::HashMap;
use std::path::PathBuf;

/// Environment variables and the home folder. A value, so that a test can use another one without changing the process.
#[derive(Clone, Default)]
pub struct Environment {
    variables: HashMap<String, String>,
    home: Option<PathBuf>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Environment {
        let text = |os: std::ffi::OsString| os.into_string().ok();
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?)));
        Environment {
            variables: variables.collect(),
            home: std::env::home_dir(),
        }
    }

    /// An environment of these variables and this home folder.
    pub fn of<const N: usize>(variables: [(&str, &str); N], home: Option<PathBuf>) -> Environment {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment {
            variables: variables.collect(),
            home,
        }
    }

    /// A variable. An empty one counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Expands a leading `~` to the home folder.
    pub fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix('~'), &self.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(rest), Some(home)) if rest.starts_with('/') => home.join(&rest[1..]),
            _ => PathBuf::from(path),
        }
    }

    /// The cache folder of the provider.
    pub(super) fn cache(&self) -> Option<PathBuf> {
        let base = self.get("XDG_CACHE_HOME").map(PathBuf::from);
        let base = base.or_else(|| Some(self.home.as_ref()?.join(".cache")))?;
        Some(base.join("terraform-provider-hikube"))
    }

    /// The home folder.
    pub fn home(&self) -> Option<&PathBuf> {
        self.home.as_ref()
    }
}
