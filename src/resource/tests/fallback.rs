//! A created object is in the state even if its outputs are invalid.

use crate::kinds::KINDS;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::without_outputs;
use crate::value::{Value, msgpack};

#[test]
fn a_state_without_outputs_can_always_be_written() {
    for kind in KINDS {
        let model = &ResourceType::of(kind);
        let mut state = model.schema.null();
        state.set_attribute("id", "tenant-a/a".into());
        state.set_attribute("name", "a".into());
        state.set_attribute("namespace", "tenant-a".into());
        for output in model
            .schema
            .attributes
            .iter()
            .filter(|one| !one.is_configurable())
        {
            if output.name != "id" {
                // A key that is in no schema.
                state.set_attribute(&output.name, Value::map([("misspelt", Value::Bool(true))]));
            }
        }
        assert!(msgpack::encode(&state, &model.value_type).is_err());
        let fallback = without_outputs(model, &state);
        msgpack::encode(&fallback, &model.value_type).expect("a state");
        for name in ["id", "name", "namespace"] {
            assert_eq!(fallback.attribute(name), state.attribute(name));
        }
    }
}
