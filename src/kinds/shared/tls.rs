use crate::schema::Spec;

/// TLS of a service that can have a public address.
#[derive(Spec)]
pub(crate) struct Tls {
    /// Whether connections are encrypted. Defaults to the value of `external`, so that setting `external` to `true`
    /// also switches TLS on, and clients without TLS can no longer connect.
    enabled: Option<bool>,
}
