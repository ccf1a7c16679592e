use super::model::Model;
use crate::api::{Condition, LAST_APPLIED, MANAGED_BY, OPERATION, Object};
use crate::value::Value;

/// The attributes that a change of the object can change. The rest keep their value for its life.
const VOLATILE: [&str; 3] = ["ready", "status_version", "conditions"];

impl Model {
    /// The computed attributes that an update makes unknown.
    pub(super) fn volatile(&self) -> impl Iterator<Item = &'static str> {
        let changing = self
            .kind
            .outputs
            .iter()
            .filter(|output| !output.stable)
            .map(|output| output.name);
        changing.chain(VOLATILE)
    }

    /// The computed attributes that only the platform can tell.
    pub(super) fn reported(&self) -> impl Iterator<Item = &'static str> {
        self.kind
            .outputs
            .iter()
            .map(|output| output.name)
            .chain(VOLATILE)
    }

    /// Puts into a state where the object is and what the platform reports of it.
    pub(super) fn put_outputs(&self, state: &mut Value, object: &Object) {
        state.set_attribute("id", Value::from(id(&object.namespace, &object.name)));
        state.set_attribute("name", object.name.as_str().into());
        state.set_attribute("namespace", object.namespace.as_str().into());
        for output in self.kind.outputs {
            state.set_attribute(output.name, (output.read)(object));
        }
        state.set_attribute("ready", is_ready(object).into());
        state.set_attribute("status_version", object.status_text("version").into());
        let conditions = object.conditions().into_iter();
        let conditions =
            conditions.map(|condition| (condition.kind.clone(), condition_value(&condition)));
        state.set_attribute("conditions", Value::map(conditions));
    }
}

/// How an object is named in state, in messages and for import.
pub(super) fn id(namespace: &str, name: &str) -> String {
    format!("{namespace}/{name}")
}

/// Installed, and nothing that runs in it reported as not working.
pub(super) fn is_ready(object: &Object) -> bool {
    let is_true = |condition: Condition| condition.status == "True";
    object.condition("Ready").is_some_and(is_true)
        && object.condition("WorkloadsReady").is_none_or(is_true)
}

/// What holds says so in a word; what does not says why.
fn condition_value(condition: &Condition) -> Value {
    if condition.status == "True" {
        return condition.status.as_str().into();
    }
    Value::from(format!(
        "{} ({}): {}",
        condition.status, condition.reason, condition.message
    ))
}

/// Labels or annotations as shown: those of `owned` keys, or where nothing is known of who owns what, all
/// but the provider's own and kubectl's copy of the manifest: bookkeeping, which may hold a password.
pub(super) fn shown_labels<'a>(
    stored: impl IntoIterator<Item = (&'a String, &'a String)>,
    owned: Option<&Value>,
) -> Value {
    let is_shown = |key: &str| match owned {
        Some(owned) => owned.as_map().is_some_and(|owned| owned.contains_key(key)),
        None => ![MANAGED_BY.0, OPERATION, LAST_APPLIED].contains(&key),
    };
    let shown: Vec<_> = stored
        .into_iter()
        .filter(|(key, _)| is_shown(key))
        .map(|(key, value)| (key.clone(), Value::from(value.as_str())))
        .collect();
    match owned {
        Some(Value::Null) => Value::Null,
        None if shown.is_empty() => Value::Null,
        _ => Value::map(shown),
    }
}
