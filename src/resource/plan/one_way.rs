//! What a change of an existing object cannot do, or does only later: versions, and guests that run.

use super::effect::{effective, same_effect};
use super::request::{Plan, PlanRequest};
use crate::api::JsonSchema;
use crate::resource::resource_type::ResourceType;
use crate::schema::{Attribute, Block, Diagnostics, Shape, TakesEffect, Upgrades, same};
use crate::value::{Path, Value};

/// Refuses changes of versions that cannot be undone or skip a step, and warns of what does not reach a
/// running guest. Of an object that is replaced anyway, there is nothing to say.
pub(crate) fn check_one_way(
    resource_type: &ResourceType,
    request: &PlanRequest<'_>,
    plan: &mut Plan,
) {
    if !plan.requires_replace.is_empty() {
        return;
    }
    let name = |name: &str| plan.planned.attribute(name).as_str().unwrap_or_default();
    let mut check = Versions {
        kind: &resource_type.title,
        place: format!("{}/{}", name("namespace"), name("name")),
        diagnostics: &mut plan.diagnostics,
    };
    let values = [request.prior, &plan.planned];
    check.object(&resource_type.spec, values, request.live, &Path::root());
    let place = check.place;
    warn_running_guest(resource_type, request, &place, plan);
}

/// Whether the value only went from an attribute to the one beside it that means the same.
fn is_moved_to_alias(
    resource_type: &ResourceType,
    attribute: &Attribute,
    prior: &Value,
    planned: &Value,
) -> bool {
    let main = attribute.alias_of.unwrap_or(&attribute.name);
    let is_alias = |other: &&Attribute| other.alias_of == Some(main);
    let Some(alias) = resource_type.spec.attributes.iter().find(is_alias) else {
        return false;
    };
    let in_effect = |values: &Value| match values.attribute(main) {
        Value::Null => values.attribute(&alias.name).clone(),
        given => given.clone(),
    };
    same(&alias.shape, &in_effect(prior), &in_effect(planned))
}

/// One warning for all attributes whose change does not reach a running guest at once.
fn warn_running_guest(
    resource_type: &ResourceType,
    request: &PlanRequest<'_>,
    place: &str,
    plan: &mut Plan,
) {
    let [prior, planned] = [request.prior, &plan.planned];
    let is_stopped = |values: &Value| {
        resource_type.spec.attributes.iter().any(|attribute| {
            attribute.stopped.is_some_and(|stopped| {
                let value = values.attribute(&attribute.name);
                effective(attribute, value, request.live).as_str() == Some(stopped)
            })
        })
    };
    let (was_stopped, is_stopped) = (is_stopped(prior), is_stopped(planned));
    let differs = |attribute: &Attribute| {
        let (one, other) = (
            prior.attribute(&attribute.name),
            planned.attribute(&attribute.name),
        );
        one != other
            && !same_effect(attribute, one, other, request.live)
            && !is_moved_to_alias(resource_type, attribute, prior, planned)
    };
    let (mut on_restart, mut on_first_boot) =
        (Vec::<(&str, &str)>::new(), Vec::<(&str, &str)>::new());
    for attribute in resource_type.spec.attributes.iter().filter(|a| differs(a)) {
        match attribute.takes_effect {
            Some(TakesEffect::FirstBoot { again }) => {
                let boots_anew = resource_type.spec.attribute(again).is_some_and(differs);
                let list = if boots_anew {
                    &mut on_restart
                } else {
                    &mut on_first_boot
                };
                list.push((&attribute.name, again));
            }
            Some(TakesEffect::Restart) => on_restart.push((&attribute.name, "")),
            None => {}
        }
    }
    // It starts with the new values, now or later.
    if was_stopped || is_stopped {
        on_restart.clear();
    }
    if was_stopped && is_stopped {
        on_first_boot.clear();
    }
    let mut details = Vec::new();
    if !on_restart.is_empty() {
        details.push(format!(
            "{} will be stored now and {} effect when the machine is restarted.",
            listed(&on_restart),
            if on_restart.len() == 1 {
                "takes"
            } else {
                "take"
            },
        ));
    }
    if let [(_, again), ..] = on_first_boot[..] {
        details.push(format!(
                "{} {} read on the first boot only: an existing machine does not see the change. To have it \
                 read again, change `{again}` as well and restart the machine.",
                listed(&on_first_boot),
                if on_first_boot.len() == 1 { "is" } else { "are" },
            ));
    }
    if !details.is_empty() {
        plan.diagnostics.warn(
            format!("No effect on the running machine yet: {place}"),
            details.join(" "),
        );
    }
}

/// `` `a`, `b` and `c` ``.
fn listed(names: &[(&str, &str)]) -> String {
    let names: Vec<String> = names.iter().map(|(name, _)| format!("`{name}`")).collect();
    match &names[..] {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// The check of versions, at any depth.
struct Versions<'a> {
    kind: &'a str,
    place: String,
    diagnostics: &'a mut Diagnostics,
}

impl Versions<'_> {
    fn object(
        &mut self,
        object: &Block,
        values: [&Value; 2],
        live: Option<&JsonSchema>,
        path: &Path,
    ) {
        for attribute in object.fields() {
            let path = path.attribute(&attribute.name);
            let values = values.map(|value| value.attribute(&attribute.name));
            let inner = live.and_then(|live| live.properties.get(&*attribute.api));
            match (&attribute.shape, attribute.upgrades) {
                (_, Some(upgrades)) => self.version(attribute, upgrades, values, live, &path),
                (Shape::Object(object), None) => self.object(object, values, inner, &path),
                (Shape::Map(element), None) => {
                    if let (Shape::Object(object), Some(entries)) = (&**element, values[1].as_map())
                    {
                        let inner = inner.and_then(|live| live.additional_properties.as_deref());
                        for (key, entry) in entries {
                            let values = [values[0].attribute(key), entry];
                            if !values[0].is_null() {
                                self.object(object, values, inner, &path.key(key));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn version(
        &mut self,
        attribute: &Attribute,
        upgrades: Upgrades,
        values: [&Value; 2],
        live: Option<&JsonSchema>,
        path: &Path,
    ) {
        // Which default is in effect, only the platform tells.
        if live.is_none() && values.iter().any(|value| value.is_null()) {
            return;
        }
        let [before, after] = values.map(|value| effective(attribute, value, live));
        let (Some(before), Some(after)) = (before.as_str(), after.as_str()) else {
            return;
        };
        let (Some(from), Some(to)) = (Version::of(before), Version::of(after)) else {
            return;
        };
        if from.lead.trim_start_matches('v') != to.lead.trim_start_matches('v') {
            return;
        }
        if to.is_below(&from) {
            let left_out = if values[1].is_null() {
                format!(" `{path}` is left out, and the platform uses `{after}` then.")
            } else {
                String::new()
            };
            return self.diagnostics.error_at(
                path,
                format!("Cannot downgrade {}: {}", self.kind, self.place),
                format!(
                    "`{path}` cannot be downgraded from {before} to {after}: upgrades cannot be undone.\
                     {left_out} Keep `{path} = \"{before}\"`: if the platform raised it in an upgrade, write that \
                     value. To use an older version, create a new {} and move the data.",
                    self.kind
                ),
            );
        }
        if upgrades == Upgrades::Minor
            && let Some(next) = from.next_minor(&to)
        {
            self.diagnostics.error_at(
                path,
                format!("Cannot skip a version of {}: {}", self.kind, self.place),
                format!(
                    "`{path}` can be raised by one minor version at a time, and {before} to {after} skips some. \
                     Set `{path} = \"{next}\"` first and apply; then raise it further."
                ),
            );
        }
    }
}

/// A version: what stands before its numbers, and these.
struct Version<'a> {
    lead: &'a str,
    numbers: Vec<u64>,
}

impl Version<'_> {
    fn of(text: &str) -> Option<Version<'_>> {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let numbers = text[start..]
            .split(|c: char| !c.is_ascii_digit())
            .map_while(|number| number.parse().ok())
            .collect();
        Some(Version {
            lead: &text[..start],
            numbers,
        })
    }

    /// Whether it is lower, as far as both say: `8` is not below `8.4`.
    fn is_below(&self, other: &Version<'_>) -> bool {
        let differing = self
            .numbers
            .iter()
            .zip(&other.numbers)
            .find(|(a, b)| a != b);
        differing.is_some_and(|(ours, theirs)| ours < theirs)
    }

    /// The version to go to first, where the target is more than one minor version away.
    fn next_minor(&self, target: &Version<'_>) -> Option<String> {
        let ([major, minor, ..], [to_major, to_minor, ..]) =
            (&self.numbers[..], &target.numbers[..])
        else {
            return None;
        };
        let skips = major == to_major && *to_minor > minor + 1;
        skips.then(|| format!("{}{major}.{}", target.lead, minor + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let below = |one: &str, other: &str| match (Version::of(one), Version::of(other)) {
            (Some(one), Some(other)) => one.is_below(&other),
            _ => false,
        };
        for (one, other) in [
            ("v17", "v18"),
            ("v9", "v10"),
            ("v1.9", "v1.31"),
            ("1.30", "v1.31"),
            ("8.0.4", "8.4"),
            ("24.9-lts", "25.3-lts"),
        ] {
            assert!(below(one, other) && !below(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("v18", "v18"),
            ("8", "8.4"),
            ("latest", "v1"),
            ("v1.31", "v1.31.4"),
        ] {
            assert!(!below(one, other) && !below(other, one), "{one} {other}");
        }
    }
}
