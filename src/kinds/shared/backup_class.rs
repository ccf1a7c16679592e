use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use crate::api::{ApiResource, Error, Object};
use crate::resource::{PlanCheck, PlannedChange, Session};
use crate::schema::Diagnostics;
use crate::value::Path;

/// Backup classes, which the operators of the platform make.
const RESOURCE: ApiResource = ApiResource::new(
    "backups.cozystack.io",
    "v1alpha1",
    "BackupClass",
    "backupclasses",
);

/// The API group of applications, which references may leave out.
pub(crate) const APPLICATIONS: &str = "apps.cozystack.io";

/// Classes hardly ever change.
const AGE: Duration = Duration::from_secs(3600);

/// The time for a list of the classes. Without it, nothing is checked.
const PATIENCE: Duration = Duration::from_secs(15);

/// A backup class, and the applications that it has strategies for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BackupClass {
    /// Its name.
    pub(crate) name: String,
    /// The groups and kinds of the applications.
    pub(crate) serves: BTreeSet<(String, String)>,
}

impl BackupClass {
    /// All classes of the platform, sorted by name. Requested at most once.
    pub(crate) async fn all(session: &Session) -> Result<Vec<BackupClass>, Error> {
        let listed = session.client.list_all(&RESOURCE, None, AGE).await?;
        let mut all: Vec<BackupClass> = listed.iter().map(BackupClass::of).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    fn of(object: &Object) -> BackupClass {
        let strategies = object.spec.get("strategies").and_then(Json::as_array);
        let strategies = strategies.into_iter().flatten();
        let serves = strategies.filter_map(|strategy| {
            let application = strategy.get("application")?;
            let kind = application.get("kind")?.as_str()?;
            Some((group_of(application), kind.to_owned()))
        });
        BackupClass {
            name: object.name.clone(),
            serves: serves.collect(),
        }
    }

    /// Whether it has a strategy for applications of this group and kind.
    pub(crate) fn serves(&self, group: &str, kind: &str) -> bool {
        let mut all = self.serves.iter();
        all.any(|(its_group, its_kind)| its_group == group && its_kind == kind)
    }
}

/// The group in a reference to an application.
pub(crate) fn group_of(reference: &Json) -> String {
    let group = reference.get("apiGroup").and_then(Json::as_str);
    let group = group.filter(|group| !group.is_empty());
    group.unwrap_or(APPLICATIONS).to_owned()
}

/// The class of a plan or backup has a strategy for the kind of the application. Releases before 1.5 do not report a
/// missing one: their jobs never end (read in the platform's source).
pub(in crate::kinds) struct ClassHasStrategy;

impl PlanCheck for ClassHasStrategy {
    fn check<'a>(
        &'a self,
        session: &'a Session,
        change: PlannedChange<'a>,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let application = change.planned.attribute("application");
            let text = |name: &str| application.attribute(name).as_str();
            let class = change.planned.attribute("backup_class").as_str();
            let (Some(class), Some(kind)) = (class, text("kind")) else {
                return;
            };
            if application.attribute("api_group").is_unknown() {
                return;
            }
            let group = text("api_group").unwrap_or(APPLICATIONS);
            let session = session.for_at_most(PATIENCE);
            if let Ok(classes) = BackupClass::all(&session).await {
                check(&classes, [class, group, kind], change, diagnostics);
            }
        })
    }
}

fn check(
    classes: &[BackupClass],
    [name, group, kind]: [&str; 3],
    change: PlannedChange<'_>,
    diagnostics: &mut Diagnostics,
) {
    let class = classes.iter().find(|class| class.name == name);
    if class.is_some_and(|class| class.serves(group, kind)) {
        return;
    }
    let place = format!(
        "{}/{}",
        change.namespace.unwrap_or("(unknown)"),
        change.name.unwrap_or("(unknown)")
    );
    let serving = classes.iter().filter(|class| class.serves(group, kind));
    let serving = listed(serving.map(|class| class.name.as_str()));
    let next = match serving {
        Some(serving) => format!("Classes with a strategy for {kind}: {serving}."),
        None => format!(
            "No class of this platform has a strategy for {kind}. The data source `hikube_backup_classes` lists what \
             each class backs up."
        ),
    };
    let (summary, detail) = match class {
        None => (
            format!("Backup class `{name}` not found: {} {place}", change.title),
            format!("The platform has no backup class `{name}`. {next}"),
        ),
        Some(class) => {
            let kinds = listed(class.serves.iter().map(|(_, kind)| kind.as_str()));
            let kinds = kinds.unwrap_or_else(|| "nothing".to_owned());
            (
                format!(
                    "Backup class `{name}` has no strategy for {kind}: {} {place}",
                    change.title
                ),
                format!("The class `{name}` backs up {kinds}. {next}"),
            )
        }
    };
    diagnostics.error_at(&Path::of("backup_class"), summary, detail);
}

/// Names in a sentence; none if there are none.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::Value;

    fn class(name: &str, applications: &Json) -> BackupClass {
        let strategies = applications.as_array().cloned().unwrap_or_default();
        let strategies = strategies.iter().map(|one| json!({ "application": one }));
        let spec = json!({ "strategies": strategies.collect::<Vec<_>>() });
        BackupClass::of(&Object {
            name: name.to_owned(),
            spec: spec.as_object().cloned().unwrap_or_default(),
            ..Object::default()
        })
    }

    fn classes() -> [BackupClass; 2] {
        [
            class(
                "daily",
                &json!([{"kind": "VMDisk"}, {"apiGroup": "", "kind": "VMInstance"}]),
            ),
            class(
                "all",
                &json!([{"apiGroup": APPLICATIONS, "kind": "Postgres"}]),
            ),
        ]
    }

    fn checked(name: &str, group: &str, kind: &str) -> Option<(String, String)> {
        let change = PlannedChange {
            title: "backup",
            namespace: Some("tenant-acme"),
            name: Some("shop"),
            planned: &Value::Null,
            is_new: true,
            is_replacement: false,
        };
        let mut diagnostics = Diagnostics::new();
        check(&classes(), [name, group, kind], change, &mut diagnostics);
        let found = diagnostics.iter().next();
        found.map(|one| (one.summary.clone(), one.detail.clone()))
    }

    #[test]
    fn a_class_without_a_strategy_for_the_kind_is_an_error_that_lists_those_that_have_one() {
        assert_eq!(checked("daily", APPLICATIONS, "VMInstance"), None);
        assert_eq!(checked("all", APPLICATIONS, "Postgres"), None);
        let (summary, detail) = checked("daily", APPLICATIONS, "Postgres").unwrap();
        assert_eq!(
            summary,
            "Backup class `daily` has no strategy for Postgres: backup tenant-acme/shop"
        );
        assert_eq!(
            detail,
            "The class `daily` backs up `VMDisk`, `VMInstance`. Classes with a strategy for Postgres: `all`."
        );
        let (summary, _) = checked("weekly", APPLICATIONS, "Postgres").unwrap();
        assert!(summary.contains("`weekly` not found"), "{summary}");
        let (_, detail) = checked("all", "example.org", "Postgres").unwrap();
        assert!(detail.contains("No class of this platform"), "{detail}");
    }
}
