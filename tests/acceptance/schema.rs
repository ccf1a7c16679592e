//! The schema of the provider: a resource and a data source for each kind, and a description for every attribute.

use hikube::catalogue::CATALOGUES;
use hikube::kinds::{DATA_SOURCES, KINDS};
use serde_json::Value;

use crate::harness::Workspace;

fn schema() -> Value {
    let space = Workspace::without_platform();
    let ran = space.write("").run(&["providers", "schema", "-json"]).ok();
    let start = ran.text.find('{').expect("JSON");
    let all: Value = serde_json::from_str(&ran.text[start..]).expect("JSON");
    let of = all["provider_schemas"].as_object().expect("providers");
    let ours = of.iter().find(|(name, _)| name.ends_with("/hikube/hikube"));
    ours.expect("this provider").1.clone()
}

/// The paths of attributes without a description.
fn bare(attributes: &Value, path: &str, found: &mut Vec<String>) {
    for (name, attribute) in attributes.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        let nested = &attribute["nested_type"]["attributes"];
        if attribute["description"]
            .as_str()
            .is_none_or(|text| text.len() < 10)
        {
            found.push(path.clone());
        }
        bare(nested, &path, found);
    }
}

#[test]
fn every_kind_is_there_with_every_attribute_described() {
    let schema = schema();
    for place in ["resource_schemas", "data_source_schemas"] {
        let kinds = schema[place].as_object().expect("kinds");
        let mut names: Vec<&str> = kinds.keys().map(String::as_str).collect();
        names.sort_unstable();
        let only_read = DATA_SOURCES
            .iter()
            .filter(|_| place == "data_source_schemas");
        let kinds_here = KINDS.iter().chain(only_read);
        let entries = KINDS.iter().flat_map(|kind| kind.entries);
        let entries = entries.filter(|_| place == "resource_schemas");
        let entries = entries.map(|entry| entry.type_name);
        let names_here = kinds_here.map(|kind| kind.type_name).chain(entries);
        let mut expected: Vec<&str> = names_here.collect();
        expected.push("hikube_app");
        let lists = CATALOGUES.iter().map(|list| list.type_name);
        expected.extend(lists.filter(|_| place == "data_source_schemas"));
        expected.sort_unstable();
        assert_eq!(names, expected, "{place}");
        for (name, kind) in kinds {
            assert!(
                kind["block"]["description"]
                    .as_str()
                    .is_some_and(|text| text.len() > 20)
            );
            let mut without = Vec::new();
            bare(&kind["block"]["attributes"], name, &mut without);
            assert!(without.is_empty(), "{place}: {without:?}");
        }
    }
}

#[test]
fn the_provider_block_has_every_way_to_connect() {
    let schema = schema();
    let attributes = &schema["provider"]["block"]["attributes"];
    for name in [
        "kubeconfig",
        "kubeconfig_path",
        "context",
        "host",
        "token",
        "cluster_ca_certificate",
        "client_certificate",
        "client_key",
        "tls_server_name",
        "insecure",
        "proxy_url",
        "exec",
        "namespace",
    ] {
        assert_eq!(attributes[name]["optional"], true, "{name}");
    }
    for secret in ["kubeconfig", "token", "client_key"] {
        assert_eq!(attributes[secret]["sensitive"], true, "{secret}");
    }
    let mut without = Vec::new();
    bare(attributes, "provider", &mut without);
    assert!(without.is_empty(), "{without:?}");
}

/// Outputs and settings that every resource has are the same.
#[test]
fn every_resource_has_what_all_have() {
    let schema = schema();
    for declared in KINDS {
        let kind = declared.type_name;
        let resource = &schema["resource_schemas"][kind]["block"]["attributes"];
        let is_named = declared.adopted.is_none();
        let usage = if is_named { "required" } else { "optional" };
        assert_eq!(resource["name"][usage], true, "{kind}");
        for name in ["labels", "annotations", "timeouts", "wait_for", "namespace"] {
            assert_eq!(resource[name]["optional"], true, "{kind}.{name}");
        }
        let data = &schema["data_source_schemas"][kind]["block"]["attributes"];
        for name in ["id", "ready"] {
            assert_eq!(resource[name]["computed"], true, "{kind}.{name}");
            assert_eq!(data[name]["computed"], true, "{kind}.{name}");
        }
        for status in declared.lifecycle.status().attributes {
            let name = &*status.name;
            assert!(resource.get(name).is_none(), "{kind}.{name}");
            assert_eq!(data[name]["computed"], true, "{kind}.{name}");
        }
        assert_eq!(data["conditions"]["computed"], true, "{kind}");
    }
    let tenant = &schema["resource_schemas"]["hikube_tenant"]["block"]["attributes"];
    assert_eq!(tenant["status_namespace"]["computed"], true);
}
