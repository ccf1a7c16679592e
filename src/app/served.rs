//! The kinds that the platform serves.

use strsim::jaro_winkler;

use crate::api::{ApiResource, NoSchema};
use crate::kinds::KINDS;
use crate::resource::Session;

/// From this similarity on, another name is offered.
const SIMILAR: f64 = 0.85;

/// Why the platform has no resource for a kind.
pub(super) enum NoKind {
    /// The platform serves only these kinds.
    NotServed(Vec<String>),
    /// The kinds could not be listed.
    Unlisted(NoSchema),
}

/// The resource of a kind. If the kinds cannot be listed, those that the provider knows are used.
pub(super) async fn served_kind(session: &Session, kind: &str) -> Result<ApiResource, NoKind> {
    match session.client.served_kinds().await {
        Ok(served) => {
            let mut all = served.iter();
            let found = all.find(|resource| resource.kind == kind).cloned();
            found.ok_or_else(|| {
                let kinds = served.iter().map(|resource| resource.kind.to_string());
                NoKind::NotServed(kinds.collect())
            })
        }
        Err(why) => {
            let is_connected = !matches!(why, NoSchema::Unconnected(_));
            let known = KINDS.iter().map(|known| (known.api_resource)());
            let mut known = known.filter(|known| known.is_application() && is_connected);
            let known = known.find(|known| known.kind == kind);
            known.ok_or(NoKind::Unlisted(why))
        }
    }
}

/// The name that is most similar to this one, without regard to case and underscores, if any is.
pub(super) fn nearest<'a>(name: &str, names: &'a [String]) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace(['_', '-'], "");
    let name = plain(name);
    let similar = names
        .iter()
        .map(|other| (jaro_winkler(&name, &plain(other)), other));
    let similar = similar.filter(|(similarity, _)| *similarity >= SIMILAR);
    let nearest = similar.max_by(|(one, _), (other, _)| one.total_cmp(other));
    nearest.map(|(_, name)| name.as_str())
}

/// The end of a message about an unknown name: the similar one, and all.
pub(super) fn alternatives(name: &str, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let hint = nearest(name, names).map(|name| format!(" Did you mean `{name}`?"));
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!(
        "{} Supported: {}.",
        hint.unwrap_or_default(),
        listed.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_name_is_offered() {
        let names = [
            "FerretDB",
            "Postgres",
            "MongoDB",
            "maxReplicas",
            "s3AccessKey",
        ];
        let names = names.map(str::to_owned);
        for (name, offered) in [
            ("ferretdb", Some("FerretDB")),
            ("Postgress", Some("Postgres")),
            ("max_replicas", Some("maxReplicas")),
            ("s3_access_key", Some("s3AccessKey")),
            ("Valkey", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &names), offered, "{name}");
        }
        assert_eq!(nearest("Postgres", &[]), None);
    }
}
