//! The kinds of each release, from the tables in `facts/`.
use crate::release::Release;
use serde::Deserialize;
use serde_json::Value;
use std::sync::OnceLock;

/// The API group of all applications.
pub(crate) const GROUP: &str = "apps.cozystack.io";
/// Group and version of all applications, as `apiVersion`.
pub(crate) const API_VERSION: &str = "apps.cozystack.io/v1alpha1";

/// One kind of application.
#[derive(Debug, Deserialize)]
pub(crate) struct Kind {
    /// The kind, such as `Postgres`.
    pub(crate) kind: String,
    /// The plural in paths, such as `postgreses`.
    pub(crate) plural: String,
    /// The singular in discovery.
    pub(crate) singular: String,
    /// The prefix of the release name before the application's name.
    pub(crate) prefix: String,
    /// The schema of `spec`: types, defaults, enums, patterns, required.
    pub(crate) schema: Value,
}

impl Kind {
    /// The name of the Helm release of an application of this kind.
    pub(crate) fn release_name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Whether the chart contains a workload monitor.
    pub(crate) fn monitored(&self) -> bool {
        !matches!(
            self.kind.as_str(),
            "Tenant" | "VirtualPrivateCloud" | "FoundationDB" | "ExternalDNS" | "Info"
        )
    }
}

/// All kinds of one release.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The release of these kinds.
    pub(crate) release: Release,
    /// The kinds, sorted by name.
    pub(crate) kinds: Vec<Kind>,
}

impl Facts {
    /// The table of a release, parsed once.
    pub(crate) fn of(release: Release) -> Result<&'static Facts, serde_json::Error> {
        static READ: [OnceLock<Facts>; Release::ALL.len()] =
            [const { OnceLock::new() }; Release::ALL.len()];
        let place = &READ[release as usize];
        match place.get() {
            Some(facts) => Ok(facts),
            None => {
                let facts = Facts::read(release)?;
                Ok(place.get_or_init(|| facts))
            }
        }
    }

    fn read(release: Release) -> Result<Facts, serde_json::Error> {
        let table = match release {
            Release::V0_41 => include_str!("../facts/0.41.json"),
            Release::V1_1 => include_str!("../facts/1.1.json"),
            Release::V1_3 => include_str!("../facts/1.3.json"),
            Release::V1_6 => include_str!("../facts/1.6.json"),
            Release::Main => include_str!("../facts/main.json"),
        };
        Ok(Facts {
            release,
            kinds: serde_json::from_str(table)?,
        })
    }

    /// The kind of a stored object.
    pub(crate) fn by_kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.kind == name)
    }
}
