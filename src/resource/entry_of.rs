//! What a resource type for entries has in addition to one for objects.

use serde_json::Map;

use super::spec::stored::stored_object;
use crate::api::{ApiResource, JsonSchema, Object, entry_value};
use crate::schema::{Block, Keys, Shape};

/// The kind that an entry belongs to.
#[derive(Clone)]
pub struct EntryOf {
    /// The resource type of the object, such as `hikube_postgres`.
    pub object_type: &'static str,
    /// The attribute of the kind that contains the entries.
    pub attribute: &'static str,
    /// The kind of the objects that later releases have instead of the entries.
    pub moved_to: Option<ApiResource>,
    /// The name of the field in the API.
    pub field: String,
    /// The attributes of the object that contains it.
    pub container: Block,
    /// The attribute of the entry that references the object, such as `postgres_id`.
    pub reference: String,
    /// The rule for names.
    pub keys: Option<Keys>,
}

impl EntryOf {
    /// Whether the entries are items of a list.
    pub fn is_list(&self) -> bool {
        let attribute = self.container.attribute(self.attribute);
        attribute.is_some_and(|attribute| matches!(attribute.shape, Shape::List(_)))
    }

    /// The schema of an entry in that of its object; none if the platform does not have such entries.
    pub(crate) fn schema_in<'a>(&self, schema: &'a JsonSchema) -> Option<&'a JsonSchema> {
        // Entries of a former spec have another form.
        let former = self.container.former_spec;
        if former.is_some_and(|former| !schema.properties.contains_key(former.lacks)) {
            return None;
        }
        let field = schema.properties.get(&self.field)?;
        let element = field.additional_properties.as_deref();
        element.or(field.items.as_deref())
    }

    /// Whether an entry was written. Otherwise it is one that the platform shows where there are none.
    pub(crate) fn is_stored(&self, entry: &Object, live: Option<&JsonSchema>) -> bool {
        let (_, key) = entry.name.split_once('/').unwrap_or((&entry.name, ""));
        let object = Object {
            spec: entry.container.clone(),
            ..entry.clone()
        };
        let stored = stored_object(&self.container, object, live);
        entry_value(&stored.spec, &self.field, key).is_some()
    }

    /// The object of an entry as if it had no other.
    pub(crate) fn alone(&self, entry: &Object) -> Object {
        let (object, key) = entry.name.split_once('/').unwrap_or((&entry.name, ""));
        let mut spec = entry.container.clone();
        let entries: Map<_, _> = [(key.to_owned(), entry.spec.clone().into())]
            .into_iter()
            .collect();
        spec.insert(self.field.clone(), entries.into());
        Object {
            name: object.to_owned(),
            spec,
            ..entry.clone()
        }
    }
}
