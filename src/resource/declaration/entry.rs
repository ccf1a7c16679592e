use crate::api::ApiResource;
use crate::resource::lifecycle::Lifecycle;
use crate::schema::{Choice, Spec};

/// A resource type for the entries of a map, or of a list of named items, in the spec of a kind: each is managed by a
/// resource of its own, in any configuration. Its attributes are those of the entries.
#[derive(Clone, Copy)]
pub struct EntryKind {
    /// The name of the resource type, `hikube_…`.
    pub type_name: &'static str,
    /// The title for use within a sentence: `PostgreSQL user`.
    pub title: &'static str,
    /// The description: one or two sentences of Markdown.
    pub description: &'static str,
    /// The attribute of the kind that contains the entries.
    pub attribute: &'static str,
    /// How the platform processes an entry.
    pub lifecycle: &'static dyn Lifecycle,
    /// The first platform release that has it; none if it is that of the attribute.
    pub since: Option<&'static str>,
    /// The kind of the objects that later releases have instead of the entries.
    pub moved_to: Option<fn() -> ApiResource>,
    /// The credentials of an entry, if the kind has an output `credentials` with those of all entries.
    pub credentials: Option<EntryCredentials>,
}

impl EntryKind {
    /// The defaults for entries of a lifecycle: a declaration ends with `..EntryKind::new(&Entry::of_map("users"))`.
    /// Names and attribute are empty and must be set.
    pub const fn new(lifecycle: &'static dyn Lifecycle) -> EntryKind {
        EntryKind {
            type_name: "",
            title: "",
            description: "",
            attribute: "",
            lifecycle,
            since: None,
            moved_to: None,
            credentials: None,
        }
    }
}

/// The credentials of an entry.
#[derive(Clone, Copy)]
pub struct EntryCredentials {
    /// The description of the attribute.
    pub description: &'static str,
    /// The attributes of the entry that they depend on.
    pub unknown_when_changed: &'static [&'static str],
}

/// The entries of an object, in its data source.
#[derive(Spec)]
pub(crate) struct FoundEntries {
    /// Entries that can be managed by resources of their own, and the resource type that manages each.
    entries: Option<Vec<FoundEntry>>,
}

#[derive(Spec)]
struct FoundEntry {
    /// Attribute that contains the entry, for example `users`.
    attribute: String,
    /// Name of the entry.
    name: String,
    /// Resource type that manages the entry: its own, or that of the object. Null if another client created the object.
    managed_by: Option<String>,
}

/// The attributes of an entry before those of its value.
#[derive(Spec)]
pub(crate) struct EntryIdentity {
    /// ID of the entry: the ID of its object, `/` and its name.
    #[spec(computed)]
    id: String,
    /// ID of the object, `namespace/name`. Use the attribute `id` of its resource, so that the entry is created again
    /// with the object.
    #[spec(replace)]
    reference: String,
    /// Name of the entry, unique in the object.
    #[spec(replace)]
    name: String,
}

/// The attributes of an entry after those of its value.
#[derive(Spec)]
pub(crate) struct EntrySettings {
    /// What happens to the entry when this resource is destroyed. Apply a change before you destroy.
    #[spec(default = "delete")]
    deletion_policy: Option<DeletionPolicy>,
    /// Whether to reject plans that delete the entry. Defaults to `deletion_protection` of the provider.
    deletion_protection: Option<bool>,
}

/// The computed attribute of an entry.
#[derive(Spec)]
pub(crate) struct EntryManager {
    /// Resource type that manages the entry. Null after an import, or if another client removed the annotation with
    /// the owner: the next apply sets it again.
    managed_by: Option<String>,
}

#[derive(Choice)]
enum DeletionPolicy {
    /// The entry and its data are deleted.
    #[choice(value = "delete")]
    Delete,
    /// The entry stays as it is, for the resource of the object or another client.
    #[choice(value = "keep")]
    Keep,
}
