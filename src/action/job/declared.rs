use crate::kinds::KINDS;
use crate::resource::{Kind, ResourceType};
use crate::schema::Block;
use crate::value::Value;

/// The declaration of the resource whose objects an action creates.
pub(super) fn kind(type_name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.type_name == type_name)
}

/// The attributes of an action, followed by those of the resource. Nothing is replaced by an action.
pub(super) fn with_attributes_of(type_name: &str, own: Block) -> Block {
    let declared = kind(type_name).map(|kind| (kind.spec)());
    let mut declared = declared.unwrap_or_default();
    for attribute in &mut declared.attributes {
        attribute.replace = false;
    }
    let mut attributes = own.attributes;
    // The timeout is last.
    let timeout = attributes.pop();
    attributes.append(&mut declared.attributes);
    attributes.extend(timeout);
    Block { attributes, ..own }
}

/// The configuration of the resource with the values of the action.
pub(super) fn configuration(resource_type: &ResourceType, config: &Value, name: &str) -> Value {
    let mut values = resource_type.schema.null();
    for attribute in &resource_type.spec.attributes {
        let given = config.attribute(&attribute.name).clone();
        values.set_attribute(&attribute.name, given);
    }
    values.set_attribute("namespace", config.attribute("namespace").clone());
    values.set_attribute("name", name.into());
    values
}
