//! A field that is a map in one release and a list of named objects in another has one declaration.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::acme;
use super::bad_input::{config, errors};
use crate::api::JsonSchema;
use crate::resource::plan::planner::plan;
use crate::resource::spec::decode::{Mode, decode};
use crate::resource::spec::encode::{encode, encode_for};
use crate::resource::spec::names::Target;
use crate::resource::state::private::Private;
use crate::resource::validate::configuration::validate;
use crate::resource::{Kind, PlanRequest, ResourceType};
use crate::schema::{Diagnostics, Spec};
use crate::value::Value;

#[derive(Spec)]
struct Network {
    /// Subnets.
    #[spec(was_map = "name")]
    subnets: Option<Vec<Subnet>>,
    /// Users.
    #[spec(was_list = "name")]
    users: Option<BTreeMap<String, User>>,
}

#[derive(Spec)]
struct Subnet {
    /// Name.
    name: String,
    /// Range.
    cidr: Option<String>,
    /// Routes.
    #[spec(was_map = "target")]
    routes: Option<Vec<Route>>,
}

#[derive(Spec)]
struct Route {
    /// Target.
    target: String,
    /// Gateway.
    via: Option<String>,
}

#[derive(Spec)]
struct User {
    /// Role.
    role: Option<String>,
}

static NETWORK: LazyLock<ResourceType> = LazyLock::new(|| {
    ResourceType::of(&Kind {
        type_name: "hikube_network",
        title: "network",
        spec: Network::block,
        ..Kind::new(&crate::lifecycle::Application)
    })
});

/// The schemas of a release with the current shapes, and of one with the former.
fn releases() -> [JsonSchema; 2] {
    let text = json!({"type": "string"});
    let list = |key: &str, mut fields: Json| {
        fields[key] = text.clone();
        json!({"type": "array", "default": [],
            "items": {"type": "object", "properties": fields, "required": [key]}})
    };
    let map = |fields: Json| {
        json!({"type": "object", "default": {},
            "additionalProperties": {"type": "object", "properties": fields}})
    };
    let of = |subnets: Json, users: Json| {
        let schema = json!({"type": "object", "properties": {"subnets": subnets, "users": users}});
        serde_json::from_value(schema).expect("a schema")
    };
    let route = json!({"via": text});
    let user = json!({"role": text});
    let subnet = |routes: Json| json!({"cidr": text, "routes": routes});
    [
        of(
            list("name", subnet(list("target", route.clone()))),
            map(user.clone()),
        ),
        of(map(subnet(map(route))), list("name", user)),
    ]
}

fn read(spec: &Map<String, Json>, prior: &Value, live: Option<&JsonSchema>) -> Value {
    let mut diagnostics = Diagnostics::new();
    let read = decode(
        &NETWORK.spec,
        spec,
        prior,
        live,
        Mode::Drift,
        &mut diagnostics,
    );
    assert_eq!(diagnostics, Diagnostics::new());
    read.value
}

fn written(
    values: &Value,
    prior: &Value,
    stored: Map<String, Json>,
    live: &JsonSchema,
) -> Map<String, Json> {
    encode(&NETWORK.spec, values, prior, stored, Some(live))
}

fn spec(json: Json) -> Map<String, Json> {
    json.as_object().cloned().expect("an object")
}

fn network(given: &str) -> Value {
    let config = config(&NETWORK, given);
    let names = NETWORK.spec.attributes.iter();
    Value::map(names.map(|attribute| {
        let value = config.attribute(&attribute.name).clone();
        (attribute.name.clone(), value)
    }))
}

/// Networks with any number of subnets, in any order.
fn networks() -> impl Strategy<Value = Value> {
    let text = || proptest::option::of("[a-z]{1,3}");
    let routes = btree_map("[a-z]{1,2}", text(), 0..3);
    let subnets = btree_map("[a-z]{1,2}", (text(), proptest::option::of(routes)), 0..4);
    let subnets = subnets
        .prop_map(|all| all.into_iter().collect::<Vec<_>>())
        .prop_shuffle();
    let users = btree_map("[a-z]{1,2}", text(), 0..4);
    (subnets, proptest::option::of(users)).prop_map(|(subnets, users)| {
        let subnets = subnets.into_iter().map(|(name, (cidr, routes))| {
            let routes = routes.map(|routes| {
                let routes = routes.into_iter().rev();
                let routes = routes.map(|(target, via)| json!({"target": target, "via": via}));
                routes.collect::<Vec<_>>()
            });
            json!({"name": name, "cidr": cidr, "routes": routes})
        });
        let users = users.map(|users| {
            let users = users.into_iter();
            users
                .map(|(name, role)| (name, json!({"role": role})))
                .collect::<Map<_, _>>()
        });
        let given = json!({"subnets": subnets.collect::<Vec<_>>(), "users": users});
        network(&given.to_string())
    })
}

fn is_of(schema: &JsonSchema, json: &Json) -> bool {
    match &*schema.kind {
        "array" => json.as_array().is_some_and(|items| {
            items.iter().all(|item| {
                schema
                    .items
                    .as_deref()
                    .is_some_and(|inner| is_of(inner, item))
            })
        }),
        "object" => json.as_object().is_some_and(|fields| {
            fields.iter().all(|(name, field)| {
                let entry = schema.additional_properties.as_deref();
                schema
                    .properties
                    .get(name)
                    .or(entry)
                    .is_some_and(|inner| is_of(inner, field))
            })
        }),
        _ => json.is_string(),
    }
}

proptest! {
    #[test]
    fn what_is_written_in_either_shape_is_read_as_it_was(values in networks()) {
        for live in releases() {
            let stored = written(&values, &Value::Null, Map::new(), &live);
            prop_assert!(is_of(&live, &Json::Object(stored.clone())), "{:?}", stored);
            prop_assert_eq!(&read(&stored, &values, Some(&live)), &values);
            prop_assert_eq!(&read(&stored, &values, None), &values);
            let again = written(&values, &values, stored.clone(), &live);
            prop_assert_eq!(again, stored);
        }
    }

    /// An upgrade of the platform that changes a shape does not change the state.
    #[test]
    fn another_shape_is_no_drift(values in networks()) {
        let releases = releases();
        for [from, to] in [[0, 1], [1, 0]].map(|places| places.map(|place: usize| &releases[place])) {
            let upgraded = written(&values, &Value::Null, Map::new(), to);
            prop_assert_eq!(&read(&upgraded, &values, Some(to)), &values);
            prop_assert_eq!(&read(&upgraded, &values, None), &values);
            let before = written(&values, &Value::Null, Map::new(), from);
            prop_assert_ne!(before.get("subnets"), upgraded.get("subnets"));
        }
    }
}

#[test]
fn what_others_keep_in_an_entry_stays_with_it() {
    let [_, former] = releases();
    let before =
        network(r#"{"subnets": [{"name": "b"}, {"name": "a", "cidr": "x"}], "users": {"u": {}}}"#);
    let after = network(
        r#"{"subnets": [{"name": "c"}, {"name": "b"}, {"name": "a", "cidr": "y"}], "users": {"t": {}, "u": {}}}"#,
    );
    let stored = spec(json!({
        "subnets": {"a": {"cidr": "x", "other": 1}, "b": {"other": 2}},
        "users": [{"name": "u", "other": 3}],
    }));
    let expected = spec(json!({
        "subnets": {"a": {"cidr": "y", "other": 1}, "b": {"other": 2}, "c": {}},
        "users": [{"name": "u", "other": 3}, {"name": "t"}],
    }));
    assert_eq!(written(&after, &before, stored, &former), expected);
}

#[test]
fn without_a_schema_the_plan_or_the_stored_object_decides_the_shape() {
    let values = network(r#"{"subnets": [{"name": "a"}]}"#);
    let send = |renamed: Option<&BTreeSet<String>>, stored: Json| {
        let target = Target {
            live: None,
            renamed,
        };
        encode_for(target, &NETWORK.spec, &values, &Value::Null, spec(stored))
    };
    let (list, map) = (json!([{"name": "a"}]), json!({"a": {}}));
    for (stored, expected) in [(json!([]), &list), (json!({}), &map)] {
        let sent = send(None, json!({"subnets": stored})).expect("a shape");
        assert_eq!(&sent["subnets"], expected);
    }
    assert_eq!(send(None, json!({})), Err(vec!["subnets".to_owned()]));
    for (live, expected) in releases().iter().zip([&list, &map]) {
        let planned = plan(
            &NETWORK,
            &PlanRequest {
                prior: &Value::Null,
                config: &config(&NETWORK, r#"{"subnets": [{"name": "a"}]}"#),
                private: &[],
                namespace: &acme(),
                stores_credentials: true,
                protects_from_deletion: false,
                is_applying: false,
                live: Some(live),
            },
        );
        assert_eq!(errors(&planned.diagnostics), []);
        let renamed = Private::read(&planned.private).renamed.expect("a note");
        assert_eq!(
            &send(Some(&renamed), json!({})).expect("a shape")["subnets"],
            expected
        );
    }
}

#[test]
fn the_items_of_what_was_a_map_have_different_names() {
    let twice = config(
        &NETWORK,
        r#"{"subnets": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}"#,
    );
    let found = errors(&validate(&NETWORK, &twice));
    let message = "`a` is used more than once in `subnets`: each `name` must be unique.";
    assert_eq!(found, [("subnets[2].name".to_owned(), message.to_owned())]);
}
