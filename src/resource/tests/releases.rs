use serde_json::json;

use super::scripted::session;
use crate::api::ApiResource;
use crate::lifecycle::Application;
use crate::resource::diagnostics::release::unsupported_release_error;
use crate::resource::{FormerKind, Kind, ResourceType, served};
use crate::schema::Diagnostics;

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

/// MariaDB was MySQL up to a release: one resource, the same ID.
#[tokio::test(start_paused = true)]
async fn a_kind_is_found_by_the_name_that_the_platform_has_for_it() {
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
    // Nothing is asked for a kind that always had its name.
    let (session, asked) = session(|_, _| None);
    let bucket = super::bad_input::model("hikube_bucket");
    let same = served(bucket, &session, ["tenant-acme", "shop"]).await;
    assert!(std::ptr::eq(same, bucket));
    assert!(asked.all().is_empty());
}
