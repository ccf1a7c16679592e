//! Entries of an object as resources of their own.

mod foreign;
mod kinds;
mod moves;
mod sharing;
mod upgrade;

use hikube::api::OPERATION;

use crate::harness::{Platform, Workspace};

/// The annotation with the owners of entries.
const ENTRIES: &str = "terraform.hikube.cloud/entries";

/// A workspace with a database server.
fn server(platform: &Platform) -> Workspace {
    let space = Workspace::on(platform);
    space.write(SERVER).apply().ok();
    space
}

const SERVER: &str = r#"
resource "hikube_postgres" "it" {
  name = "NAME"
}
"#;

/// A database as a resource of its own.
const DATABASE: &str = r#"
resource "hikube_postgres_database" "app" {
  postgres_id = hikube_postgres.it.id
  name        = "app"
}
"#;

/// Whether the server has this database.
fn has(platform: &Platform, server: &str, database: &str) -> bool {
    let spec = platform.api.spec("postgreses", server);
    spec["databases"].get(database).is_some()
}

/// The annotations of the server.
fn annotations(platform: &Platform, server: &str) -> serde_json::Value {
    let object = platform.api.get("postgreses", server).expect("a server");
    assert!(object["metadata"]["annotations"].get(OPERATION).is_some());
    object["metadata"]["annotations"].clone()
}
