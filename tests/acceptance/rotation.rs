//! The guide about rotating secrets: a password changes with its version, and only then.

use std::fs;
use std::path::Path;

use hikube_standin::Release;
use serde_json::json;

use crate::harness::{Platform, Workspace, minor_version, snippets};

const POSTGRES: &str = "hikube_postgres.shop";

/// The first configuration of the guide, with a variable instead of the ephemeral resource of another provider, which
/// also has another value in each run.
fn first_of_the_guide() -> String {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/rotating-secrets.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let first = snippets(&guide, "terraform").into_iter().next();
    let first = first.expect("a configuration");
    let (random, resource) = first.split_once("\n}\n").expect("two blocks");
    assert!(random.starts_with("ephemeral \"random_password\" \"shop\""));
    let resource = resource.replace("ephemeral.random_password.shop.result", "var.password");
    let resource = resource.replace("\"shop\"\n\n  users", "\"NAME\"\n\n  users");
    assert!(resource.contains("var.password") && resource.contains("\"NAME\""));
    format!("variable \"password\" {{\n  type      = string\n  ephemeral = true\n}}\n{resource}")
}

#[test]
fn a_password_changes_with_its_version_only() {
    assert!(minor_version() >= 11, "write-only attributes");
    let Some(platform) = Platform::start(Release::V1_6) else {
        return;
    };
    let mut space = Workspace::on(&platform);
    let text = first_of_the_guide();
    let password = |password: &str| vec![("TF_VAR_password".to_owned(), password.to_owned())];
    let stored = |space: &Workspace| {
        let secret = format!("postgres-{}-credentials", space.name);
        platform.api.secret(&secret).expect("a Secret")["shop"].clone()
    };
    space.variables = password("first0password");
    space.write(&text).apply().ok();
    assert_eq!(stored(&space), "first0password");
    space.variables = password("second0password");
    space.assert_settled();
    let next = text.replace("password_wo_version = 1", "password_wo_version = 2");
    assert_ne!(next, text);
    space.write(&next).apply().ok().says("1 changed");
    assert_eq!(stored(&space), "second0password");
    let users = space.state(POSTGRES, "users");
    assert_eq!(users["shop"]["password_wo"], json!(null));
    space.destroy().ok();
    platform.assert_clean();
}
