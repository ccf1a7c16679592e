//! The table of custom resources.
use crate::custom::backup_jobs::{BACKUP, BACKUP_JOB};
use crate::custom::backups::{BACKUP_CLASS, PLAN};
use crate::custom::resource::CustomResource;
use crate::custom::restore_jobs::RESTORE_JOB;
use crate::release::Release;
use std::collections::BTreeSet;

/// All custom resources. Add new ones here.
static TABLE: [&CustomResource; 5] = [&PLAN, &BACKUP_CLASS, &BACKUP_JOB, &BACKUP, &RESTORE_JOB];

/// The custom resources that a release serves.
pub(crate) fn resources(release: Release) -> impl Iterator<Item = &'static CustomResource> {
    TABLE
        .into_iter()
        .filter(move |resource| (resource.served)(release))
}

/// Their groups and versions.
pub(crate) fn group_versions(release: Release) -> BTreeSet<(&'static str, &'static str)> {
    resources(release)
        .map(|resource| (resource.group, resource.version))
        .collect()
}

/// A custom resource by group and plural, if the release serves it.
pub(crate) fn find(release: Release, group: &str, plural: &str) -> Option<&'static CustomResource> {
    resources(release).find(|resource| resource.group == group && resource.plural == plural)
}

/// Whether a path belongs to a group that only later releases serve.
pub(crate) fn hides(release: Release, path: &str) -> bool {
    let path = path.strip_prefix("/openapi/v3").unwrap_or(path);
    let rest = path.strip_prefix("/apis/").unwrap_or_default();
    let group = rest.split('/').next().unwrap_or_default();
    let of_group = |resource: &&CustomResource| resource.group == group;
    TABLE.into_iter().any(|resource| of_group(&resource))
        && !resources(release).any(|r| of_group(&r))
}
