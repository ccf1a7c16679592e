//! `backups.cozystack.io`: schedules of backups, and the classes they refer to.
use crate::custom::cron;
use crate::custom::resource::{Condition, CustomResource};
use crate::release::Release;
use serde_json::{Value, json};

pub(super) const GROUP: &str = "backups.cozystack.io";
pub(super) const VERSION: &str = "v1alpha1";

/// The fields by which objects of an application can be selected.
pub(super) const BY_APPLICATION: &[&str] = &[
    "spec.applicationRef.apiGroup",
    "spec.applicationRef.kind",
    "spec.applicationRef.name",
];

/// A backup schedule of one application.
pub(super) static PLAN: CustomResource = CustomResource {
    group: GROUP,
    version: VERSION,
    kind: "Plan",
    plural: "plans",
    singular: "plan",
    namespaced: true,
    writable: true,
    selectable: BY_APPLICATION,
    served: Release::has_backups,
    schema: plan_schema,
    conditions: Some(plan_conditions),
    run: None,
    initial: |_| Vec::new(),
};

/// The backup strategies of each kind of application.
pub(super) static BACKUP_CLASS: CustomResource = CustomResource {
    group: GROUP,
    version: VERSION,
    kind: "BackupClass",
    plural: "backupclasses",
    singular: "backupclass",
    namespaced: false,
    writable: false,
    selectable: &[],
    served: Release::has_backups,
    schema: class_schema,
    conditions: None,
    run: None,
    initial: classes,
};

fn plan_schema(release: Release) -> Value {
    let about = "Schedule of backups of one application.";
    with_status(about, fact(PLAN.kind, release), status_schema())
}

/// The schema of a spec, from a table like those of the applications.
pub(super) fn fact(kind: &str, release: Release) -> Option<Value> {
    let facts: Vec<Value> =
        serde_json::from_str(include_str!("../../facts/backups.json")).unwrap_or_default();
    let is_it = |fact: &&Value| {
        let mut releases = fact["releases"].as_array().into_iter().flatten();
        fact["kind"] == kind && releases.any(|one| one == release.name())
    };
    facts.iter().find(is_it).map(|fact| fact["schema"].clone())
}

/// The schema of an object.
pub(super) fn with_status(about: &str, spec: Option<Value>, status: Value) -> Value {
    json!({
        "type": "object",
        "description": about,
        "properties": {"spec": spec, "status": status},
    })
}

fn class_schema(_: Release) -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    json!({
        "type": "object",
        "description": "How backups of each kind of application are taken.",
        "properties": {
            "spec": {
                "type": "object",
                "description": "Strategies of the class.",
                "required": ["strategies"],
                "properties": {"strategies": {
                    "type": "array",
                    "description": "One strategy for each kind of application.",
                    "items": {
                        "type": "object",
                        "required": ["application", "strategyRef"],
                        "properties": {
                            "application": {
                                "type": "object",
                                "description": "Applications that the strategy is for.",
                                "required": ["kind"],
                                "properties": {
                                    "apiGroup": text("API group of the applications."),
                                    "kind": text("Kind of the applications."),
                                },
                            },
                            "parameters": {
                                "type": "object",
                                "description": "Parameters of the strategy.",
                                "additionalProperties": {"type": "string"},
                            },
                            "strategyRef": {
                                "type": "object",
                                "description": "Strategy of the backup driver.",
                                "required": ["kind", "name"],
                                "properties": {
                                    "apiGroup": text("API group of the strategy."),
                                    "kind": text("Kind of the strategy."),
                                    "name": text("Name of the strategy."),
                                },
                            },
                        },
                    },
                }},
            },
            "status": status_schema(),
        },
    })
}

pub(super) fn status_schema() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "description": "What the controller reports.",
        "properties": {"conditions": {
            "type": "array",
            "description": "Conditions of the object.",
            "items": {
                "type": "object",
                "required": ["lastTransitionTime", "message", "reason", "status", "type"],
                "properties": {
                    "lastTransitionTime": {"type": "string", "format": "date-time"},
                    "message": text, "reason": text, "status": text, "type": text,
                    "observedGeneration": {"type": "integer", "format": "int64"},
                },
            },
        }},
    })
}

fn plan_conditions(spec: &Value) -> Vec<Condition> {
    let cron = spec["schedule"]["cron"].as_str().unwrap_or("");
    let (status, reason, message) = match cron::check(cron) {
        Ok(()) => (false, "CronParsed", "the schedule was parsed".to_owned()),
        Err(why) => (
            true,
            "CronNotParsed",
            format!("could not parse cron {cron}: {why}"),
        ),
    };
    vec![Condition {
        kind: "Error",
        status,
        reason,
        message,
    }]
}

/// Before 1.5 the platform does not include a class; `daily` is created by an operator.
fn classes(release: Release) -> Vec<(&'static str, Value)> {
    let strategy = |kind: &str, strategy: &str| {
        json!({
            "application": {"apiGroup": crate::facts::GROUP, "kind": kind},
            "strategyRef": {
                "apiGroup": "strategy.backups.cozystack.io", "kind": strategy,
                "name": format!("{}-default", kind.to_lowercase()),
            },
        })
    };
    let machines = [
        strategy("VMInstance", "Velero"),
        strategy("VMDisk", "Velero"),
    ];
    let mut classes = vec![("daily", json!({"strategies": machines}))];
    if release >= Release::V1_6 {
        let databases = [
            strategy("Postgres", "CNPG"),
            strategy("MariaDB", "MariaDB"),
            strategy("ClickHouse", "Altinity"),
            strategy("Etcd", "Etcd"),
        ];
        let all: Vec<Value> = databases.into_iter().chain(machines).collect();
        classes.push(("cozy-default", json!({"strategies": all})));
    }
    classes
}
