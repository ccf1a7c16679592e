//! Dependents that exist or not: Secrets, Services, and the metadata of a tenant's namespace.
use crate::resource::declaration::dependent::Dependent;
use crate::resource::observe::observed::{FoundDependent, Observed};
use crate::resource::read::refresh::{decode_spec, state_read};
use crate::resource::resource_type::ResourceType;
use crate::resource::state::private::Private;
use crate::resource::state::reported::state_after_apply;
use std::collections::BTreeMap;

use proptest::collection;
use proptest::prelude::*;

use super::configurations::configurations;
use super::consistency::{assert_object_compatible, assert_wholly_known};
use super::{hold, plan};
use crate::api::{Object, Secret, Service};
use crate::schema::Diagnostics;
use crate::value::Value;

/// The result of reading a dependent.
#[derive(Clone, Copy, Debug)]
enum Presence {
    Whole,
    /// It exists and is empty.
    Empty,
    Absent,
    /// It is forbidden.
    Hidden,
}

fn presences() -> impl Strategy<Value = Vec<Presence>> {
    let one = prop_oneof![
        4 => Just(Presence::Whole),
        1 => Just(Presence::Empty),
        2 => Just(Presence::Absent),
        1 => Just(Presence::Hidden),
    ];
    collection::vec(one, 8)
}

fn found(part: &Dependent, presence: Presence) -> FoundDependent {
    let is_whole = matches!(presence, Presence::Whole);
    match (part, presence) {
        (_, Presence::Hidden) => FoundDependent::Hidden,
        (Dependent::Secret { .. }, Presence::Absent) => FoundDependent::Secret(None),
        (Dependent::Address { .. }, Presence::Absent) => FoundDependent::Service(None),
        (Dependent::VmAddress { .. }, Presence::Absent) => FoundDependent::VmAddress(None),
        (Dependent::Tenant { .. }, Presence::Absent) => FoundDependent::Tenant(None),
        (Dependent::Object { .. }, Presence::Absent) => FoundDependent::Hidden,
        (Dependent::Object { name, .. }, _) => FoundDependent::Object(Box::new(Object {
            name: name.clone(),
            ..Object::default()
        })),
        (Dependent::Secret { keys, .. }, _) => {
            let texts = keys.iter().filter(|_| is_whole);
            let texts = texts.map(|key| (key.clone(), format!("of {key}")));
            FoundDependent::Secret(Some(Secret::of(texts.collect())))
        }
        (Dependent::Address { .. }, _) => FoundDependent::Service(Some(Service {
            addresses: is_whole
                .then(|| "203.0.113.7".to_owned())
                .into_iter()
                .collect(),
            ports: vec![22, 443],
        })),
        (Dependent::VmAddress { .. }, _) => {
            FoundDependent::VmAddress(is_whole.then(|| "10.244.0.7".to_owned()))
        }
        (Dependent::Tenant { .. }, _) => {
            let host = ("host".to_owned(), "acme.example.org".to_owned());
            FoundDependent::Tenant(Some(BTreeMap::from_iter(is_whole.then_some(host))))
        }
    }
}

fn seen(model: &ResourceType, object: Object, presences: &[Presence]) -> Observed {
    let parts = (model.dependents)(&object);
    let mut seen = Observed::alone(object);
    seen.stores_credentials = true;
    for (part, presence) in parts.into_iter().zip(presences.iter().cycle()) {
        let found = found(&part, *presence);
        seen.add(part, found);
    }
    seen
}

/// With any existing dependents, an apply is consistent with the plan, a read after it changes nothing, and the next
/// plan is empty.
#[test]
fn a_create_is_applied_as_planned_with_any_dependents() {
    let inputs = |model: &'static ResourceType, platform: &_| {
        (configurations(model, platform), presences()).boxed()
    };
    hold(10, inputs, |model, platform, (config, presences)| {
        let planned = plan(model, platform, &Value::Null, &config).planned;
        let object = platform.shown(platform.created(model, &config), &planned);
        let seen = seen(model, object.clone(), &presences);
        let state = state_after_apply(model, &planned, &seen);
        prop_assert_eq!(assert_wholly_known(&state), Vec::<String>::new());
        let problems = assert_object_compatible(&planned, &state);
        prop_assert_eq!(problems, Vec::<String>::new());
        let messages = &mut Diagnostics::new();
        let read = decode_spec(model, &object, &state, Some(&platform.schema), messages);
        let refreshed = state_read(model, &state, &read, &seen, &Private::default());
        prop_assert_eq!(&refreshed, &state);
        prop_assert_eq!(&plan(model, platform, &state, &config).planned, &state);
        Ok(())
    });
}
