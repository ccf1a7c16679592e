//! Changes that take effect in a running virtual machine only after a restart.

use super::request::Subject;
use super::transitions::Transition;
use crate::schema::{Diagnostics, TakesEffect, same};
use crate::value::Value;

/// Adds one warning for all attributes whose change does not take effect immediately.
pub(crate) fn warn_running_guest(
    subject: &Subject<'_>,
    transitions: &[Transition<'_>],
    diagnostics: &mut Diagnostics,
) {
    // A stopped machine starts with the new values.
    let [was_stopped, is_stopped] = stopped(transitions);
    let (mut on_restart, mut on_first_boot) = (Vec::new(), Vec::new());
    for transition in transitions.iter().filter(|one| is_changed(one)) {
        let name = format!("`{}`", transition.path);
        match transition.attribute.takes_effect {
            Some(TakesEffect::FirstBoot { again }) => {
                let mut siblings = transition.siblings();
                let again = siblings.find(|sibling| sibling.attribute.name == again);
                if again.as_ref().is_some_and(is_changed) {
                    on_restart.push(name);
                } else {
                    on_first_boot.push((name, again.map(|again| again.path)));
                }
            }
            Some(TakesEffect::Restart) => on_restart.push(name),
            None => {}
        }
    }
    if was_stopped || is_stopped {
        on_restart.clear();
    }
    if was_stopped && is_stopped {
        on_first_boot.clear();
    }
    let mut details = Vec::new();
    if !on_restart.is_empty() {
        let takes = if on_restart.len() == 1 {
            "takes"
        } else {
            "take"
        };
        details.push(format!(
            "{} will be stored now and {takes} effect when the machine is restarted.",
            listed(&on_restart)
        ));
    }
    if let [(_, Some(again)), ..] = &on_first_boot[..] {
        let again = again.clone();
        let names: Vec<String> = on_first_boot.into_iter().map(|(name, _)| name).collect();
        let are = if names.len() == 1 { "is" } else { "are" };
        details.push(format!(
            "{} {are} read on the first boot only: an existing machine does not see the change. To have it read \
             again, change `{again}` as well and restart the machine.",
            listed(&names)
        ));
    }
    if !details.is_empty() {
        diagnostics.warn(
            format!("No effect on the running machine yet: {}", subject.place),
            details.join(" "),
        );
    }
}

/// Whether the machine is stopped before and after the change.
fn stopped(transitions: &[Transition<'_>]) -> [bool; 2] {
    let mut stopped = [false; 2];
    for transition in transitions {
        if let Some(value) = transition.attribute.stopped {
            let is_stopped = transition
                .effective()
                .map(|effective| effective.as_str() == Some(value));
            stopped = [stopped[0] || is_stopped[0], stopped[1] || is_stopped[1]];
        }
    }
    stopped
}

fn is_changed(transition: &Transition<'_>) -> bool {
    transition.has_effect() && !is_moved_to_alias(transition)
}

/// Whether the value was only moved between an attribute and its alias.
fn is_moved_to_alias(transition: &Transition<'_>) -> bool {
    let attribute = transition.attribute;
    let main = attribute.alias_of.unwrap_or(&attribute.name);
    let siblings = || transition.siblings();
    let alias = siblings().find(|other| other.attribute.alias_of == Some(main));
    let main = siblings().find(|other| other.attribute.name == main);
    let (Some(alias), Some(main)) = (alias, main) else {
        return false;
    };
    let given = |main: &Value, alias: &Value| match main {
        Value::Null => alias.clone(),
        main => main.clone(),
    };
    same(
        &alias.attribute.shape,
        &given(main.prior, alias.prior),
        &given(main.planned, alias.planned),
    )
}

/// Formats `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}
