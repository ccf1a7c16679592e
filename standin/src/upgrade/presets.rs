//! Migration of resource presets, which were renamed in 1.4.
use crate::object::Object;
use serde_json::{Value, json};

/// The former and the current name of each preset.
const NAMES: [(&str, &str); 7] = [
    ("nano", "t1.nano"),
    ("micro", "t1.micro"),
    ("small", "t1.small"),
    ("medium", "c1.small"),
    ("large", "c1.medium"),
    ("xlarge", "c1.large"),
    ("2xlarge", "c1.xlarge"),
];

/// Renames the presets in a spec, at any depth.
pub(super) fn rename(object: &mut Object) -> Vec<Object> {
    rename_in(&mut object.spec);
    Vec::new()
}

fn rename_in(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rename_in),
        Value::Object(fields) => {
            for (name, field) in fields {
                let new = NAMES.iter().find(|(old, _)| field.as_str() == Some(old));
                match new {
                    Some((_, new)) if name == "resourcesPreset" => *field = json!(new),
                    _ => rename_in(field),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::rename;
    use crate::upgrade::tests::object;
    use serde_json::json;

    #[test]
    fn presets_are_renamed_at_any_depth() {
        let spec = json!({"resourcesPreset": "micro", "kafka": {"resourcesPreset": "medium"},
            "name": "micro", "zookeeper": {"resourcesPreset": "u1.large"}});
        let mut kafka = object("Kafka", spec);
        assert!(rename(&mut kafka).is_empty());
        let spec = json!({"resourcesPreset": "t1.micro", "kafka": {"resourcesPreset": "c1.small"},
            "name": "micro", "zookeeper": {"resourcesPreset": "u1.large"}});
        assert_eq!(kafka.spec, spec);
    }
}
