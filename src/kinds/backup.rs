use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use super::shared::{BackupApplication, ClassHasStrategy, INSTEAD_OF_BACKUPS};
use crate::api::{ApiResource, Object};
use crate::lifecycle::Job;
use crate::resource::{
    Dependent, Kind, Observe, Observed, OutputSet, Outputs, PlanCheck, PlannedChange, Session,
    Timeouts,
};
use crate::schema::{Diagnostics, Spec};
use crate::value::{Path, Value};

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_backup",
    title: "backup",
    description: "A backup of one application, taken when the resource is created. It is never updated: every change \
                  takes a new backup. Destroying it deletes the job that took the backup. On platforms 1.1 and 1.2 \
                  this deletes the backup as well; later platforms keep the backup for as long as its backup class says.",
    subcategory: "Backups",
    api_resource: || {
        ApiResource::new(
            "backups.cozystack.io",
            "v1alpha1",
            "BackupJob",
            "backupjobs",
        )
    },
    since: Some("1.1"),
    instead: Some(INSTEAD_OF_BACKUPS),
    plan_checks: &[&ClassHasStrategy, &NewBackupHasItsOwnName],
    spec: BackupJob::block,
    dependents: |job| {
        let made = backup_of(job).map(|name| Dependent::Object {
            resource: stored(),
            name,
        });
        made.into_iter().collect()
    },
    outputs: OutputSet::of::<BackupOutputs>(),
    timeouts: Timeouts {
        create: 60,
        update: 60,
        delete: 30,
    },
    ..Kind::new(&LIFECYCLE)
};

const LIFECYCLE: Job = Job::that_makes(
    stored,
    (63, "the platform labels what it stores with the name"),
);

/// What a job stores.
fn stored() -> ApiResource {
    ApiResource::new("backups.cozystack.io", "v1alpha1", "Backup", "backups")
}

#[derive(Spec)]
struct BackupJob {
    /// Application to back up. It must be in the namespace of the backup.
    #[spec(api = "applicationRef", replace)]
    application: BackupApplication,
    /// Name of the backup class, which decides where backups are stored and for how long. It must have a strategy
    /// for the kind of the application: see the data source `hikube_backup_classes`.
    #[spec(api = "backupClassName", replace)]
    backup_class: String,
}

#[derive(Outputs)]
struct BackupOutputs {
    /// Name of the stored backup, for `backup` of `hikube_restore`.
    #[output()]
    backup_name: Option<String>,
    /// Size of the stored backup in bytes. Null if the platform does not report it, as for most kinds.
    #[output()]
    size_bytes: Option<i64>,
    /// Time at which the backup was taken.
    #[output()]
    taken_at: Option<String>,
}

impl Observe for BackupOutputs {
    fn observe(seen: &Observed, _: &Value) -> BackupOutputs {
        let backup_name = backup_of(&seen.object);
        let backup = backup_name.as_ref().and_then(|name| seen.other(name));
        let artifact = backup.and_then(|backup| backup.status.get("artifact"));
        let size = artifact.and_then(|artifact| artifact.get("sizeBytes"));
        let taken_at = backup.and_then(|backup| backup.spec.get("takenAt"));
        BackupOutputs {
            size_bytes: size.and_then(Json::as_i64).filter(|size| *size > 0),
            taken_at: taken_at.and_then(Json::as_str).map(str::to_owned),
            backup_name,
        }
    }
}

/// The name of the backup that a job has stored.
fn backup_of(job: &Object) -> Option<String> {
    let name = job.status.get("backupRef")?.get("name")?.as_str()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// A stored backup has the name of its job and, from 1.3 on, stays when the job is deleted. A new job of that name
/// fails, or reports the old backup as its own, by the strategy (read in the platform's source).
struct NewBackupHasItsOwnName;

impl PlanCheck for NewBackupHasItsOwnName {
    fn check<'a>(
        &'a self,
        session: &'a Session,
        change: PlannedChange<'a>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let (Some(namespace), Some(name)) = (change.namespace, change.name) else {
                return;
            };
            if !change.is_new {
                return;
            }
            let client = &session.client;
            let Ok(Some(old)) = client.get_opt(&stored(), namespace, name).await else {
                return;
            };
            // With an owner it is deleted with its job.
            let stays = old.owner_references.is_empty();
            if !stays && change.is_replacement {
                return;
            }
            // The create says whose the job is, or takes over that of an interrupted apply.
            let job = (KIND.api_resource)();
            if !change.is_replacement
                && !matches!(client.get_opt(&job, namespace, name).await, Ok(None))
            {
                return;
            }
            diagnostics.error_at(
                &Path::of("name"),
                format!("Backup {namespace}/{name} already exists"),
                "A stored backup of that name exists, and stays when its job is deleted. A new backup needs a `name` of \
                 its own: change `name`, for example by adding the date.",
            );
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_names_its_backup_once_it_is_stored() {
        let job = |status: Json| Object {
            status: status.as_object().cloned().unwrap_or_default(),
            ..Object::default()
        };
        assert_eq!(backup_of(&job(json!({}))), None);
        assert_eq!(backup_of(&job(json!({"backupRef": {"name": ""}}))), None);
        let made = job(json!({"backupRef": {"name": "shop"}}));
        assert_eq!(backup_of(&made).as_deref(), Some("shop"));
        assert!(
            matches!(&(KIND.dependents)(&made)[..], [Dependent::Object { name, .. }] if name == "shop")
        );
    }
}
