use serde_json::{Map, Value as Json};

use super::request::ApplyRequest;
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::encode::encode_for;
use crate::resource::spec::names::Target;
use crate::schema::with_write_only;

/// What is to be stored: the planned values, merged with what is stored. Only what a plan cannot hold, the
/// write-only values, comes from the configuration: Terraform may have planned other values than are
/// configured.
///
/// # Errors
/// The attributes whose name on this platform nothing tells.
pub(crate) fn wanted_spec(
    resource_type: &ResourceType,
    request: &ApplyRequest<'_>,
    stored: Map<String, Json>,
    target: Target<'_>,
) -> Result<Map<String, Json>, Vec<String>> {
    let values = with_write_only(&resource_type.spec, request.planned, request.config);
    encode_for(target, &resource_type.spec, &values, request.prior, stored)
}
