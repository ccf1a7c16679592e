use super::entry::check_entry;
use super::name::{check_labels, check_name, check_namespace};
use crate::resource::resource_type::ResourceType;
use crate::schema::{Diagnostics, check, given_write_only};
use crate::value::Value;

/// Validates a configuration of the resource offline, and reports every problem. Unknown parts are ignored.
pub fn validate(resource_type: &ResourceType, config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    check(&resource_type.schema, config, &mut diagnostics);
    if let Some(entry) = &resource_type.entry {
        check_entry(entry, config, &mut diagnostics);
        return diagnostics;
    }
    check_name(resource_type, config.attribute("name"), &mut diagnostics);
    check_namespace(config.attribute("namespace"), &mut diagnostics);
    check_labels(
        resource_type,
        "labels",
        config.attribute("labels"),
        &mut diagnostics,
    );
    check_labels(
        resource_type,
        "annotations",
        config.attribute("annotations"),
        &mut diagnostics,
    );
    diagnostics
}

/// Rejects write-only attributes if Terraform does not support them, because it would store them in the state.
pub fn refuse_write_only(resource_type: &ResourceType, config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for path in given_write_only(&resource_type.spec, config) {
        diagnostics.error_at(
                &path,
                "WriteOnly Attribute Not Allowed",
                format!(
                    "This version of Terraform would write `{path}` into its state. Use Terraform 1.11 or \
                     OpenTofu 1.11 or later, or give the secret without `_wo`."
                ),
            );
    }
    diagnostics
}

/// Validates a configuration of the data source.
pub fn validate_data_source(resource_type: &ResourceType, config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    check(&resource_type.data_source, config, &mut diagnostics);
    check_name(resource_type, config.attribute("name"), &mut diagnostics);
    check_namespace(config.attribute("namespace"), &mut diagnostics);
    diagnostics
}
