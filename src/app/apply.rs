use super::messages::no_kind;
use super::paths::terraform_messages;
use super::translation::Translation;
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
