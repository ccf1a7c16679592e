//! Lists of existing objects: what Terraform's core demands of a stream, and what the provider promises.

use hikube::protocol::wire::{
    generate_resource_config, list_resource, validate_list_resource_config,
};
use hikube::resource::{ResourceType, list_block};
use hikube::schema::nullify;
use hikube::value::Value;
use hikube_standin::{Role, Subject};

use serde_json::json;
use tokio_stream::StreamExt as _;

use crate::platform::Platform;
use crate::terraform::Core;
use crate::wire::{Messages, kinds, model, pack, unpack, unpack_identity};

const POSTGRES: &str = "hikube_postgres";

/// A `config` block with these values.
fn config(resource_type: &ResourceType, given: &[(&str, Value)]) -> Value {
    let mut config = list_block(resource_type).null();
    for (name, value) in given {
        config.set_attribute(name, value.clone());
    }
    config
}

async fn list(
    core: &Core,
    kind: &str,
    given: &[(&str, Value)],
    limit: i64,
) -> Vec<list_resource::Event> {
    let resource_type = model(kind);
    let config = config(resource_type, given);
    let request = list_resource::Request {
        type_name: kind.to_owned(),
        config: pack(&config, &list_block(resource_type).value_type()),
        include_resource_object: true,
        limit,
    };
    let stream = core.client().list_resource(request).await.unwrap();
    let events: Result<Vec<_>, _> = stream.into_inner().collect().await;
    events.unwrap()
}

/// The names of the listed objects. Each has an identity and no error.
fn names(events: &[list_resource::Event]) -> Vec<String> {
    let objects = events.iter().filter(|event| event.identity.is_some());
    let name = |event: &list_resource::Event| {
        assert!(!Messages::of(&event.diagnostic).fail(), "{event:?}");
        let identity = unpack_identity(event.identity.as_ref());
        identity.attribute("name").as_str().unwrap().to_owned()
    };
    objects.map(name).collect()
}

/// An object of each kind is listed as it would be imported, without secrets, and a configuration generated from the
/// list plans no change.
#[tokio::test(flavor = "multi_thread")]
async fn case_45_each_kind_is_listed_as_it_is_imported() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    for kind in kinds() {
        let resource_type = model(kind);
        if !resource_type.api_resource.is_application() {
            continue;
        }
        let resource = &resource_type.api_resource;
        let body = json!({
            "apiVersion": "apps.cozystack.io/v1alpha1", "kind": resource.kind,
            "metadata": {"name": "listed", "namespace": "tenant-demo", "labels": {"team": "shop"}},
            "spec": {},
        });
        let made = platform.ask("POST", &resource.plural, &body).await;
        assert!(made.is_some(), "{kind}");
        let given = [("label_selector", "team=shop".into())];
        let events = list(&core, kind, &given, 100).await;
        assert_eq!(names(&events), ["listed"], "{kind}: {events:?}");
        let listed = unpack(
            events[0].resource_object.as_ref(),
            &resource_type.value_type,
        );
        let imported = core.take_over(kind, "tenant-demo/listed").await;
        let without = |state: &Value| {
            let mut state = state.clone();
            nullify(&resource_type.schema, &mut state, &|attribute| {
                attribute.is_computed() || attribute.sensitive
            });
            state
        };
        assert_eq!(without(&listed), without(&imported.state), "{kind}");
        let request = generate_resource_config::Request {
            type_name: kind.to_owned(),
            state: events[0].resource_object.clone(),
        };
        let generated = core
            .client()
            .generate_resource_config(request)
            .await
            .unwrap();
        let generated = generated.into_inner();
        let generated = unpack(generated.config.as_ref(), &resource_type.value_type);
        let planned = core.plan(kind, &imported, &generated).await;
        assert_eq!(planned.to.state, imported.state, "{kind}");
    }
}

async fn databases(platform: &Platform, names: &[&str]) {
    for name in names {
        let body = json!({
            "apiVersion": "apps.cozystack.io/v1alpha1", "kind": "Postgres",
            "metadata": {"name": name, "namespace": "tenant-demo", "labels": {"app": name}},
            "spec": {"users": {"app": {"password": "a secret password"}}},
        });
        assert!(platform.ask("POST", "postgreses", &body).await.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_45_the_limit_is_obeyed_and_said() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    databases(&platform, &["c", "a", "b"]).await;
    platform.reset().await;
    assert!(list(&core, POSTGRES, &[], 0).await.is_empty());
    assert_eq!(platform.requests().await, 0);
    for (limit, found) in [(1, &["a"][..]), (2, &["a", "b"]), (3, &["a", "b", "c"])] {
        let events = list(&core, POSTGRES, &[], limit).await;
        assert_eq!(names(&events), found);
        let all = events.iter().flat_map(|event| &event.diagnostic);
        let told = all.filter(|message| message.summary.starts_with("More objects exist"));
        assert_eq!(told.count(), usize::from(limit < 3), "{limit}");
    }
    assert_eq!(
        platform.stats().await["requests"]["list"],
        json!({"postgreses": 3})
    );
    assert_eq!(
        platform.stats().await["requests"]["get"]["postgreses"],
        json!(null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_a_list() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    databases(&platform, &["shop-a", "shop-b", "other"]).await;
    for (given, found) in [
        (("name_pattern", "shop-*".into()), &["shop-a", "shop-b"][..]),
        (("name_pattern", "shop".into()), &[]),
        (("label_selector", "app in (other)".into()), &["other"]),
        (
            ("label_selector", "app!=other".into()),
            &["shop-a", "shop-b"],
        ),
        (
            ("namespace", "tenant-demo".into()),
            &["other", "shop-a", "shop-b"],
        ),
        (("namespace", "*".into()), &["other", "shop-a", "shop-b"]),
    ] {
        let events = list(&core, POSTGRES, std::slice::from_ref(&given), 100).await;
        assert_eq!(names(&events), found, "{given:?}");
    }
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while !list(&core, POSTGRES, &[("ready", false.into())], 100)
        .await
        .is_empty()
    {
        assert!(
            tokio::time::Instant::now() < deadline,
            "they are never ready"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(
        list(&core, POSTGRES, &[("ready", true.into())], 100)
            .await
            .len(),
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_no_secrets() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    databases(&platform, &["a"]).await;
    let events = list(&core, POSTGRES, &[], 100).await;
    let text = format!(
        "{:?}",
        events[0]
            .resource_object
            .as_ref()
            .map(|object| { String::from_utf8_lossy(&object.msgpack).into_owned() })
    );
    assert!(
        text.contains("users") && !text.contains("a secret password"),
        "{text}"
    );
}

/// What cannot be read is an error where it is the only namespace.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_listed_is_told() {
    let platform = Platform::with(hikube_standin::Options {
        subject: Subject::new(Role::View, "tenant-demo"),
        ..Platform::quick()
    });
    let core = Core::on(&platform).await;
    let events = list(
        &core,
        POSTGRES,
        &[("namespace", "tenant-other".into())],
        100,
    )
    .await;
    let [event] = &events[..] else {
        panic!("{events:?}")
    };
    let messages = Messages::of(&event.diagnostic);
    messages.assert_error("Permission denied: cannot list PostgreSQL database tenant-other");
}

/// An interrupted list would otherwise be taken as a whole one.
#[tokio::test(flavor = "multi_thread")]
async fn case_45_a_list_that_is_stopped_ends_with_an_error() {
    let platform = Platform::start();
    let core = Core::on(&platform).await;
    platform.fault("hang,every=1,path=postgreses").await;
    let listed = tokio::spawn({
        let core = core.clone();
        async move { list(&core, POSTGRES, &[], 100).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!listed.is_finished());
    core.stop().await;
    let events = tokio::time::timeout(std::time::Duration::from_secs(5), listed).await;
    let events = events.expect("an end").unwrap();
    assert!(
        events
            .iter()
            .any(|event| Messages::of(&event.diagnostic).fail()),
        "{events:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_block_is_validated() {
    let core = Core::unconfigured().await;
    let resource_type = model(POSTGRES);
    let validate = async |given: &[(&str, Value)]| {
        let config = config(resource_type, given);
        let request = validate_list_resource_config::Request {
            type_name: POSTGRES.to_owned(),
            config: pack(&config, &list_block(resource_type).value_type()),
            ..Default::default()
        };
        let answer = core
            .client()
            .validate_list_resource_config(request)
            .await
            .unwrap();
        Messages::of(&answer.into_inner().diagnostics)
    };
    assert!(!validate(&[]).await.fail());
    assert!(!validate(&[("namespace", Value::Unknown)]).await.fail());
    validate(&[("namespace", "".into())])
        .await
        .assert_error("Invalid Attribute Value");
}
