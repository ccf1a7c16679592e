//! Each mistake in a spec is an error at its attribute, with what to do about it.

use super::bad_input::{config, errors, model, refused, rows};
use super::platform::Platform;
use crate::resource::validate::configuration::validate;
use crate::schema::Severity;
use crate::value::Value;

#[test]
fn tenants_and_buckets() {
    refused(
        "hikube_tenant",
        r#"
        {"resource_quotas": {"cpu": "1GB"}}  | resource_quotas["cpu"] | `10Gi`, got `1GB`
        {"resource_quotas": {"cpu": ""}}     | resource_quotas["cpu"] | an amount
        {"resource_quotas": {"cpu": "ten"}}  | resource_quotas["cpu"] | Ki, Mi, Gi
        {"resource_quotas": {"cpu": "1 Gi"}} | resource_quotas["cpu"] | an amount
        {"resource_quotas": {"cpu": null}}   | resource_quotas["cpu"] | must not be null
        "#,
    );
    refused(
        "hikube_bucket",
        r#"{"users": {"a": null}} | users["a"] | set it to `{}`"#,
    );
}

#[test]
fn disks() {
    refused(
        "hikube_vm_disk",
        r#"
        {"source": {}}                           | source            | Set one of `image`
        {"source": {"image": {}}}                | source.image.name | is required
        {"source": {"http": {"url": "ftp://a"}}} | source.http.url   | `http://` or `https://`
        {"source": {"http": {"url": "https://"}}} | source.http.url  | `http://` or `https://`
        {"source": {"image": {"name": "a"}, "http": {"url": "http://a"}}} | source.http | `http` conflicts with `image`
        {"source": {"disk": {"name": "a"}, "upload": {}}} | source.upload | Remove one of them
        {"storage": "5 Gi"} | storage | an amount
        {"storage": "5GiB"} | storage | got `5GiB`
        "#,
    );
}

#[test]
fn machines() {
    refused(
        "hikube_vm",
        r#"
        {"external_ports": [0]}              | external_ports  | between 1 and 65535, got 0
        {"external_ports": [70000]}          | external_ports  | got 70000
        {"external_ports": [22.5]}           | external_ports  | a whole number
        {"external_ports": [null]}           | external_ports  | must not be null
        {"ssh_keys": [null]}                 | ssh_keys        | must not be null
        {"disks": [{"bus": "sata"}]}         | disks[0].name   | is required
        {"disks": [{"name": "a"}, null]}     | disks[1]        | must not be null
        {"disks": [{"name": "a"}, {"name": "b"}, {"name": "a"}]} | disks[2].name | `disks[2]` and `disks[0]` both name `a`
        {"networks": [{"name": "a"}, {"name": "a"}]} | networks[1].name | attached only once
        {"gpus": [{}]}                       | gpus[0].name    | GPU model
        {"run_strategy": "Halt"}             | run_strategy    | `Always`, `Halted`
        {"run_strategy": "always"}           | run_strategy    | Did you mean `Always`?
        {"external_method": "All"}           | external_method | one of `PortList`, `WholeIP`
        {"instance_type": ""}                | instance_type   | `cpu`, `memory` and `sockets`
        {"running": "false"}                 | running         | Use that instead: `run_strategy = "Halted"`.
        {"running": "true"}                  | running         | `run_strategy = "Always"`
        {"resources": {"cpu": "two"}}        | resources.cpu   | an amount
        "#,
    );
}

#[test]
fn databases() {
    refused(
        "hikube_postgres",
        r#"
        {"replicas": 0}                        | replicas         | at least 1, got 0
        {"replicas": 1.5}                      | replicas         | a whole number
        {"replicas": 1e30}                     | replicas         | a whole number
        {"resources": {"cpu": "1"}}            | resources.cpu    | Set both or neither
        {"resources": {"memory": "1Gi"}}       | resources.memory | requires `cpu`
        {"size": "big"}                        | size             | got `big`
        {"quorum": {"min_sync_replicas": -1}}  | quorum.min_sync_replicas | at least 0
        {"quorum": {"min_sync_replicas": 1}}   | quorum.min_sync_replicas | Lower `min_sync_replicas`
        {"quorum": {"max_sync_replicas": 2}}   | quorum.max_sync_replicas | Lower it to 1
        {"users": {"postgres": {}}}            | users["postgres"] | a role managed by the platform
        {"users": {"streaming_replica": {}}}   | users["streaming_replica"] | Choose another name
        {"users": {"public": {}}}              | users["public"]  | reserved by PostgreSQL. Choose
        {"users": {"pg_reader": {}}}           | users["pg_reader"] | starts with `pg_`
        {"users": {"a": null}}                 | users["a"]       | must not be null
        {"databases": {"a": null}}             | databases["a"]   | must not be null
        {"databases": {"a": {"extensions": [null]}}} | databases["a"].extensions | must not be null
        {"backup": {"retention_policy": "30 days"}}  | backup.retention_policy   | such as `30d`
        {"backup": {"retention_policy": "0d"}}       | backup.retention_policy   | `4w` or `6m`
        {"bootstrap": {"enabled": true}}             | bootstrap.old_name | must name the database to restore from
        {"bootstrap": {"enabled": true, "old_name": ""}} | bootstrap.old_name | must name the database to restore from
        {"bootstrap": {"enabled": true, "old_name": "a"}, "backup": {"use_system_bucket": true}} | bootstrap | conflicts with `backup.use_system_bucket`
        "#,
    );
}

#[test]
fn node_groups() {
    refused(
        "hikube_kubernetes",
        r#"
        {"node_groups": {"a": null}}                 | node_groups["a"]              | set it to `{}`
        {"node_groups": {"a": {"min_replicas": 3, "max_replicas": 2}}} | node_groups["a"].min_replicas | `max_replicas`, which is 2.
        {"node_groups": {"a": {"min_replicas": 11}}} | node_groups["a"].min_replicas | `max_replicas`, which is 10, the default
        {"node_groups": {"a": {"min_replicas": -1}}} | node_groups["a"].min_replicas | at least 0
        {"node_groups": {"a": {"ephemeral_storage": "50Gi"}}} | node_groups["a"].ephemeral_storage | `disk_size = "50Gi"`
        {"node_groups": {"a": {"disk_size": "20GB"}}} | node_groups["a"].disk_size   | got `20GB`
        {"node_groups": {"a": {"resources": {"cpu": "2"}}}} | node_groups["a"].resources.cpu | Set both or neither
        {"node_groups": {"a": {"gpus": [null]}}}     | node_groups["a"].gpus[0]      | must not be null
        {"node_groups": {"a": {"max_unhealthy": "half"}}} | node_groups["a"].max_unhealthy | a share such as `50%`
        {"node_groups": {"a": {"node_startup_timeout": "10min"}}} | node_groups["a"].node_startup_timeout | got `10min`
        {"node_groups": {"a": {"kubelet": {"kube_reserved_cpu": "1 core"}}}} | node_groups["a"].kubelet.kube_reserved_cpu | `100m` or `0.5`
        "#,
    );
}

#[test]
fn clusters() {
    refused(
        "hikube_kubernetes",
        r#"
        {"addons": {"velero": {"values_override": "{"}}}    | addons.velero.values_override | line 1, column 1
        {"addons": {"velero": {"values_override": "[1]"}}}  | addons.velero.values_override | such as `jsonencode(
        {"addons": {"velero": {"values_override": "a: 1"}}} | addons.velero.values_override | Use `jsonencode`
        {"addons": {"velero": {"values_override": ""}}}     | addons.velero.values_override | must hold a JSON object
        {"addons": {"hami": {"enabled": true}}}             | addons.hami.enabled | requires `gpu_operator.enabled`
        {"addons": {"ingress_nginx": {"expose_method": "proxied"}}} | addons.ingress_nginx.expose_method | Did you mean `Proxied`?
        {"oidc": {"mode": "CustomConfig"}}                  | oidc.mode | neither is set
        {"oidc": {"mode": "CustomConfig", "custom_config": {"config": "a", "secret_ref": {"name": "b"}}}} | oidc.custom_config | both are set
        {"oidc": {"users": [{"email": "a@b", "role": "root"}]}} | oidc.users[0].role | one of `admin`, `view`
        {"oidc": {"users": [{"role": "view"}]}}             | oidc.users[0].email | is required
        {"oidc": {"mode": "System"}, "control_plane": {"api_server": {"extra_args": ["--oidc-issuer-url=x"]}}} | control_plane | `--oidc-issuer-url`
        {"control_plane": {"replicas": 0}}                  | control_plane.replicas | at least 1
        {"talos": {"version": "1.13"}}                      | talos.version | `v1.13.6`
        {"talos": {"image_factory_url": "https://a/"}}      | talos.image_factory_url | without a trailing slash
        "#,
    );
}

/// A value that a release of the platform does not support is an error at plan, but not offline.
#[test]
fn what_a_release_does_not_know() {
    refused_by(
        "0.41",
        "hikube_bucket",
        r#"{"locking": true} | locking | requires platform 1.1"#,
    );
    refused_by(
        "0.41",
        "hikube_vm",
        r#"
        {"run_strategy": "Manual"} | run_strategy | `Always` or `Halted`
        {"cpu_model": "host"}      | cpu_model    | requires platform 1.1
        "#,
    );
    refused_by(
        "0.41",
        "hikube_postgres",
        r#"{"resources_preset": "s1.micro"} | resources_preset | Valid values: `nano`, `micro`"#,
    );
    refused_by(
        "1.3",
        "hikube_tenant",
        r#"{"isolated": true} | isolated | requires platform 0.41 or earlier"#,
    );
    refused_by(
        "1.3",
        "hikube_kubernetes",
        r#"{"node_groups": {"a": {"kubelet": {}}}} | node_groups["a"].kubelet | requires platform 1.6"#,
    );
    refused_by(
        "1.3",
        "hikube_kubernetes",
        r#"{"node_groups": {"a": {"resources": {"cpu": "2", "memory": "4Gi"}}}} | node_groups["a"].resources | Set `instance_type = ""`"#,
    );
    refused_by(
        "1.3",
        "hikube_vm",
        r#"{"instance_type": "", "resources": {"cpu": "2", "memory": "4Gi"}} | instance_type | Missing: `resources.sockets`"#,
    );
    refused_by(
        "1.6",
        "hikube_postgres",
        r#"
        {"version": "18"}                  | version          | Did you mean `v18`?
        {"version": "v17.2"}               | version          | Did you mean `v17`?
        {"version": "v19"}                 | version          | on this platform. Valid values: `v18`
        {"resources_preset": "T1-Micro"}   | resources_preset | Did you mean `t1.micro`?
        {"resources_preset": "t1.mikro"}   | resources_preset | on this platform. Valid values: `t1.nano`
        "#,
    );
    refused_by(
        "1.6",
        "hikube_kubernetes",
        r#"
        {"version": "v1.33.4"} | version | Did you mean `v1.33`?
        {"version": "1.33"}  | version | Did you mean `v1.33`?
        {"version": "v1.3"}  | version | on this platform. Valid values: `v1.35`
        {"version": "v1.30"} | version | Valid values: `v1.35`
        "#,
    );
}

/// Before 1.0, the platform requires neither `cpu` nor `sockets`, but accepts them only together.
#[test]
fn sockets_are_required_where_the_platform_requires_them() {
    let model = model("hikube_vm");
    let platform = Platform::on("0.41", model);
    let given = r#"{"instance_type": "", "resources": {"cpu": "2", "memory": "4Gi"}}"#;
    let planned = super::plan(model, &platform, &Value::Null, &config(model, given));
    let all: Vec<_> = planned.diagnostics.iter().collect();
    assert!(
        matches!(&all[..], [one] if one.severity == Severity::Warning && one.detail.contains("`resources.sockets`")),
        "{all:?}"
    );
    let platform = Platform::on("1.6", model);
    let groups = r#"{"node_groups": {"a": {"resources": {"cpu": "2", "memory": "4Gi"}}}}"#;
    let cluster = super::bad_input::model("hikube_kubernetes");
    let platform = Platform::on(platform.release, cluster);
    let planned = super::plan(cluster, &platform, &Value::Null, &config(cluster, groups));
    assert_eq!(errors(&planned.diagnostics), []);
}

fn refused_by(release: &'static str, type_name: &str, cases: &str) {
    let model = model(type_name);
    let platform = Platform::on(release, model);
    for [given, path, phrase] in rows(cases) {
        let config = config(model, given);
        assert_eq!(errors(&validate(model, &config)), [], "{given}");
        let planned = super::plan(model, &platform, &Value::Null, &config);
        let messages = errors(&planned.diagnostics);
        let [(at, detail)] = &messages[..] else {
            panic!("{given}: {messages:?}");
        };
        assert_eq!(at, path, "{given}");
        assert!(detail.contains(phrase), "{detail}");
    }
}
