//! Drift is shown only at the changed attribute, and equivalent values are not drift.
use crate::resource::observe::observed::Observed;
use crate::resource::resource_type::ResourceType;
use crate::resource::state::reported::state_after_apply;
use proptest::collection;
use proptest::prelude::*;
use proptest::sample::Index;

use super::changes::changes;
use super::configurations::configurations;
use super::hold;
use super::imports::given_plainly;
use super::platform::Platform;
use crate::schema::Shape;
use crate::value::Value;

fn inputs(model: &'static ResourceType, platform: &Platform) -> BoxedStrategy<(Value, Vec<Index>)> {
    let places = collection::vec(any::<Index>(), 6);
    (configurations(model, platform), places).boxed()
}

#[test]
fn drift_shows_where_it_is() {
    hold(20, inputs, |model, platform, (config, places)| {
        // Drift of a write-only secret is not detected.
        let config = given_plainly(&Shape::Object(model.schema.clone()), &config);
        let planned = super::plan(model, platform, &Value::Null, &config).planned;
        let mut object = platform.shown(platform.created(model, &config), &planned);
        let state = state_after_apply(model, &planned, &Observed::alone(object.clone()));
        let possible = changes(&model.spec, &platform.schema, &object.spec);
        if possible.is_empty() {
            return Ok(());
        }
        for place in places {
            let change = place.get(&possible);
            object.spec = change.spec.clone();
            let differ = |read: &Value| -> Vec<&str> {
                // Outputs depend on the spec and are not drift.
                let is_output = |name: &&str| model.outputs.iter().any(|one| one.name == *name);
                let names = model.schema.attributes.iter().map(|a| &*a.name);
                names
                    .filter(|name| !is_output(name))
                    .filter(|name| read.attribute(name) != state.attribute(name))
                    .collect()
            };
            let expected: Vec<_> = change
                .counts
                .then_some(&*change.attribute)
                .into_iter()
                .collect();
            let read = platform.read_with_schema(model, &state, &object);
            prop_assert_eq!(differ(&read), expected.clone(), "{:?}", change.spec);
            // With only the declaration, the default of one release may be taken for that of another; other values are
            // not.
            let read = differ(&platform.read(model, &state, &object));
            let is_blind = platform.release != "1.6" && read.is_empty();
            prop_assert!(
                is_blind || read == expected,
                "{:?}: {:?}",
                read,
                change.spec
            );
        }
        Ok(())
    });
}
