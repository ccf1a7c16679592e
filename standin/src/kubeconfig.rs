//! Kubeconfigs for clients.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A kubeconfig for a stand-in, with the namespace of its context.
pub(crate) fn text(url: &str, ca_pem: &str, token: &str, namespace: &str) -> String {
    let ca = STANDARD.encode(ca_pem);
    // JSON strings are valid YAML, so any token can be embedded.
    let token = serde_json::Value::from(token);
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: standin\nclusters:\n- name: standin\n  \
         cluster:\n    server: {url}\n    certificate-authority-data: {ca}\nusers:\n\
         - name: standin\n  user:\n    token: {token}\ncontexts:\n- name: standin\n  \
         context:\n    cluster: standin\n    user: standin\n    \
         namespace: {namespace}\n"
    )
}
