use std::collections::BTreeSet;

use super::declaration::{Catalogue, Scope};
use crate::api::ApiResource;
use crate::kinds::{APPLICATIONS, BackupClass, INSTEAD_OF_BACKUPS};
use crate::schema::{Spec, ToValue};

pub(super) const CATALOGUE: Catalogue = Catalogue {
    type_name: "hikube_backup_classes",
    title: "backup classes",
    description: "The backup classes of the platform, and the kinds of applications that each of them backs up. A class \
                  decides where backups are stored and for how long.",
    subcategory: "Backups",
    since: Some("1.1"),
    instead: Some(INSTEAD_OF_BACKUPS),
    scope: Scope::Platform,
    api_resource: || {
        ApiResource::new(
            "backups.cozystack.io",
            "v1alpha1",
            "BackupClass",
            "backupclasses",
        )
    },
    filters: Filters::block,
    items: ("classes", "Backup classes, sorted by name."),
    item: Class::block,
    read: |request| {
        Box::pin(async move {
            let kind = request.config.attribute("kind").as_str();
            let classes = BackupClass::all(request.session).await?;
            let is_wanted =
                |class: &&BackupClass| kind.is_none_or(|kind| class.serves(APPLICATIONS, kind));
            let wanted = classes.iter().filter(is_wanted);
            Ok(wanted.map(|class| Class::of(class).to_value()).collect())
        })
    },
};

#[derive(Spec)]
struct Filters {
    /// Only the classes that back up applications of this kind, such as `Postgres` or `VMInstance`.
    kind: Option<String>,
}

#[derive(Spec, ToValue)]
struct Class {
    /// Name of the class, for `backup_class`.
    name: String,
    /// Kinds of applications that it backs up.
    kinds: Vec<String>,
}

impl Class {
    fn of(class: &BackupClass) -> Class {
        let kinds: BTreeSet<&String> = class.serves.iter().map(|(_, kind)| kind).collect();
        Class {
            name: class.name.clone(),
            kinds: kinds.into_iter().cloned().collect(),
        }
    }
}
