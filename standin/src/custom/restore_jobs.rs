//! Jobs that restore a backup.
use crate::custom::backup_jobs::BACKUP;
use crate::custom::backups::{GROUP, VERSION, fact, with_status};
use crate::custom::job_status::{Reference, condition, job_status_schema};
use crate::custom::objects::CustomKey;
use crate::custom::resource::{CustomResource, Step};
use crate::object::{now, time};
use crate::release::Release;
use crate::store::World;
use serde_json::{Value, json};

/// One restore.
pub(super) static RESTORE_JOB: CustomResource = CustomResource {
    group: GROUP,
    version: VERSION,
    kind: "RestoreJob",
    plural: "restorejobs",
    singular: "restorejob",
    namespaced: true,
    writable: true,
    selectable: &[],
    served: Release::has_backups,
    schema,
    conditions: None,
    run: Some(run),
    initial: |_| Vec::new(),
};

fn schema(release: Release) -> Value {
    let spec = fact("RestoreJob", release);
    with_status("Restore of a backup, made once.", spec, job_status_schema())
}

fn run(world: &mut World, key: &CustomKey, step: Step) {
    let Some(job) = world.custom.get(key).cloned() else {
        return;
    };
    let namespace = &key.1;
    let of = job["spec"]["backupRef"]["name"]
        .as_str()
        .unwrap_or_default();
    let stored = (BACKUP.id(), namespace.clone(), of.to_owned());
    let Some(backup) = world.custom.get(&stored).cloned() else {
        if step == Step::Begin {
            let message =
                format!("failed to get Backup: backups.backups.cozystack.io \"{of}\" not found");
            world.fail_job(key, "RestoreFailed", &message);
        }
        return;
    };
    if step == Step::Begin {
        return world.begin_job(key);
    }
    let source = Reference::of(&backup["spec"]["applicationRef"]);
    let target = match job["spec"].get("targetApplicationRef") {
        Some(target) => Reference::of(target),
        None => source.clone(),
    };
    let restored = match backup["spec"]["strategyRef"]["kind"].as_str() {
        Some("Velero") => machine(world, &job, namespace, &source, &target),
        Some("CNPG") => postgres(world, &job, namespace, &source, &target),
        Some("Etcd") if source != target => {
            Err("restoring Etcd into another application is not supported".to_owned())
        }
        _ => present(world, namespace, &target),
    };
    if let Err(why) = restored {
        return world.fail_job(key, "RestoreFailed", &why);
    }
    let done = condition("True", "RestoreCompleted", "restore completed");
    world.report_job(
        key,
        &json!({"phase": "Succeeded", "completedAt": time(now()), "conditions": [done]}),
    );
}

/// A machine is restored in place, or into another namespace.
fn machine(
    world: &World,
    job: &Value,
    namespace: &str,
    source: &Reference,
    target: &Reference,
) -> Result<(), String> {
    let other = job["spec"]["options"]["targetNamespace"].as_str();
    match other.filter(|other| *other != namespace) {
        Some(other) if !world.namespaces.contains_key(other) => Err(format!(
            "target namespace \"{other}\" does not exist; create it before requesting a \
             cross-namespace restore"
        )),
        None if source.name != target.name => Err(
            "restoring to the same namespace with a different application name is not supported \
             due to Velero DataUpload limitations: data is always uploaded to PVCs with the \
             original name. Use options.targetNamespace to restore into a different namespace"
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

/// A database is created again from the backup: its spec names the source.
fn postgres(
    world: &mut World,
    job: &Value,
    namespace: &str,
    source: &Reference,
    target: &Reference,
) -> Result<(), String> {
    present(world, namespace, target)?;
    let Some(key) = world.referenced(namespace, target) else {
        return Ok(());
    };
    let server = format!("postgres-{}", source.name);
    let time = job["spec"]["options"]["recoveryTime"].as_str();
    let bootstrap = json!({
        "enabled": true, "oldName": server, "serverName": server,
        "recoveryTime": time.unwrap_or_default(),
    });
    world.alter(&key, |object| object.spec["bootstrap"] = bootstrap);
    Ok(())
}

fn present(world: &World, namespace: &str, target: &Reference) -> Result<(), String> {
    match world.referenced(namespace, target) {
        Some(_) => Ok(()),
        None => Err(format!(
            "target {} application not found: {namespace}/{} (deploy it before requesting a copy restore)",
            target.kind, target.name
        )),
    }
}
