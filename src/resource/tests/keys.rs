//! Keys of maps that are part of names on the platform.
use crate::resource::validate::configuration::validate;
use proptest::prelude::*;
use serde_json::json;

use super::bad_input::{config, errors, model, refused};
use crate::value::arbitrary::strings;

/// Each becomes a name that the platform cannot create. For some, only the next change fails.
#[test]
fn keys_that_cannot_be_names() {
    refused(
        "hikube_bucket",
        r#"
        {"users": {"App User": {}}}           | users["App User"] | The key `App User` is not valid: keys must consist of lower-case letters, digits, `-` and `.`
        {"users": {"app_user": {}}}           | users["app_user"] | lower-case
        {"users": {"App": {}}}                | users["App"]      | lower-case
        {"users": {"deploy@example.org": {}}} | users["deploy@example.org"] | lower-case
        {"users": {"ä": {}}}                  | users["ä"]        | lower-case
        {"users": {"a/b": {}}}                | users["a/b"]      | lower-case
        {"users": {"": {}}}                   | users[""]         | The key `` is not valid
        {"users": {"a-": {}}}                 | users["a-"]       | a letter or digit at the end
        {"users": {"a..b": {}}}               | users["a..b"]     | on both sides of a `.`
        {"users": {".a": {}}}                 | users[".a"]       | on both sides of a `.`
        "#,
    );
    refused(
        "hikube_kubernetes",
        r#"
        {"node_groups": {"": {}}}    | node_groups[""]    | The key `` is not valid
        {"node_groups": {"A": {}}}   | node_groups["A"]   | lower-case letters, digits and `-`
        {"node_groups": {"a.b": {}}} | node_groups["a.b"] | lower-case letters, digits and `-`
        {"node_groups": {"a_b": {}}} | node_groups["a_b"] | lower-case letters, digits and `-`
        {"node_groups": {"a-": {}}}  | node_groups["a-"]  | end with a letter or digit
        "#,
    );
    refused(
        "hikube_postgres",
        r#"
        {"users": {"a b": {}}}     | users["a b"]     | The key `a b` is not valid
        {"users": {"": {}}}        | users[""]        | is not valid
        {"users": {".": {}}}       | users["."]       | neither be `.`
        {"users": {"..a": {}}}     | users["..a"]     | nor start with `..`
        {"users": {"a\"b": {}}}    | users["a\"b"]    | must consist of letters
        {"databases": {"a b": {}}} | databases["a b"] | must consist of letters
        {"databases": {"": {}}}    | databases[""]    | is not valid
        {"databases": {"$(a)": {}}} | databases["$(a)"] | must consist of letters
        {"postgresql": {"parameters": {"work mem": "1"}}} | postgresql.parameters["work mem"] | names of parameters
        {"postgresql": {"parameters": {"a.": "1"}}} | postgresql.parameters["a."] | such as `max_connections`
        "#,
    );
    refused(
        "hikube_tenant",
        r#"
        {"resource_quotas": {"a/b c": "1"}} | resource_quotas["a/b c"] | names of resources
        {"resource_quotas": {"/a": "1"}}    | resource_quotas["/a"]    | such as `cpu`
        "#,
    );
}

#[test]
fn keys_that_make_a_name_too_long() {
    let check = |kind: &str, map: &str, longest: usize| {
        let model = &model(kind);
        for excess in [0, 3] {
            let key = "k".repeat(longest + excess);
            let given = format!(r#"{{"name": "shop", "{map}": {{"{key}": {{}}}}}}"#);
            let errors = errors(&validate(model, &config(model, &given)));
            let remedy = format!("shorten it by {excess}.");
            match &errors[..] {
                [] => assert_eq!(excess, 0, "{kind} {map}"),
                [(_, detail)] => assert!(excess > 0 && detail.ends_with(&remedy), "{detail}"),
                more => panic!("{more:?}"),
            }
        }
    };
    let overhead = "bucket-shop--credentials".len();
    check("hikube_bucket", "users", 253 - overhead);
    let overhead = "kubernetes-shop-".len();
    check("hikube_kubernetes", "node_groups", 63 - overhead);
    check("hikube_postgres", "users", 63);
    check("hikube_postgres", "databases", 63 - "_readonly".len());
}

/// The rule of Kubernetes (RFC 1123).
fn is_label(text: &str) -> bool {
    let is_allowed = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
    !text.is_empty()
        && text.chars().all(is_allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_valid(kind: &str, map: &str, key: &str) -> bool {
    let model = &model(kind);
    let given = json!({"name": "shop", map: {key: {}}}).to_string();
    !validate(model, &config(model, &given)).has_errors()
}

fn keys() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9.-]{0,6}",
        "[a-z][a-z0-9-]{40,50}",
        "[a-z]{200,240}",
        strings(),
    ]
}

proptest! {
    #[test]
    fn a_bucket_user_can_be_a_name_of_a_secret_or_is_refused(key in keys()) {
        let [access, secret] = ["", "-credentials"].map(|end| format!("bucket-shop-{key}{end}"));
        let is_name = |name: &str| name.len() <= 253 && name.split('.').all(is_label);
        let can_be = is_name(&access) && is_name(&secret);
        prop_assert_eq!(is_valid("hikube_bucket", "users", &key), can_be);
    }

    #[test]
    fn a_node_group_can_be_a_name_of_a_machine_or_is_refused(key in keys()) {
        let name = format!("kubernetes-shop-{key}");
        let can_be = is_label(&name) && name.len() <= 63;
        prop_assert_eq!(is_valid("hikube_kubernetes", "node_groups", &key), can_be);
    }

    #[test]
    fn a_user_of_a_database_can_be_a_role_and_a_key_of_a_secret_or_is_refused(key in keys()) {
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let is_reserved = ["postgres", "streaming_replica", "public", "none", "."].contains(&key.as_str())
            || key.starts_with("pg_")
            || key.starts_with("..");
        let can_be = (1..=63).contains(&key.len()) && key.chars().all(is_allowed) && !is_reserved;
        prop_assert_eq!(is_valid("hikube_postgres", "users", &key), can_be);
    }
}
