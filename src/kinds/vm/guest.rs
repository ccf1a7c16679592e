//! Data for the first boot of the virtual machine: SSH keys and user data.

use crate::kinds::shared::{Lookup, warn};
use crate::schema::Scope;
use crate::value::Value;

/// Types of SSH public keys, by how their names begin.
const KEY_TYPES: &[&str] = &["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];

/// How user data begins that cloud-init, cloudbase-init, Ignition or Talos reads, separated by `|`.
const HEADERS: &str = "#cloud-config|#cloud-boothook|#include|#part-handler|#upstart-job|#!|## template:|\
                       content-type:|mime-version:|from |#ps1|<powershell>|<script>|rem cmd|{|apiversion:|\
                       version: v1alpha1|machine:";

/// A private key is never repeated in a message.
pub(super) fn ssh_keys_are_public_keys(scope: &mut Scope<'_>) {
    let mut is_doubtful = false;
    for key in scope.elements("ssh_keys").iter().filter_map(Value::as_str) {
        match key_problem(key) {
            Some(problem) => scope.error("ssh_keys", "Invalid Attribute Value", problem),
            None => is_doubtful |= key_count(key) == 0,
        }
    }
    if is_doubtful {
        let detail = "An entry of `ssh_keys` does not look like an SSH public key such as `ssh-ed25519 AAAA… \
                      user@host`. The guest ignores keys it cannot read.";
        warn(scope, "ssh_keys", "Not an SSH public key", detail);
    }
}

fn key_problem(key: &str) -> Option<String> {
    let lines = key.lines().filter(|line| !line.trim().is_empty());
    let path = key.trim();
    let is_path = !path.contains(char::is_whitespace)
        && (path.starts_with(['/', '~', '.']) || path.ends_with(".pub"));
    if key.contains("-----BEGIN") {
        Some(
            "An entry of `ssh_keys` is a private key or a certificate. Use the public key, usually the file that ends \
             with `.pub`. Treat the private key as compromised if it was ever applied."
                .to_owned(),
        )
    } else if is_path {
        Some(format!(
            "An entry of `ssh_keys` is the path `{path}`, not a key. Use `file(pathexpand(\"{path}\"))`."
        ))
    } else if lines.count() > 1 || key_count(key) > 1 {
        Some(
            "An entry of `ssh_keys` has several keys. Use one entry per key, for example with \
             `split(\"\\n\", trimspace(file(…)))`."
                .to_owned(),
        )
    } else {
        None
    }
}

/// The number of keys in a text. A comment may begin like a type, but no key follows it.
fn key_count(text: &str) -> usize {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_type = |word: &str| KEY_TYPES.iter().any(|kind| word.starts_with(kind));
    let pairs = words.windows(2);
    pairs
        .filter(|pair| is_type(pair[0]) && pair[1].starts_with("AAAA"))
        .count()
}

/// User data may be secret and is never repeated in a message.
pub(super) fn user_data_has_a_header(scope: &mut Scope<'_>) {
    let data = scope.at("cloud_init").as_str().unwrap_or_default();
    let start: String = data.trim_start().chars().take(32).collect();
    let start = start.to_lowercase();
    if !start.is_empty() && !HEADERS.split('|').any(|header| start.starts_with(header)) {
        let is_write_only = scope.is_write_only("cloud_init");
        let name = if is_write_only {
            "cloud_init_wo"
        } else {
            "cloud_init"
        };
        let detail = "cloud-init ignores user data that does not start with a known header, such as `#cloud-config` \
                      or `#!/bin/sh`. Add the header as the first line.";
        warn(scope, name, "User data has no known header", detail);
    }
}
