use std::collections::BTreeMap;

use crate::value::Value;

/// Labels or annotations for a request.
pub(crate) fn label_map(labels: &Value) -> BTreeMap<String, String> {
    let entries = labels.as_map().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}
