//! States of this and earlier versions of the provider can be read.

use crate::resource::resource_type::ResourceType;
use crate::resource::state::upgrade::upgrade;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use super::configurations::configurations;
use super::hold;
use super::plans::created;
use super::platform::Platform;
use crate::schema::Diagnostics;
use crate::value::{Value, json as state_json};

fn inputs(model: &'static ResourceType, platform: &Platform) -> BoxedStrategy<(Value, Index)> {
    (configurations(model, platform), any::<Index>()).boxed()
}

#[test]
fn a_state_is_read_as_it_was_written() {
    hold(8, inputs, |model, platform, (config, place)| {
        let mut state = created(model, platform, &config);
        let ty = model.schema.value_type();
        let mut written = state_json::encode(&state, &ty).expect("a known state");
        let read = |written: &serde_json::Value| {
            let mut diagnostics = Diagnostics::new();
            let read = upgrade(model, written.to_string().as_bytes(), &mut diagnostics);
            assert!(!diagnostics.has_errors(), "{diagnostics:?}");
            read
        };
        prop_assert_eq!(&read(&written), &state);

        let fields = written.as_object_mut().expect("an object");
        fields.insert("of_another_version".to_owned(), json!({"a": [1]}));
        let missing = &*place.get(&model.schema.attributes).name;
        fields.remove(missing);
        state.set_attribute(missing, Value::Null);
        prop_assert_eq!(&read(&written), &state);
        Ok(())
    });
}

/// In earlier versions, these were attributes of the resource; now they are only in its data source.
#[test]
fn a_state_with_conditions_is_read() {
    hold(4, inputs, |model, platform, (config, _)| {
        let state = created(model, platform, &config);
        let ty = model.schema.value_type();
        let mut written = state_json::encode(&state, &ty).expect("a known state");
        let fields = written.as_object_mut().expect("an object");
        fields.insert("status_version".to_owned(), json!("0.9.0"));
        fields.insert("conditions".to_owned(), json!({"Ready": "True"}));
        let mut diagnostics = Diagnostics::new();
        let read = upgrade(model, written.to_string().as_bytes(), &mut diagnostics);
        prop_assert!(diagnostics.iter().next().is_none(), "{:?}", diagnostics);
        prop_assert_eq!(&read, &state);
        let again = super::plan(model, platform, &read, &config).planned;
        prop_assert_eq!(&again, &state);
        Ok(())
    });
}

#[test]
fn a_damaged_state_is_an_error() {
    for kind in crate::kinds::KINDS {
        for damaged in ["", "[", r#"{"labels": 1}"#, r#"{"name": {}}"#] {
            let mut diagnostics = Diagnostics::new();
            let read = upgrade(
                &ResourceType::of(kind),
                damaged.as_bytes(),
                &mut diagnostics,
            );
            assert!(read.is_null() && diagnostics.has_errors(), "{damaged}");
        }
    }
}
