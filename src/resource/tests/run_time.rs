//! A resource type that is built at run time, with names that were not known at compile time.

use serde_json::json;

use super::bad_input::model;
use crate::api::{ApiResource, Object};
use crate::resource::observe::observed::Observed;
use crate::resource::plan::request::{Namespace, PlanRequest};
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::encode::encode;
use crate::resource::state::reported::state_after_apply;
use crate::schema::{Attribute, Block};
use crate::value::Value;

fn made(kind: &str) -> ResourceType {
    let field = |name: &str| {
        let description = format!("The {name}.");
        Attribute::new::<Option<String>>(name.to_owned(), format!("its{name}"), description)
    };
    let spec = Block {
        attributes: vec![field("colour"), field("shape")],
        ..Block::default()
    };
    let mut kinds = crate::kinds::KINDS.iter();
    let like = kinds.find(|kind| kind.type_name == "hikube_postgres");
    let singular = kind.to_lowercase();
    ResourceType {
        type_name: format!("hikube_{singular}").into(),
        title: kind.to_owned().into(),
        description: String::new().into(),
        api_resource: ApiResource {
            kind: kind.to_owned().into(),
            plural: format!("{singular}s").into(),
            ..ApiResource::application("", "")
        },
        release_prefix: format!("{singular}-").into(),
        ..ResourceType::with_spec(like.expect("a kind"), spec)
    }
}

#[test]
fn a_type_made_at_run_time_is_planned_written_and_read() {
    let kind = format!("Wid{}", "get");
    let made = made(&kind);
    assert_eq!(made.type_name, "hikube_widget");
    let mut config = made.schema.null();
    config.set_attribute("name", "main".into());
    config.set_attribute("colour", "red".into());
    let namespace = Namespace::Known("tenant-acme".to_owned());
    let plan = |prior: &Value| {
        crate::resource::plan(
            &made,
            &PlanRequest {
                prior,
                config: &config,
                private: &[],
                namespace: &namespace,
                stores_credentials: true,
                protects_from_deletion: false,
                is_applying: false,
                live: None,
            },
        )
    };
    let planned = plan(&Value::Null).planned;
    let spec = encode(
        &made.spec,
        &planned,
        &Value::Null,
        serde_json::Map::new(),
        None,
    );
    assert_eq!(json!(spec), json!({"itscolour": "red"}));
    let object = Object {
        name: "main".to_owned(),
        namespace: "tenant-acme".to_owned(),
        spec,
        ..Object::default()
    };
    let state = state_after_apply(&made, &planned, &Observed::alone(object));
    assert_eq!(state.attribute("id").as_str(), Some("tenant-acme/main"));
    assert_eq!(plan(&state).planned, state);
    // It shares only the lifecycle with the kind it is based on.
    assert!(made.spec.attribute("replicas").is_none());
    assert!(
        model("hikube_postgres")
            .spec
            .attribute("replicas")
            .is_some()
    );
}
