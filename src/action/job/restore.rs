use std::time::Duration as Time;

use super::declared::with_attributes_of;
use super::run::{Job, run};
use crate::action::declaration::Action;
use crate::schema::{Duration, Spec};

const TYPE_NAME: &str = "hikube_restore";

pub(in crate::action) const ACTION: Action = Action {
    type_name: TYPE_NAME,
    description: "Restores a backup and waits until that has ended. **It overwrites the data of the target.**",
    details: &[
        "Requires platform 1.1 or later, and the `admin` role in the tenant. Invoke it with `terraform apply -invoke=ADDRESS`: \
         triggered by a change, it would overwrite data whenever that change happens. Where actions are not available, use \
         the resource [`hikube_restore`](../resources/restore.md), which restores once.",
    ],
    subcategory: "Backups",
    schema: || with_attributes_of(TYPE_NAME, Restore::block()),
    timeout: Time::from_mins(120),
    run: |invocation| {
        let backup = invocation.config.attribute("backup").attribute("name");
        let stem = format!("restore-{}", backup.as_str().unwrap_or_default());
        Box::pin(run(
            invocation,
            Job {
                type_name: TYPE_NAME,
                stem,
                done: |_| "has succeeded".to_owned(),
            },
        ))
    },
};

#[derive(Spec)]
struct Restore {
    /// Namespace of the backup, such as `tenant-acme`.
    namespace: String,
    /// Name of the job. Defaults to `restore-`, the name of the backup and the time. A name can be used once.
    name: Option<String>,
    /// How long to wait until the restore has ended, for example `3h`. The platform continues after that.
    #[spec(default = "120m")]
    timeout: Option<Duration>,
}
