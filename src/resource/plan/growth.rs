use super::request::Subject;
use super::transitions::Transition;
use crate::schema::{Amount, Diagnostics};

/// Refuses to shrink what can only grow.
pub(crate) fn check_growth(
    subject: &Subject<'_>,
    transitions: &[Transition<'_>],
    diagnostics: &mut Diagnostics,
) {
    for transition in transitions.iter().filter(|one| one.attribute.grow_only) {
        let [before, after] = transition.effective();
        let (Some(before), Some(after)) = (before.as_str(), after.as_str()) else {
            continue;
        };
        let (Some(from), Some(to)) = (Amount::parse(before), Amount::parse(after)) else {
            continue;
        };
        if to >= from {
            continue;
        }
        let path = &transition.path;
        diagnostics.error_at(
            path,
            format!("Cannot shrink volume: {}", subject.place),
            format!(
                "`{path}` cannot be reduced from {before} to {after}: volumes only grow. Set it to {before} or more. \
                 To destroy the {} with this configuration, run `terraform destroy -refresh=false`.",
                subject.title
            ),
        );
    }
}
