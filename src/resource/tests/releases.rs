use serde_json::json;

use super::bad_input::{config, errors, model};
use super::plan;
use super::plans::created;
use super::platform::Platform;
use super::scripted::session;
use crate::api::{ApiResource, OPERATION, Object};
use crate::lifecycle::Application;
use crate::resource::diagnostics::release::unsupported_release_error;
use crate::resource::state::private::Private;
use crate::resource::{FormerKind, Kind, ResourceType, served};
use crate::schema::{Diagnostics, Severity};

#[test]
fn the_error_names_the_release_that_introduced_the_kind() {
    let resource_type = ResourceType::of(&Kind {
        type_name: "hikube_vpc",
        title: "virtual network",
        since: Some("1.3"),
        ..Kind::new(&Application)
    });
    let mut diagnostics = Diagnostics::new();
    unsupported_release_error(&mut diagnostics, &resource_type, "tenant-acme/main");
    let error = diagnostics.iter().next().cloned();
    let (summary, detail) = error
        .map(|error| (error.summary, error.detail))
        .unwrap_or_default();
    assert_eq!(
        summary,
        "Virtual network not supported by this platform: tenant-acme/main"
    );
    assert!(detail.starts_with("`hikube_vpc` requires platform 1.3 or later, and"));
}

/// MariaDB was MySQL in earlier releases: one resource type, with the same ID.
#[tokio::test(start_paused = true)]
async fn a_kind_is_read_under_the_name_of_the_platform() {
    let database = ResourceType::of(&Kind {
        type_name: "hikube_mariadb",
        title: "MariaDB database",
        api_resource: || ApiResource::application("MariaDB", "mariadbs"),
        release_prefix: "mariadb-",
        renamed_from: Some(FormerKind {
            api_resource: || ApiResource::application("MySQL", "mysqls"),
            release_prefix: "mysql-",
        }),
        ..Kind::new(&Application)
    });
    for (is_old, plural) in [(true, "mysqls"), (false, "mariadbs")] {
        let (session, _) = session(move |what, _| {
            let is_served = what.contains(if is_old { "mysqls" } else { "mariadbs" });
            let is_missing = what.contains("mariadbs") || what.contains("mysqls");
            (is_missing && !is_served)
                .then(|| (404, json!({"code": 404, "message": "page not found"})))
        });
        let served = served(&database, &session, ["tenant-acme", "shop"]).await;
        assert_eq!(served.api_resource.plural, plural);
        assert_eq!(served.type_name, "hikube_mariadb");
    }
    // A kind without a former name requires no request.
    let (session, asked) = session(|_, _| None);
    let bucket = model("hikube_bucket");
    let same = served(bucket, &session, ["tenant-acme", "shop"]).await;
    assert!(std::ptr::eq(same, bucket));
    assert!(asked.all().is_empty());
}

/// If a kind is renamed, an upgrade replaces its objects with new ones. The annotation of the create identifies them.
#[test]
fn a_renamed_object_is_known_by_its_annotation() {
    let object = |kind: &str, uid: &str, operation: &str| Object {
        kind: kind.to_owned(),
        uid: uid.to_owned(),
        annotations: [(OPERATION.to_owned(), operation.to_owned())]
            .into_iter()
            .collect(),
        ..Object::default()
    };
    let remembered = Private::of(&object("MySQL", "1", "a"));
    assert!(!remembered.is_another(&object("MySQL", "1", "a")));
    assert!(!remembered.is_another(&object("MariaDB", "2", "a")));
    assert!(remembered.is_another(&object("MariaDB", "2", "b")));
    assert!(remembered.is_another(&object("MySQL", "2", "a")));
    let imported = Private::of(&object("MySQL", "1", ""));
    assert!(imported.is_another(&object("MariaDB", "2", "")));
}

/// An upgrade of the platform does not turn a valid configuration into an error.
#[test]
fn what_the_platform_no_longer_has_is_a_warning_until_it_changes() {
    let cluster = model("hikube_kubernetes");
    let mut platform = Platform::on("1.6", cluster);
    let groups = |count: u8| {
        let text = format!(r#"{{"node_groups": {{"md0": {{"max_replicas": {count}}}}}}}"#);
        config(cluster, &text)
    };
    let prior = created(cluster, &platform, &groups(3));
    platform.schema.properties.remove("nodeGroups");

    let unchanged = plan(cluster, &platform, &prior, &groups(3));
    assert_eq!(unchanged.planned, prior);
    let said: Vec<_> = unchanged.diagnostics.iter().collect();
    let [warning] = said[..] else {
        panic!("{said:?}")
    };
    assert_eq!(warning.severity, Severity::Warning);
    assert_eq!(warning.summary, "Unsupported attribute: node_groups");
    assert!(
        warning.detail.contains("`hikube_kubernetes_node_pool`"),
        "{}",
        warning.detail
    );

    let changed = plan(cluster, &platform, &prior, &groups(4));
    let messages = errors(&changed.diagnostics);
    let [(path, detail)] = &messages[..] else {
        panic!("{messages:?}")
    };
    assert_eq!(path, "node_groups");
    assert!(detail.contains("`hikube_kubernetes_node_pool`"), "{detail}");

    // Removing it has no effect, because the platform ignores it.
    let removed = plan(cluster, &platform, &prior, &config(cluster, "{}"));
    let said: Vec<_> = removed.diagnostics.iter().collect();
    assert!(said.is_empty(), "{said:?}");
}
