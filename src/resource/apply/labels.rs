use std::collections::BTreeMap;

use crate::api::KEPT;
use crate::resource::resource_type::ResourceType;
use crate::value::Value;

/// Labels or annotations for a request.
pub(crate) fn label_map(labels: &Value) -> BTreeMap<String, String> {
    let entries = labels.as_map().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// The annotation of an entry that stays when its resource is destroyed.
pub(crate) fn entry_annotations(
    resource_type: &ResourceType,
    planned: &Value,
) -> Option<(String, String)> {
    let is_kept = planned.attribute("deletion_policy").as_str() == Some("keep");
    let is_kept_entry = resource_type.entry.is_some() && is_kept;
    is_kept_entry.then(|| (KEPT.to_owned(), "true".to_owned()))
}
