//! Whatever outputs are made of, what was created gets into the state.

use crate::kinds::KINDS;
use crate::resource::Model;
use crate::value::{Value, msgpack};

#[test]
fn a_state_without_outputs_can_always_be_written() {
    for kind in KINDS {
        let model = Model::of(kind);
        let mut state = model.resource.null();
        state.set_attribute("id", "tenant-a/a".into());
        state.set_attribute("name", "a".into());
        state.set_attribute("namespace", "tenant-a".into());
        for output in model
            .resource
            .attributes
            .iter()
            .filter(|one| !one.is_configurable())
        {
            if output.name != "id" {
                // A key that no schema has.
                state.set_attribute(output.name, Value::map([("misspelt", Value::Bool(true))]));
            }
        }
        assert!(msgpack::encode(&state, &model.resource_type).is_err());
        let fallback = model.without_outputs(&state);
        msgpack::encode(&fallback, &model.resource_type).expect("a state");
        for name in ["id", "name", "namespace"] {
            assert_eq!(fallback.attribute(name), state.attribute(name));
        }
    }
}
