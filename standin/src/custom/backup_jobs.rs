//! Jobs that back an application up, and the backups they make.
use crate::custom::backups::{
    BACKUP_CLASS, BY_APPLICATION, GROUP, VERSION, fact, status_schema, with_status,
};
use crate::custom::job_status::{Reference, condition, job_status_schema};
use crate::custom::objects::CustomKey;
use crate::custom::resource::{CustomResource, Step};
use crate::object::{now, time};
use crate::release::Release;
use crate::store::World;
use serde_json::{Value, json};

/// One backup of an application.
pub(super) static BACKUP_JOB: CustomResource = CustomResource {
    group: GROUP,
    version: VERSION,
    kind: "BackupJob",
    plural: "backupjobs",
    singular: "backupjob",
    namespaced: true,
    writable: true,
    selectable: BY_APPLICATION,
    served: Release::has_backups,
    schema: job_schema,
    conditions: None,
    run: Some(run),
    initial: |_| Vec::new(),
};

/// What a job has stored. Tenants cannot write or delete it.
pub(super) static BACKUP: CustomResource = CustomResource {
    group: GROUP,
    version: VERSION,
    kind: "Backup",
    plural: "backups",
    singular: "backup",
    namespaced: true,
    writable: false,
    selectable: BY_APPLICATION,
    served: Release::has_backups,
    schema: backup_schema,
    conditions: None,
    run: None,
    initial: |_| Vec::new(),
};

fn job_schema(release: Release) -> Value {
    let mut status = job_status_schema();
    status["properties"]["backupRef"] = name_schema("Backup that the job made.");
    let spec = fact(BACKUP_JOB.kind, release);
    with_status("Backup of one application, made once.", spec, status)
}

fn backup_schema(release: Release) -> Value {
    let job = fact(BACKUP_JOB.kind, release).unwrap_or_default();
    let text = |about: &str| json!({"type": "string", "description": about});
    let spec = json!({
        "type": "object",
        "description": "Where the backup comes from.",
        "required": ["applicationRef", "strategyRef", "takenAt"],
        "properties": {
            "applicationRef": job["properties"]["applicationRef"],
            "planRef": job["properties"]["planRef"],
            "strategyRef": job["properties"]["applicationRef"],
            "takenAt": {"type": "string", "format": "date-time", "description": "When it was taken."},
            "driverMetadata": {
                "type": "object",
                "description": "Notes of the strategy.",
                "additionalProperties": {"type": "string"},
            },
        },
    });
    let mut status = status_schema();
    status["properties"]["phase"] = text("Phase of the backup.");
    status["properties"]["artifact"] = json!({
        "type": "object",
        "description": "What is stored.",
        "required": ["uri"],
        "properties": {
            "uri": text("Where it is stored."),
            "checksum": text("Checksum."),
            "sizeBytes": {"type": "integer", "format": "int64", "description": "Size in bytes."},
        },
    });
    with_status("Backup of one application.", Some(spec), status)
}

fn name_schema(about: &str) -> Value {
    json!({
        "type": "object",
        "description": about,
        "properties": {"name": {"type": "string", "default": "", "description": "Name."}},
    })
}

/// What a class has for an application.
enum Choice {
    NoClass,
    NoStrategy,
    Strategy(Value),
}

fn choice(world: &World, class: &str, application: &Reference) -> Choice {
    let key = (BACKUP_CLASS.id(), String::new(), class.to_owned());
    let Some(class) = world.custom.get(&key) else {
        return Choice::NoClass;
    };
    let mut strategies = class["spec"]["strategies"].as_array().into_iter().flatten();
    let found = strategies.find(|strategy| {
        let serves = Reference::of(&strategy["application"]);
        serves.group == application.group && serves.kind == application.kind
    });
    found.map_or(Choice::NoStrategy, |found| {
        Choice::Strategy(found["strategyRef"].clone())
    })
}

fn run(world: &mut World, key: &CustomKey, step: Step) {
    let Some(job) = world.custom.get(key).cloned() else {
        return;
    };
    let application = Reference::of(&job["spec"]["applicationRef"]);
    let class = job["spec"]["backupClassName"].as_str().unwrap_or_default();
    let reports = world.facts.release.reports_missing_strategies();
    match (choice(world, class, &application), step) {
        // Earlier releases try again forever and report nothing.
        (Choice::NoClass | Choice::NoStrategy, _) if !reports => {}
        (Choice::NoClass, _) => {
            let message = format!(
                "BackupClass \"{class}\" not found; the platform may still be bootstrapping"
            );
            let waits =
                json!({"conditions": [condition("False", "BackupClassNotFound", &message)]});
            world.report_job(key, &waits);
        }
        (Choice::NoStrategy, Step::Begin) => {
            let kind = &application.kind;
            let message = format!(
                "BackupClass \"{class}\" does not bind a strategy for Kind \"{kind}\"; see \
                 docs/operations/backup-classes.md"
            );
            world.fail_job(key, "BackupFailed", &message);
        }
        (Choice::NoStrategy, Step::End) => {}
        (Choice::Strategy(_), Step::Begin) => world.begin_job(key),
        (Choice::Strategy(strategy), Step::End) => end(world, key, &job, &application, &strategy),
    }
}

fn end(world: &mut World, key: &CustomKey, job: &Value, application: &Reference, strategy: &Value) {
    let (namespace, name) = (&key.1, &key.2);
    if world.referenced(namespace, application).is_none() {
        let message = format!(
            "{} application not found: {namespace}/{}",
            application.kind, application.name
        );
        return world.fail_job(key, "BackupFailed", &message);
    }
    let stored = (BACKUP.id(), namespace.clone(), name.clone());
    let exists = world.custom.get(&stored).is_some();
    // The other strategies take an existing backup for their own (read in the source).
    if exists && strategy["kind"] == "Velero" {
        let message = format!(
            "failed to create Backup resource: backups.backups.cozystack.io \"{name}\" already exists"
        );
        return world.fail_job(key, "BackupFailed", &message);
    }
    if !exists {
        add_backup(world, &stored, job, strategy);
    }
    let message = "backup completed";
    world.report_job(
        key,
        &json!({
            "phase": "Succeeded", "completedAt": time(now()), "backupRef": {"name": name},
            "conditions": [condition("True", "BackupCompleted", message)],
        }),
    );
}

fn add_backup(world: &mut World, stored: &CustomKey, job: &Value, strategy: &Value) {
    let (namespace, name) = (&stored.1, &stored.2);
    let mut spec = json!({
        "applicationRef": job["spec"]["applicationRef"], "strategyRef": strategy,
        "takenAt": time(now()),
    });
    if let Some(plan) = job["spec"].get("planRef") {
        spec["planRef"] = plan.clone();
    }
    let driver = strategy["kind"].as_str().unwrap_or_default().to_lowercase();
    let mut artifact = json!({"uri": format!("{driver}://{namespace}/{name}")});
    // Only this strategy knows the size (read in the source).
    if driver == "etcd" {
        artifact["sizeBytes"] = json!(20512);
    }
    let mut metadata = json!({"name": name, "namespace": namespace});
    if world.facts.release.deletes_backups_with_jobs() {
        metadata["ownerReferences"] = json!([{
            "apiVersion": job["apiVersion"], "kind": job["kind"], "name": name,
            "uid": job["metadata"]["uid"], "controller": true,
        }]);
    }
    let body = json!({
        "metadata": metadata, "spec": spec, "status": {"phase": "Ready", "artifact": artifact},
    });
    let body = world.new_custom(&BACKUP, body);
    world.put_custom(stored, body, "ADDED");
}
