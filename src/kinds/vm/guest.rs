//! What the guest reads at its first boot: SSH keys and user data. Both are often given as something else.

use crate::schema::Scope;
use crate::value::Value;

/// The types of SSH public keys, by how their names begin.
const KEY_TYPES: &[&str] = &["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];

/// How user data begins that cloud-init, cloudbase-init or a system without them reads.
const HEADERS: &[&str] = &[
    "#cloud-config",
    "#cloud-boothook",
    "#include",
    "#part-handler",
    "#upstart-job",
    "#!",
    "## template:",
    "content-type:",
    "mime-version:",
    "from ",
    "#ps1",
    "<powershell>",
    "<script>",
    "rem cmd",
    "{",
    "apiversion:",
    "version: v1alpha1",
    "machine:",
];

/// Refuses what is no key. A private one is never repeated.
pub(super) fn keys_are_keys(scope: &mut Scope<'_>) {
    let keys = scope.get("ssh_keys").as_elements().unwrap_or_default();
    let (mut errors, mut is_doubtful) = (Vec::new(), false);
    for key in keys.iter().filter_map(Value::as_str) {
        let lines = key.lines().filter(|line| !line.trim().is_empty()).count();
        let words: Vec<&str> = key.split_whitespace().collect();
        let is_type = |word: &str| KEY_TYPES.iter().any(|kind| word.starts_with(kind));
        // A comment may begin like a type; no key follows it.
        let is_key = |pair: &&[&str]| is_type(pair[0]) && pair[1].starts_with("AAAA");
        let types = words.windows(2).filter(is_key).count();
        let is_path = !key.trim().contains(char::is_whitespace)
            && (key.starts_with(['/', '~', '.']) || key.trim_end().ends_with(".pub"));
        if key.contains("-----BEGIN") {
            errors.push(
                "One of the `ssh_keys` is a private key or a certificate. Give the public key, usually the file \
                 that ends with `.pub`, and treat the private key as disclosed if it was ever applied."
                    .to_owned(),
            );
        } else if is_path {
            let path = key.trim();
            errors.push(format!(
                "`ssh_keys` has the path `{path}`. It takes the key itself: write \
                 `file(pathexpand(\"{path}\"))`."
            ));
        } else if lines > 1 || types > 1 {
            errors.push(
                "One of the `ssh_keys` holds several keys. Give each an entry of its own, for example with \
                 `split(\"\\n\", trimspace(file(…)))`."
                    .to_owned(),
            );
        } else if types == 0 {
            is_doubtful = true;
        }
    }
    for error in errors {
        scope.error("ssh_keys", "Invalid Attribute Value", error);
    }
    if is_doubtful {
        scope.warn(
            "ssh_keys",
            "Not an SSH public key",
            "One of the `ssh_keys` does not look like an SSH public key such as `ssh-ed25519 AAAA… \
             user@host`. The guest ignores what it cannot read.",
        );
    }
}

/// Warns of user data that cloud-init passes over. Its text may be a secret and is never repeated.
pub(super) fn user_data_has_a_header(scope: &mut Scope<'_>) {
    let Some(data) = scope.get("cloud_init").as_str() else {
        return;
    };
    let start: String = data.trim_start().chars().take(32).collect();
    let start = start.to_lowercase();
    if start.is_empty() || HEADERS.iter().any(|header| start.starts_with(header)) {
        return;
    }
    let path = if scope.is_write_only("cloud_init") {
        scope.path("cloud_init_wo")
    } else {
        scope.path("cloud_init")
    };
    scope.warn_at(
        &path,
        "User data has no known header",
        "cloud-init ignores user data that does not begin with a header it knows, such as `#cloud-config` or \
         `#!/bin/sh`. Put the header on the first line.",
    );
}
