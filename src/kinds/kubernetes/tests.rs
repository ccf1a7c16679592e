use serde_json::{Value as Json, json};

use super::KIND;
use crate::kinds::expectations::{accepted, refused, warned};

#[test]
fn min_replicas_is_not_above_max_replicas() {
    let group = |least: Json, most: Json| {
        let group = json!({ "min_replicas": least, "max_replicas": most });
        json!({ "node_groups": { "a": group } })
    };
    accepted(&KIND, &group(json!(2), json!(2)));
    accepted(&KIND, &group(json!(20), json!("?")));
    refused(&KIND, &group(json!(3), json!(2)), "which is 2.");
    refused(
        &KIND,
        &group(json!(11), Json::Null),
        "which is 10, the default",
    );
}

#[test]
fn an_addon_requires_the_addon_it_builds_on() {
    let on = json!({ "enabled": true });
    let addons = |one: &str, other: Json| json!({ "addons": { "hami": on, one: other } });
    accepted(&KIND, &addons("gpu_operator", on.clone()));
    accepted(&KIND, &addons("gpu_operator", json!({ "enabled": "?" })));
    refused(
        &KIND,
        &addons("gpu_operator", json!({})),
        "`gpu_operator.enabled`",
    );
    let ouroboros = json!({ "addons": { "ouroboros": { "enabled": true } } });
    refused(&KIND, &ouroboros, "`ingress_nginx.enabled`");
}

#[test]
fn a_custom_oidc_configuration_has_one_source() {
    let oidc =
        |custom: Json| json!({ "oidc": { "mode": "CustomConfig", "custom_config": custom } });
    let named = json!({ "name": "a" });
    accepted(&KIND, &oidc(json!({ "config": "a" })));
    accepted(&KIND, &oidc(json!({ "config": "?", "secret_ref": named })));
    refused(&KIND, &oidc(Json::Null), "neither");
    refused(
        &KIND,
        &oidc(json!({ "config": "", "secret_ref": {} })),
        "neither",
    );
    refused(
        &KIND,
        &oidc(json!({ "config": "a", "secret_ref": named })),
        "both",
    );
}

#[test]
fn oidc_flags_conflict_with_oidc_mode() {
    let cluster = |mode: Json| {
        let api_server = json!({ "extra_args": ["?", "--oidc-client-id=a"] });
        json!({ "oidc": { "mode": mode }, "control_plane": { "api_server": api_server } })
    };
    accepted(&KIND, &cluster(json!("None")));
    accepted(&KIND, &cluster(json!("?")));
    refused(&KIND, &cluster(json!("System")), "`--oidc-client-id`");
}

#[test]
fn node_resources_override_the_instance_type() {
    let group = |instance_type: Json| {
        let resources = json!({ "cpu": "2", "memory": "4Gi" });
        let group = json!({ "instance_type": instance_type, "resources": resources });
        json!({ "node_groups": { "a": group } })
    };
    accepted(&KIND, &group(json!("")));
    accepted(&KIND, &group(Json::Null));
    warned(&KIND, &group(json!("u1.large")), "`u1.large`");
}

#[test]
fn gpus_require_the_gpu_operator() {
    let cluster = |operator: Json| {
        let groups = json!({ "a": { "gpus": [{ "name": "nvidia.com/AD102GL_L40S" }] } });
        json!({ "node_groups": groups, "addons": { "gpu_operator": operator } })
    };
    accepted(&KIND, &cluster(json!({ "enabled": true })));
    accepted(&KIND, &cluster(json!({ "enabled": "?" })));
    warned(&KIND, &cluster(Json::Null), "`gpu_operator`");
    let off = json!({ "enabled": false });
    warned(&KIND, &cluster(off), "group `a`");
}

#[test]
fn ingress_nginx_requires_nodes_with_its_role() {
    let cluster = |groups: Json| {
        let addons = json!({ "ingress_nginx": { "enabled": true } });
        json!({ "node_groups": groups, "addons": addons })
    };
    for good in [
        // The platform's own group has the role.
        Json::Null,
        json!({ "a": { "roles": ["ingress-nginx"] } }),
        json!({ "a": { "roles": ["?"] } }),
        json!({ "a": "?" }),
    ] {
        accepted(&KIND, &cluster(good));
    }
    let without = cluster(json!({ "a": {} }));
    warned(&KIND, &without, "roles = [\"ingress-nginx\"]");
}
