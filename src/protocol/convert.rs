use super::diagnostics::CallDiagnostics;
use super::wire::{self, attribute_path::step::Selector, diagnostic::Severity as WireSeverity};
use crate::redaction::{hold_secrets, redact, redact_line};
use crate::resource::{self, ResourceType};
use crate::schema::{Block, Diagnostics, Severity, secrets};
use crate::value::{DecodeError, Path, Step, Type, Value, json, msgpack};

/// Decodes a value from msgpack, which Terraform sends, or JSON. An absent value is null. Its secrets are masked until
/// the diagnostics of the response are converted.
pub(super) fn decode(
    value: Option<&wire::DynamicValue>,
    schema: &Block,
    diagnostics: &mut CallDiagnostics,
) -> Option<Value> {
    let kind = schema.value_type();
    let decoded = match value {
        None => return Some(Value::Null),
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, &kind),
        Some(value) if !value.json.is_empty() => json::from_slice(&value.json, &kind),
        Some(_) => return Some(Value::Null),
    };
    match decoded {
        Ok(value) => {
            diagnostics.hold(hold_secrets(secrets(schema, &value)));
            Some(value)
        }
        Err(error) => {
            let detail = format!(
                "What Terraform sent cannot be read: {error}. This is an issue in the provider or in Terraform and \
                 should be reported to the provider's developers."
            );
            diagnostics.error("Value Conversion Error", detail);
            None
        }
    }
}

/// Decodes an argument of a function. OpenTofu sends nothing for null. Errors of functions do not quote secrets, so none
/// are registered.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn decode_argument(
    argument: &wire::DynamicValue,
    kind: &Type,
) -> Result<Value, DecodeError> {
    if !argument.msgpack.is_empty() {
        msgpack::decode(&argument.msgpack, kind)
    } else if !argument.json.is_empty() {
        json::from_slice(&argument.json, kind)
    } else {
        Ok(Value::Null)
    }
}

/// Encodes a value.
pub(super) fn encode(
    value: &Value,
    kind: &Type,
    diagnostics: &mut Diagnostics,
) -> Option<wire::DynamicValue> {
    match msgpack::encode(value, kind) {
        Ok(msgpack) => Some(wire::DynamicValue {
            msgpack,
            json: Vec::new(),
        }),
        Err(error) => {
            let detail = format!(
                "The provider's answer cannot be written: {error}. This is an issue in the provider and should be \
                 reported to its developers."
            );
            diagnostics.error("Value Conversion Error", detail);
            None
        }
    }
}

/// Encodes the identity of the object in a state or plan, or returns the received identity if there is no object. A
/// partly unknown identity is omitted: OpenTofu fails to show such a plan (seen with 1.12.6).
pub(super) fn identity(
    resource_type: &ResourceType,
    state: &Value,
    came: Option<wire::ResourceIdentityData>,
    diagnostics: &mut Diagnostics,
) -> Option<wire::ResourceIdentityData> {
    if state.is_null() {
        return came;
    }
    encode_identity(
        resource_type,
        &resource::identity_of(resource_type, state),
        diagnostics,
    )
}

/// Encodes an identity, if it is known.
pub(super) fn encode_identity(
    resource_type: &ResourceType,
    identity: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<wire::ResourceIdentityData> {
    let kind = resource::identity(resource_type).value_type();
    if !identity.is_wholly_known() {
        return None;
    }
    let identity_data = encode(identity, &kind, diagnostics)?;
    Some(wire::ResourceIdentityData {
        identity_data: Some(identity_data),
    })
}

/// Diagnostics for the response, redacted. The secrets of the call are released.
pub(super) fn messages(diagnostics: CallDiagnostics) -> Vec<wire::Diagnostic> {
    let convert = |message: &crate::schema::Diagnostic| wire::Diagnostic {
        severity: match message.severity {
            Severity::Error => WireSeverity::Error.into(),
            Severity::Warning => WireSeverity::Warning.into(),
        },
        summary: redact_line(&message.summary).into_owned(),
        detail: redact(&message.detail).into_owned(),
        attribute: message.path.as_ref().map(path),
    };
    diagnostics.iter().map(convert).collect()
}

/// Encodes a path.
pub(super) fn path(path: &Path) -> wire::AttributePath {
    let steps = path.steps().iter().map(|step| wire::attribute_path::Step {
        selector: Some(match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => {
                Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX))
            }
        }),
    });
    wire::AttributePath {
        steps: steps.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_known_in_part_is_none_yet() {
        let resource_type = ResourceType::of(&crate::kinds::KINDS[0]);
        let of = |namespace: Value| {
            let state = Value::map([("name", "main".into()), ("namespace", namespace)]);
            identity(&resource_type, &state, None, &mut Diagnostics::new())
        };
        assert!(of("tenant-acme".into()).is_some());
        assert!(of(Value::Unknown).is_none());
    }
}
