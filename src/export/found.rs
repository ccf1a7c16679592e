use tokio::sync::mpsc;

use super::arguments::Arguments;
use super::configuration::Exported;
use super::files::Files;
use crate::api::{ErrorKind, NoSchema};
use crate::kinds::KINDS;
use crate::provider::{self, Capability, Provider};
use crate::resource::{Listed, ResourceType, list_block};
use crate::schema::{Diagnostics, Severity};
use crate::value::Value;

/// No list is cut short.
const NO_LIMIT: u64 = u64::MAX;

/// Finds the objects of all types and namespaces. What cannot be read is a warning.
pub(super) async fn collect(
    provider: &Provider,
    arguments: &Arguments,
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) {
    let registry = provider.registry();
    let known: Vec<&str> = registry.names(Capability::ListResource).collect();
    for unknown in arguments
        .types
        .iter()
        .filter(|name| !known.contains(&name.as_str()))
    {
        diagnostics.error(
            format!("There is no resource type {unknown}"),
            format!("Types: {}.", known.join(", ")),
        );
    }
    if diagnostics.has_errors() {
        return;
    }
    let namespaces = match &arguments.namespaces[..] {
        [] => vec![Value::Null],
        given => given.iter().map(|name| name.as_str().into()).collect(),
    };
    let is_wanted =
        |name: &&str| arguments.types.is_empty() || arguments.types.iter().any(|one| one == name);
    for name in known.iter().copied().filter(is_wanted) {
        let Some(resource_type) = registry.list_resource(name) else {
            continue;
        };
        let kinds = if resource_type.names_kind {
            untyped_kinds(provider, diagnostics).await
        } else {
            vec![Value::Null]
        };
        for kind in &kinds {
            for namespace in &namespaces {
                let mut config = list_block(resource_type).null();
                config.set_attribute("namespace", namespace.clone());
                let pattern = arguments.name.as_deref();
                config.set_attribute("name_pattern", pattern.map_or(Value::Null, Value::from));
                if resource_type.names_kind {
                    config.set_attribute("kind", kind.clone());
                }
                export(provider, resource_type, &config, files, diagnostics).await;
            }
        }
    }
}

/// The kinds on the platform that have no resource type of their own, except for those that only the platform makes.
async fn untyped_kinds(provider: &Provider, diagnostics: &mut Diagnostics) -> Vec<Value> {
    const OTHERS: [&str; 2] = ["Info", "KubernetesNodes"];
    let Some(session) = provider.session(diagnostics).await else {
        return Vec::new();
    };
    let is_typed = |kind: &str| {
        let known = KINDS.iter().flat_map(|known| {
            let former = known
                .renamed_from
                .map(|former| (former.api_resource)().kind);
            former.into_iter().chain([(known.api_resource)().kind])
        });
        OTHERS.contains(&kind) || known.into_iter().any(|known| known == kind)
    };
    match session.client.served_kinds().await {
        Ok(served) => {
            let kinds = served.iter().map(|resource| &*resource.kind);
            kinds
                .filter(|kind| !is_typed(kind))
                .map(Value::from)
                .collect()
        }
        // The lists of the other types have reported that.
        Err(NoSchema::Unconnected(_)) => Vec::new(),
        Err(why) => {
            diagnostics.warn(
                "Kinds without a resource type are not exported",
                format!("The platform's kinds could not be listed: {why}."),
            );
            Vec::new()
        }
    }
}

async fn export(
    provider: &Provider,
    resource_type: &ResourceType,
    config: &Value,
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) {
    let (events, mut listed) = mpsc::channel(1);
    let found = provider::list(provider, resource_type, config, events, NO_LIMIT);
    let taken = async {
        while let Some(listed) = listed.recv().await {
            take(resource_type, listed, files, diagnostics);
        }
    };
    tokio::join!(found, taken);
}

fn take(
    resource_type: &ResourceType,
    listed: Listed,
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) {
    if listed.failure == Some(ErrorKind::NotServed) {
        return;
    }
    // The export goes on without what may not be read.
    for message in listed.diagnostics.iter() {
        let is_denied = listed.failure == Some(ErrorKind::Forbidden);
        if is_denied || message.severity == Severity::Warning {
            diagnostics.warn(message.summary.clone(), message.detail.clone());
        } else {
            diagnostics.error(message.summary.clone(), message.detail.clone());
        }
    }
    if !listed.state.is_null() {
        files.add(Exported::of(resource_type, &listed));
    }
}
