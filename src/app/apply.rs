use super::messages::{no_kind, no_schema_for_update};
use super::paths::terraform_messages;
use super::translation::{Translation, is_written};
use crate::resource::{self, Applied, ApplyRequest, Session};
use crate::schema::Diagnostics;

/// Applies a plan. None if nothing was changed, with diagnostics.
pub async fn apply(
    session: &Session,
    request: &ApplyRequest<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Applied> {
    let is_destroy = request.planned.is_null();
    let known = if is_destroy {
        request.prior
    } else {
        request.planned
    };
    let kind = known.attribute("kind").as_str().unwrap_or_default();
    let specs = [request.planned, request.prior].map(|values| values.attribute("spec"));
    let translation = match Translation::of(session, kind, &specs).await {
        Ok(translation) => translation,
        Err(why) => {
            let doing = if is_destroy { "delete" } else { "write" };
            no_kind(doing, known, why, diagnostics);
            return None;
        }
    };
    // The object is stored as it is read, and only the schema shows which of its values are defaults.
    let is_update = !is_destroy && !request.prior.is_null();
    if let Some(why) = &translation.no_schema
        && is_update
        && is_written([request.prior, request.planned])
    {
        no_schema_for_update(known, why, diagnostics);
        return None;
    }
    let [prior, planned, config] = [request.prior, request.planned, request.config]
        .map(|values| translation.to_engine(values).0);
    let engine_request = ApplyRequest {
        prior: &prior,
        planned: &planned,
        config: &config,
        private: request.private,
    };
    let applied = resource::apply(&translation.resource_type, session, &engine_request).await;
    // After an error, the state can be the prior one.
    let is_planned = translation.has_same_spec(&applied.state, &planned);
    let of = if is_planned {
        request.planned
    } else {
        request.prior
    };
    Some(Applied {
        state: translation.with_spec(&applied.state, of.attribute("spec").clone()),
        private: applied.private,
        diagnostics: terraform_messages(applied.diagnostics),
    })
}
