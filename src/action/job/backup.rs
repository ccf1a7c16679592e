use std::time::Duration as Time;

use super::declared::with_attributes_of;
use super::run::{Job, run};
use crate::action::declaration::Action;
use crate::schema::{Duration, Spec};

const TYPE_NAME: &str = "hikube_backup";

pub(in crate::action) const ACTION: Action = Action {
    type_name: TYPE_NAME,
    description: "Takes a backup of one application and waits until it is stored.",
    details: &[
        "Requires platform 1.1 or later, a backup class with a strategy for the kind of the application, and the `admin` \
         role in the tenant. The action creates the same object as the resource [`hikube_backup`](../resources/backup.md), \
         which Terraform does not manage afterwards: the backup is kept for as long as its class says. The data source \
         [`hikube_backups`](../data-sources/backups.md) finds it.",
    ],
    subcategory: "Backups",
    schema: || with_attributes_of(TYPE_NAME, Backup::block()),
    timeout: Time::from_mins(60),
    run: |invocation| {
        let application = invocation.config.attribute("application").attribute("name");
        let stem = application.as_str().unwrap_or_default().to_owned();
        Box::pin(run(
            invocation,
            Job {
                type_name: TYPE_NAME,
                stem,
                done: |job| {
                    let made = job.status.get("backupRef");
                    let made = made.and_then(|made| made.get("name")?.as_str());
                    made.map_or_else(
                        || "is stored".to_owned(),
                        |name| format!("is stored as {name}"),
                    )
                },
            },
        ))
    },
};

#[derive(Spec)]
struct Backup {
    /// Namespace of the application, such as `tenant-acme`.
    namespace: String,
    /// Name of the backup. Defaults to the name of the application and the time, such as `main-20260301-123005`. A name
    /// can be used once.
    name: Option<String>,
    /// How long to wait until the backup is stored, for example `30m`. The platform continues after that.
    #[spec(default = "60m")]
    timeout: Option<Duration>,
}
