use serde_json::{Map, Value as Json};

use super::request::ApplyRequest;
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::encode::encode_for;
use crate::resource::spec::names::Target;
use crate::schema::with_write_only;

/// The spec to store: the planned values merged into the stored spec. Only write-only values, which a plan cannot
/// contain, are those of the configuration, because planned values can differ from configured ones.
///
/// # Errors
/// The attributes whose names on this platform are not known.
pub(crate) fn wanted_spec(
    resource_type: &ResourceType,
    request: &ApplyRequest<'_>,
    stored: Map<String, Json>,
    target: Target<'_>,
) -> Result<Map<String, Json>, Vec<String>> {
    let values = with_write_only(&resource_type.spec, request.planned, request.config);
    encode_for(target, &resource_type.spec, &values, request.prior, stored)
}
