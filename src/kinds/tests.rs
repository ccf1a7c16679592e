mod meant;

use serde_json::{Value as Json, json};

use super::KINDS;
use crate::schema::{Block, Choices, Diagnostics, Shape, check};
use crate::value::Value;

/// The messages for a configuration of a kind. The text `?` stands for what is not yet known.
fn messages(type_name: &str, config: &Json) -> Vec<String> {
    let kind = KINDS
        .iter()
        .find(|kind| kind.type_name == type_name)
        .expect("a known kind");
    let mut diagnostics = Diagnostics::new();
    let object = (kind.spec)();
    check(
        &object,
        &value(&Shape::Object(object.clone()), config),
        &mut diagnostics,
    );
    diagnostics
        .iter()
        .map(|message| message.detail.clone())
        .collect()
}

fn value(shape: &Shape, json: &Json) -> Value {
    match (shape, json) {
        (_, Json::Null) => Value::Null,
        (_, Json::String(text)) if text == "?" => Value::Unknown,
        (_, Json::String(text)) => Value::from(text.clone()),
        (_, Json::Bool(flag)) => Value::from(*flag),
        (_, Json::Number(number)) => Value::from(number.as_i64()),
        (Shape::List(element), Json::Array(items)) => {
            Value::List(items.iter().map(|item| value(element, item)).collect())
        }
        (Shape::Set(element), Json::Array(items)) => {
            Value::set(items.iter().map(|item| value(element, item)))
        }
        (Shape::Map(element), Json::Object(entries)) => Value::map(
            entries
                .iter()
                .map(|(key, entry)| (key, value(element, entry))),
        ),
        (Shape::Object(object), Json::Object(entries)) => {
            Value::map(entries.iter().map(|(name, entry)| {
                let attribute = object.attribute(name).expect("a declared attribute");
                (name, value(&attribute.shape, entry))
            }))
        }
        _ => panic!("{json} is no {shape:?}"),
    }
}

#[track_caller]
fn refused(type_name: &str, config: &Json, word: &str) {
    let messages = messages(type_name, config);
    assert!(
        matches!(&messages[..], [one] if one.contains(word)),
        "{messages:?}"
    );
}

#[track_caller]
fn accepted(type_name: &str, config: &Json) {
    assert_eq!(messages(type_name, config), Vec::<String>::new());
}

#[test]
fn a_disk_has_one_source_or_none() {
    let disk = |source: Json| json!({ "source": source });
    accepted("hikube_vm_disk", &json!({}));
    accepted("hikube_vm_disk", &disk(json!({ "upload": {} })));
    accepted(
        "hikube_vm_disk",
        &disk(json!({ "image": "?", "http": "?" })),
    );
    refused("hikube_vm_disk", &disk(json!({})), "leave `source` out");
    refused(
        "hikube_vm_disk",
        &disk(json!({ "upload": {}, "disk": { "name": "a" } })),
        "exclude",
    );
}

#[test]
fn a_machine_without_a_type_is_sized_wholly() {
    let vm = |resources: Json| json!({ "instance_type": "", "resources": resources });
    accepted(
        "hikube_vm",
        &vm(json!({ "cpu": "2", "sockets": "?", "memory": "4Gi" })),
    );
    accepted("hikube_vm", &vm(json!("?")));
    // Which of the others are needed, only the platform's release tells.
    accepted("hikube_vm", &vm(json!({ "memory": "4Gi" })));
    refused(
        "hikube_vm",
        &vm(json!({ "cpu": "2", "sockets": "1" })),
        "`resources.memory`",
    );
    refused("hikube_vm", &vm(Json::Null), "`resources.memory`");
}

#[test]
fn a_machine_attaches_a_disk_once() {
    let vm = |names: &[&str]| {
        let disks: Vec<Json> = names.iter().map(|name| json!({ "name": name })).collect();
        json!({ "disks": disks })
    };
    accepted("hikube_vm", &vm(&["a", "b", "?", "?"]));
    refused(
        "hikube_vm",
        &vm(&["a", "b", "a"]),
        "`disks[2]` and `disks[0]`",
    );
}

#[test]
fn postgres_waits_for_fewer_followers_than_it_has() {
    let quorum = |replicas: Json, least: i64, most: i64| {
        let quorum = json!({ "min_sync_replicas": least, "max_sync_replicas": most });
        json!({ "replicas": replicas, "quorum": quorum })
    };
    accepted("hikube_postgres", &quorum(json!(3), 1, 2));
    accepted("hikube_postgres", &quorum(json!(1), 0, 0));
    accepted("hikube_postgres", &quorum(json!("?"), 1, 7));
    refused(
        "hikube_postgres",
        &quorum(Json::Null, 0, 2),
        "Set it to 1 at most",
    );
    refused(
        "hikube_postgres",
        &quorum(json!(3), 2, 1),
        "Lower the first",
    );
}

#[test]
fn postgres_refuses_users_the_platform_refuses() {
    accepted(
        "hikube_postgres",
        &json!({ "users": { "app-1": {}, "a.b_c": "?" } }),
    );
    refused(
        "hikube_postgres",
        &json!({ "users": { "postgres": {} } }),
        "Choose another name",
    );
    refused(
        "hikube_postgres",
        &json!({ "users": { "a b": {} } }),
        "letters, digits, `-`, `_` and `.`",
    );
}

#[test]
fn a_restore_says_from_what() {
    let bootstrap = |old_name: Json| json!({ "enabled": true, "old_name": old_name });
    accepted(
        "hikube_postgres",
        &json!({ "bootstrap": bootstrap(json!("?")) }),
    );
    accepted(
        "hikube_postgres",
        &json!({ "bootstrap": { "enabled": false } }),
    );
    refused(
        "hikube_postgres",
        &json!({ "bootstrap": bootstrap(json!("")) }),
        "`old_name`",
    );
    let both =
        json!({ "bootstrap": bootstrap(json!("a")), "backup": { "use_system_bucket": true } });
    refused("hikube_postgres", &both, "use_system_bucket");
}

#[test]
fn a_node_group_grows_from_min_to_max() {
    let group = |least: Json, most: Json| {
        let group = json!({ "min_replicas": least, "max_replicas": most });
        json!({ "node_groups": { "a": group } })
    };
    accepted("hikube_kubernetes", &group(json!(2), json!(2)));
    accepted("hikube_kubernetes", &group(json!(20), json!("?")));
    refused(
        "hikube_kubernetes",
        &group(json!(3), json!(2)),
        "`max_replicas` is 2",
    );
    refused(
        "hikube_kubernetes",
        &group(json!(11), Json::Null),
        "left out and so is 10",
    );
}

#[test]
fn an_addon_has_what_it_needs() {
    let on = json!({ "enabled": true });
    let addons = |one: &str, other: Json| json!({ "addons": { "hami": on, one: other } });
    accepted("hikube_kubernetes", &addons("gpu_operator", on.clone()));
    accepted(
        "hikube_kubernetes",
        &addons("gpu_operator", json!({ "enabled": "?" })),
    );
    refused(
        "hikube_kubernetes",
        &addons("gpu_operator", json!({})),
        "`gpu_operator`",
    );
    let ouroboros = json!({ "addons": { "ouroboros": { "enabled": true } } });
    refused("hikube_kubernetes", &ouroboros, "`ingress_nginx`");
}

#[test]
fn a_custom_oidc_configuration_is_given_once() {
    let oidc =
        |custom: Json| json!({ "oidc": { "mode": "CustomConfig", "custom_config": custom } });
    let named = json!({ "name": "a" });
    accepted("hikube_kubernetes", &oidc(json!({ "config": "a" })));
    accepted(
        "hikube_kubernetes",
        &oidc(json!({ "config": "?", "secret_ref": named })),
    );
    refused("hikube_kubernetes", &oidc(Json::Null), "neither");
    refused(
        "hikube_kubernetes",
        &oidc(json!({ "config": "", "secret_ref": {} })),
        "neither",
    );
    refused(
        "hikube_kubernetes",
        &oidc(json!({ "config": "a", "secret_ref": named })),
        "both",
    );
}

#[test]
fn oidc_is_configured_one_way() {
    let cluster = |mode: Json| {
        let api_server = json!({ "extra_args": ["?", "--oidc-client-id=a"] });
        json!({ "oidc": { "mode": mode }, "control_plane": { "api_server": api_server } })
    };
    accepted("hikube_kubernetes", &cluster(json!("None")));
    accepted("hikube_kubernetes", &cluster(json!("?")));
    refused(
        "hikube_kubernetes",
        &cluster(json!("System")),
        "`--oidc-client-id`",
    );
}

/// A default that its declaration refuses, or a pattern that does not compile, is a mistake.
#[test]
fn every_default_fits_its_declaration() {
    for kind in KINDS {
        defaults_fit(&(kind.spec)(), kind.type_name);
    }
}

fn defaults_fit(object: &Block, path: &str) {
    for attribute in &object.attributes {
        let path = format!("{path}.{}", attribute.name);
        let name = &*attribute.name;
        if let Some(default) = &attribute.default
            && default != ""
        {
            let one = Block {
                attributes: vec![attribute.clone()],
                ..Block::default()
            };
            let mut diagnostics = Diagnostics::new();
            let config = Value::map([(name, value(&attribute.shape, default))]);
            check(&one, &config, &mut diagnostics);
            assert!(!diagnostics.has_errors(), "{path}: {diagnostics:?}");
        }
        if let Shape::Text(text) = &attribute.shape {
            if let Some((pattern, _)) = text.pattern {
                assert!(
                    regex_lite::Regex::new(&format!("^(?:{pattern})$")).is_ok(),
                    "{path}: {pattern}"
                );
            }
            let is_listed = |default: &str| text.choices.contains(default);
            let has_choices = text.choices != Choices::default();
            let default = attribute.default.as_ref().and_then(Json::as_str);
            assert!(!has_choices || default.is_none_or(is_listed), "{path}");
        }
        if let Some(nested) = attribute.shape.nested() {
            defaults_fit(nested, &path);
        }
    }
}

/// Maps whose keys are names to the platform's users alone; their own rules check them.
const FREE_KEYS: &[&str] = &["labels", "annotations"];

/// A key that becomes a name on the platform and cannot be one makes an object that no later run gets rid of.
#[test]
fn every_map_says_what_its_keys_may_be() {
    for kind in KINDS {
        let model = &crate::resource::ResourceType::of(kind);
        let mut without = Vec::new();
        maps_without_keys(&model.schema, "", &mut without);
        without.retain(|path| !FREE_KEYS.contains(&path.as_str()));
        assert_eq!(without, Vec::<String>::new(), "{}", kind.type_name);
    }
}

fn maps_without_keys(object: &Block, at: &str, without: &mut Vec<String>) {
    let configurable = object.attributes.iter().filter(|a| a.is_configurable());
    for attribute in configurable {
        let path = format!("{at}{}", attribute.name);
        let has_keys = match attribute.keys {
            Some(keys) => {
                assert!(regex_lite::Regex::new(keys.pattern).is_ok(), "{path}");
                assert!(matches!(attribute.shape, Shape::Map(_)), "{path}: no map");
                true
            }
            None => false,
        };
        if matches!(attribute.shape, Shape::Map(_)) && !has_keys {
            without.push(path.clone());
        }
        if let Some(nested) = attribute.shape.nested() {
            maps_without_keys(nested, &format!("{path}."), without);
        }
    }
}

/// An output that follows from an attribute that is not there would never become unknown.
#[test]
fn outputs_follow_from_declared_attributes() {
    for kind in KINDS {
        let spec = (kind.spec)();
        for output in kind.outputs.declared() {
            for name in output.unknown_when_changed {
                let is_declared = spec.attribute(name).is_some();
                assert!(is_declared, "{}.{}: {name}", kind.type_name, output.name);
            }
        }
    }
}
