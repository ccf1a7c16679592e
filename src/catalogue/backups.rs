use std::cmp::Reverse;

use serde_json::Value as Json;

use super::declaration::{Catalogue, Request, Scope};
use crate::api::{ApiResource, Object};
use crate::kinds::{INSTEAD_OF_BACKUPS, group_of};
use crate::schema::{Spec, ToValue};
use crate::value::Value;

pub(super) const CATALOGUE: Catalogue = Catalogue {
    type_name: "hikube_backups",
    title: "backups",
    description: "The stored backups of a tenant, newest first. They are those of `hikube_backup`, and those of the \
                  schedules of `hikube_backup_plan`.",
    subcategory: "Backups",
    since: Some("1.1"),
    instead: Some(INSTEAD_OF_BACKUPS),
    scope: Scope::Namespace,
    api_resource: resource,
    filters: Filters::block,
    items: ("backups", "Backups, newest first."),
    item: Backup::block,
    read: |request| {
        Box::pin(async move {
            let wanted = request.config.attribute("application");
            let mut found: Vec<Backup> = request
                .objects(&resource())
                .await?
                .iter()
                .map(Backup::of)
                .filter(|backup| backup.application.is_wanted(wanted))
                .collect();
            // Times are in UTC, to the second.
            found.sort_by_key(|backup| (Reverse(backup.taken_at.clone()), backup.name.clone()));
            Ok(found.into_iter().map(ToValue::to_value).collect())
        })
    },
};

fn resource() -> ApiResource {
    ApiResource::new("backups.cozystack.io", "v1alpha1", "Backup", "backups")
}

#[derive(Spec)]
struct Filters {
    /// Only the backups of this application, or of all applications of a kind.
    application: Option<WantedApplication>,
}

#[derive(Spec)]
struct WantedApplication {
    /// Kind of the application, such as `Postgres` or `VMInstance`.
    kind: Option<String>,
    /// Name of the application.
    name: Option<String>,
}

#[derive(Spec, ToValue)]
struct Backup {
    /// Name of the backup, for `backup` of `hikube_restore`.
    name: String,
    /// Application that was backed up. It may not exist any more.
    application: Application,
    /// Time at which the backup was taken.
    taken_at: Option<String>,
    /// Phase of the backup, such as `Ready` or `Failed`. Null if the platform does not report it.
    phase: Option<String>,
    /// Size in bytes. Null if the platform does not report it, as for most kinds.
    size_bytes: Option<i64>,
    /// Name of the `hikube_backup_plan` that it is from. Null if it was not taken on a schedule.
    plan: Option<String>,
}

#[derive(Spec, ToValue)]
struct Application {
    /// API group of the application.
    api_group: String,
    /// Kind of the application.
    kind: String,
    /// Name of the application.
    name: String,
}

impl Backup {
    fn of(object: &Object) -> Backup {
        let of_spec = |name: &str| object.spec.get(name).unwrap_or(&Json::Null);
        let plan = text(of_spec("planRef"), "name").filter(|name| !name.is_empty());
        let artifact = object.status.get("artifact");
        let size = artifact.and_then(|artifact| artifact.get("sizeBytes")?.as_i64());
        Backup {
            name: object.name.clone(),
            application: Application::of(of_spec("applicationRef")),
            taken_at: of_spec("takenAt").as_str().map(str::to_owned),
            phase: object
                .status_text("phase")
                .filter(|phase| !phase.is_empty()),
            size_bytes: size.filter(|size| *size > 0),
            plan,
        }
    }
}

impl Application {
    fn of(reference: &Json) -> Application {
        Application {
            api_group: group_of(reference),
            kind: text(reference, "kind").unwrap_or_default(),
            name: text(reference, "name").unwrap_or_default(),
        }
    }

    fn is_wanted(&self, wanted: &Value) -> bool {
        Request::takes(wanted.attribute("kind"), &self.kind)
            && Request::takes(wanted.attribute("name"), &self.name)
    }
}

fn text(object: &Json, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}
