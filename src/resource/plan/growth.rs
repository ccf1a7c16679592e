use super::request::Subject;
use super::transitions::Transition;
use crate::schema::{Amount, Diagnostics};
use crate::value::Value;

/// Rejects shrinking a value that can only grow.
pub(crate) fn check_growth(
    subject: &Subject<'_>,
    transitions: &[Transition<'_>],
    diagnostics: &mut Diagnostics,
) {
    for transition in transitions.iter().filter(|one| one.attribute.grow_only) {
        match transition.effective() {
            [Value::String(before), Value::String(after)] => {
                let amounts = Amount::parse(&before).zip(Amount::parse(&after));
                let grows = amounts.is_some_and(|(from, to)| to > from);
                if grows && transition.attribute.keeps_volumes {
                    warn_of_growth([&before, &after], subject, transition, diagnostics);
                }
                if amounts.is_some_and(|(from, to)| to < from) {
                    let detail = format!(
                        "from {before} to {after}: volumes only grow. Set it to {before} or more."
                    );
                    refuse(
                        "Cannot shrink volume",
                        &detail,
                        subject,
                        transition,
                        diagnostics,
                    );
                }
            }
            [before, after] => {
                let numbers = before.as_i64().zip(after.as_i64());
                if let Some((from, to)) = numbers.filter(|(from, to)| to < from) {
                    let detail = format!("from {from} to {to}. Set it to {from} or more.");
                    refuse(
                        "Cannot be reduced",
                        &detail,
                        subject,
                        transition,
                        diagnostics,
                    );
                }
            }
        }
    }
}

fn warn_of_growth(
    [before, after]: [&str; 2],
    subject: &Subject<'_>,
    transition: &Transition<'_>,
    diagnostics: &mut Diagnostics,
) {
    let (path, title) = (&transition.path, &subject.title);
    diagnostics.warn_at(
        path,
        format!("Volumes cannot grow: {}", subject.place),
        format!(
            "`{path}` grows from {before} to {after}. The platform cannot enlarge the existing volumes of this {title}: the \
             update may fail, and `ready` stays `false` until you restore {before}. To use larger volumes, create another \
             {title} and move the data to it."
        ),
    );
}

fn refuse(
    summary: &str,
    detail: &str,
    subject: &Subject<'_>,
    transition: &Transition<'_>,
    diagnostics: &mut Diagnostics,
) {
    let path = &transition.path;
    diagnostics.error_at(
        path,
        format!("{summary}: {}", subject.place),
        format!(
            "`{path}` cannot be reduced {detail} To destroy the {} with this configuration, run `terraform destroy \
             -refresh=false`.",
            subject.title
        ),
    );
}

/// Rejects a change between one and more if a running object does not support it.
pub(crate) fn check_one_or_many(
    subject: &Subject<'_>,
    transitions: &[Transition<'_>],
    diagnostics: &mut Diagnostics,
) {
    for transition in transitions {
        let (Some(reason), path) = (transition.attribute.one_or_many, &transition.path) else {
            continue;
        };
        let [before, after] = transition.effective().map(|value| value.as_i64());
        if let Some((from, to)) = before.zip(after)
            && (from > 1) != (to > 1)
        {
            let stays = if from > 1 { "more than 1" } else { "1" };
            diagnostics.error_at(
                path,
                format!("Cannot change between one and more: {}", subject.place),
                format!(
                    "`{path}` cannot be changed from {from} to {to}: {reason} Keep it at {stays}, or create another {} \
                     and move the data to it.",
                    subject.title
                ),
            );
        }
    }
}
