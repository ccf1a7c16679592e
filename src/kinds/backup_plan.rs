use super::shared::{BackupApplication, ClassHasStrategy, INSTEAD_OF_BACKUPS};
use crate::api::{ApiResource, Object};
use crate::lifecycle::CustomResource;
use crate::resource::{Kind, Timeouts};
use crate::schema::Spec;

pub(super) const KIND: Kind = Kind {
    type_name: "hikube_backup_plan",
    title: "backup plan",
    description: "A schedule on which the platform backs up one application. The backup class decides where backups are \
                  stored and for how long.",
    subcategory: "Backups",
    api_resource: || ApiResource::new("backups.cozystack.io", "v1alpha1", "Plan", "plans"),
    since: Some("1.1"),
    instead: Some(INSTEAD_OF_BACKUPS),
    plan_checks: &[&ClassHasStrategy],
    spec: BackupPlan::block,
    timeouts: Timeouts {
        create: 2,
        update: 2,
        delete: 5,
    },
    ..Kind::new(&LIFECYCLE)
};

const LIFECYCLE: CustomResource = CustomResource {
    not_ready_reason,
    longest_name: (
        54,
        "each backup is named after the plan and its time, in at most 63",
    ),
};

#[derive(Spec)]
struct BackupPlan {
    /// Application to back up. It must be in the namespace of the plan.
    #[spec(api = "applicationRef")]
    application: BackupApplication,
    /// Name of the backup class, which decides where backups are stored and for how long. It must have a strategy
    /// for the kind of the application: see the data source `hikube_backup_classes`.
    #[spec(api = "backupClassName")]
    backup_class: String,
    /// When backups are taken.
    schedule: Schedule,
}

#[derive(Spec)]
struct Schedule {
    /// Cron expression with five fields, in the time zone of the platform. For example, `0 3 * * *` runs every day at
    /// 3:00.
    #[spec(cron = 5)]
    cron: String,
    /// Type of the schedule. The only type is `cron`.
    #[spec(api = "type", default = "cron")]
    schedule_type: Option<String>,
}

/// The controller reports one condition, `Error`, and none at all on a plan that never had a problem.
fn not_ready_reason(plan: &Object) -> Option<String> {
    let error = plan.condition("Error")?;
    (error.status == "True").then(|| format!("{}: {}", error.reason, error.message))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_reported_error_makes_a_plan_not_ready() {
        let plan = |conditions: serde_json::Value| {
            let status = json!({ "conditions": conditions });
            Object {
                status: status.as_object().cloned().unwrap_or_default(),
                ..Object::default()
            }
        };
        let error = |status: &str| json!([{"type": "Error", "status": status, "reason": "Cron", "message": "no"}]);
        assert_eq!(not_ready_reason(&Object::default()), None);
        assert_eq!(not_ready_reason(&plan(error("False"))), None);
        let reason = not_ready_reason(&plan(error("True")));
        assert_eq!(reason.as_deref(), Some("Cron: no"));
    }
}
