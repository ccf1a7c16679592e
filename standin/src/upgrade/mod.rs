//! Migrations of existing applications when the platform is upgraded. They were read in the platform's source. The
//! mapping of MongoDB's roles, and the fields that a node pool takes from its cluster, are assumed.
mod clusters;
mod kinds;
mod mongodb;
mod networks;
mod presets;

use crate::controller;
use crate::facts::Facts;
use crate::object::{Object, now};
use crate::options::Options;
use crate::release::Release;
use crate::store::{Key, World};

/// Migrates an object. Returns the objects created from it.
type Migration = fn(&mut Object) -> Vec<Object>;

/// The migrations by release, in order. Those of a release that is not simulated belong to the next one that is.
const MIGRATIONS: &[(Release, &[Migration])] = &[
    (
        Release::V1_1,
        &[
            mongodb::split_users,
            kinds::mysql,
            kinds::machine,
            networks::list_subnets,
        ],
    ),
    (Release::V1_3, &[networks::copy_subnets]),
    (
        Release::V1_6,
        &[
            presets::rename,
            clusters::rename_disks,
            clusters::raise_version,
        ],
    ),
    (Release::Main, &[clusters::adopt_pools]),
];

/// Migrates an object from one release to another. Returns it, then the objects created from it.
fn migrated(object: &Object, from: Release, to: Release) -> Vec<Object> {
    let mut objects = vec![object.clone()];
    let on_the_way = |release: Release| from < release && release <= to;
    for (_, migrations) in MIGRATIONS
        .iter()
        .filter(|(release, _)| on_the_way(*release))
    {
        for migration in *migrations {
            let made: Vec<Object> = objects.iter_mut().flat_map(migration).collect();
            objects.extend(made);
        }
    }
    objects
}

/// Migrates all objects to another release, and installs its charts for every application. Objects of kinds that the
/// release does not have are kept, but not served.
pub(crate) fn upgrade(world: &mut World, options: &Options, facts: &'static Facts) {
    let from = std::mem::replace(&mut world.facts, facts).release;
    world.restore_custom(Vec::new());
    let before: Vec<(Key, Object)> = world
        .objects
        .iter()
        .map(|(key, object)| (key.clone(), object.clone()))
        .collect();
    for (key, object) in before {
        if object.deleted.is_some() {
            continue;
        }
        let mut after = migrated(&object, from, facts.release).into_iter();
        let Some(itself) = after.next() else {
            continue;
        };
        if itself.kind != object.kind {
            world.remove(&key, None);
            install(world, options, itself);
        } else if facts.by_kind(&object.kind).is_some() {
            if itself.spec != object.spec {
                world.alter(&key, |object| {
                    object.spec = itself.spec;
                    object.generation += 1;
                });
            }
            controller::changed(world, options, &key);
        }
        after.for_each(|made| install(world, options, made));
    }
}

/// Adds an object that a migration created, unless its name exists.
fn install(world: &mut World, options: &Options, mut object: Object) {
    let Some(kind) = world.facts.by_kind(&object.kind) else {
        return;
    };
    let key = (object.namespace.clone(), kind.release_name(&object.name));
    if world.objects.contains_key(&key) {
        return;
    }
    object.uid = world.uid();
    object.created = now();
    object.label_name.clone_from(&object.name);
    object.revision = None;
    object.conditions.clear();
    object.finalizer = false;
    object.generation = 1;
    object.observed = 0;
    object.releases = 0;
    world.put(&key, object, "ADDED");
    controller::changed(world, options, &key);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::migrated;
    use crate::object::Object;
    use crate::release::Release;
    use serde_json::{Value, json};

    /// An installed object named `x`.
    pub(crate) fn object(kind: &str, spec: Value) -> Object {
        Object {
            kind: kind.to_owned(),
            namespace: "tenant-demo".to_owned(),
            name: "x".to_owned(),
            label_name: "x".to_owned(),
            uid: "1".to_owned(),
            version: 1,
            created: 0,
            deleted: None,
            labels: Default::default(),
            annotations: Default::default(),
            spec,
            revision: None,
            conditions: Vec::new(),
            finalizer: true,
            generation: 1,
            observed: 1,
            releases: 1,
        }
    }

    #[test]
    fn releases_in_between_are_passed_through() {
        let before = object("MySQL", json!({"resourcesPreset": "nano"}));
        let after = migrated(&before, Release::V0_41, Release::Main);
        assert_eq!(after[0].kind, "MariaDB");
        assert_eq!(after[0].spec, json!({"resourcesPreset": "t1.nano"}));
        let same = migrated(&before, Release::V1_6, Release::Main);
        assert_eq!(same[0].kind, "MySQL");
    }
}
