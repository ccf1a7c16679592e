//! Data that a plan deletes: a warning, or with `deletion_protection` an error.

use super::effect::effective;
use super::request::{Plan, PlanRequest};
use crate::api::JsonSchema;
use crate::resource::diagnostics::error::capitalised;
use crate::resource::resource_type::ResourceType;
use crate::resource::spec::names::default_of;
use crate::resource::state::private::Private;
use crate::resource::state::reported::id;
use crate::schema::{Attribute, Block, Shape};
use crate::value::{Path, Value};

/// The attribute that protects an object.
const NAME: &str = "deletion_protection";

/// What a change in place deletes.
struct Loss {
    path: Path,
    /// The word of the declaration: `the database and its data`.
    what: &'static str,
    /// The entry that is removed, and whether the map gets another one.
    entry: Option<(String, bool)>,
}

/// Whether an object is protected, and by whose word.
enum Protection {
    Off,
    /// It is known only after apply.
    Unknown,
    ByResource,
    ByProvider,
}

impl Protection {
    fn of(values: &Value, request: &PlanRequest<'_>) -> Protection {
        match values.attribute(NAME) {
            Value::Bool(true) => Protection::ByResource,
            Value::Unknown => Protection::Unknown,
            Value::Null if request.protects_from_deletion => Protection::ByProvider,
            _ => Protection::Off,
        }
    }

    /// Where it is switched on, for messages; none where it is not in effect.
    fn in_effect(&self) -> Option<&'static str> {
        match self {
            Protection::Off => None,
            Protection::Unknown => Some(
                "`deletion_protection` is known only after apply, which counts as `true` until then",
            ),
            Protection::ByResource => Some("`deletion_protection` is `true`"),
            Protection::ByProvider => {
                Some("`deletion_protection` is `true` in the provider configuration")
            }
        }
    }
}

/// Warns of what a change deletes in place. Where the planned object is protected, refuses that and a
/// replacement.
pub(crate) fn protect_from_loss(
    resource_type: &ResourceType,
    request: &PlanRequest<'_>,
    plan: &mut Plan,
) {
    let protection = Protection::of(&plan.planned, request);
    let place = place(request.prior);
    let title = &resource_type.title;
    if !plan.requires_replace.is_empty() {
        let Some(why) = protection.in_effect() else {
            return;
        };
        let mut causes: Vec<String> = plan.requires_replace.iter().map(quoted).collect();
        causes.dedup();
        return plan.diagnostics.error(
                format!("Deletion protection: cannot replace {title} {place}"),
                format!(
                    "Changing {} forces replacement, which deletes the object with its data, and {why}. To keep \
                     the object, undo the change. To replace it, set `deletion_protection = false` on this \
                     resource; this can be done in the same change.",
                    causes.join(", ")
                ),
            );
    }
    let mut losses = Vec::new();
    let values = [request.prior, &plan.planned];
    find(
        &resource_type.spec,
        values,
        request.live,
        &Path::root(),
        &mut losses,
    );
    if losses.is_empty() {
        return;
    }
    let keep = keep(&losses);
    if let Some(why) = protection.in_effect() {
        return plan.diagnostics.error(
                format!("Deletion protection: cannot change {title} {place}"),
                format!(
                    "Applying this plan would delete {}, and {why}. {keep}. To delete it, set \
                     `deletion_protection = false` on this resource; this can be done in the same change.{}",
                    texts(&losses),
                    renaming(&losses)
                ),
            );
    }
    plan.diagnostics.warn(
            summary(&losses, &place),
            format!(
                "Applying this plan deletes {}. {keep}; to prevent this, set `deletion_protection = true`.{}",
                texts(&losses),
                renaming(&losses)
            ),
        );
}

/// Refuses to replace a protected object that the plan itself does not ask to replace: with `-replace` or
/// `replace_triggered_by`, Terraform plans a create, with what is remembered of the old object.
pub(crate) fn protect_from_forced_replacement(
    resource_type: &ResourceType,
    request: &PlanRequest<'_>,
    plan: &mut Plan,
) {
    let is_replacement = !Private::read(request.private).uid.is_empty();
    let protection = Protection::of(&plan.planned, request);
    let Some(why) = protection
        .in_effect()
        .filter(|_| is_replacement && !request.is_applying)
    else {
        return;
    };
    plan.diagnostics.error(
            format!(
                "Deletion protection: cannot replace {} {}",
                resource_type.title,
                place(&plan.planned)
            ),
            format!(
                "The object is to be replaced, which deletes it with its data, and {why}. To keep it, leave out \
                 `-replace` or the change that `replace_triggered_by` names. To replace it, set \
                 `deletion_protection = false` on this resource; this can be done in the same change."
            ),
        );
}

/// Refuses to destroy a protected object. The state decides: there is no configuration of it any more.
pub(crate) fn protect_from_destroy(
    resource_type: &ResourceType,
    request: &PlanRequest<'_>,
    plan: &mut Plan,
) {
    // During an apply, Terraform asks this of what `create_before_destroy` replaced. That was approved, with
    // the new value, and the state of the old object still has the old one.
    if request.prior.is_null() || request.is_applying {
        return;
    }
    let Some(why) = Protection::of(request.prior, request).in_effect() else {
        return;
    };
    plan.diagnostics.error(
            format!(
                "Deletion protection: cannot destroy {} {}",
                resource_type.title,
                place(request.prior)
            ),
            format!(
                "Destroying it deletes its data, and {why}. To destroy it, set `deletion_protection = false` on this \
                 resource, apply, then destroy it. If its block was removed from the configuration, restore the \
                 block first."
            ),
        );
}

fn place(values: &Value) -> String {
    let text = |name: &str| values.attribute(name).as_str().unwrap_or_default();
    id(text("namespace"), text("name"))
}

/// Finds what is deleted between two values, at any depth. A value that is not known yet deletes nothing.
fn find(
    object: &Block,
    values: [&Value; 2],
    live: Option<&JsonSchema>,
    path: &Path,
    losses: &mut Vec<Loss>,
) {
    for attribute in object.fields() {
        let path = path.attribute(&attribute.name);
        let [prior, planned] = values.map(|value| value.attribute(&attribute.name));
        if prior.is_unknown() || planned.is_unknown() {
            continue;
        }
        let inner = live.and_then(|live| live.properties.get(&*attribute.api));
        match (&attribute.shape, attribute.loses) {
            (Shape::Bool, Some(what)) => {
                let is_on =
                    |value: &Value| effective(attribute, value, live).as_bool() == Some(true);
                if is_on(prior) && !is_on(planned) {
                    losses.push(Loss {
                        path,
                        what,
                        entry: None,
                    });
                }
            }
            (Shape::Object(object), _) => find(object, [prior, planned], inner, &path, losses),
            (Shape::Map(element), loses) => {
                if let Some(what) = loses {
                    let (before, after) =
                        (keys(attribute, prior, live), keys(attribute, planned, live));
                    let gains = after.iter().any(|key| !before.contains(key));
                    let lost = before.into_iter().filter(|key| !after.contains(key));
                    losses.extend(lost.map(|key| Loss {
                        path: path.key(&key),
                        what,
                        entry: Some((key, gains)),
                    }));
                }
                if let (Shape::Object(object), Some(entries)) = (&**element, planned.as_map()) {
                    let inner = inner.and_then(|live| live.additional_properties.as_deref());
                    for (key, entry) in entries {
                        let values = [prior.attribute(key), entry];
                        find(object, values, inner, &path.key(key), losses);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The entries of a map; where there are none, the one that the platform has then. Where the platform's own
/// default has it, it stays beside others that are given.
fn keys(attribute: &Attribute, value: &Value, live: Option<&JsonSchema>) -> Vec<String> {
    let entries = value.as_map().into_iter().flatten();
    let keys: Vec<String> = entries.map(|(key, _)| key.clone()).collect();
    let implicit = attribute.implicit_entry.filter(|key| {
        let default = default_of(attribute, live);
        keys.is_empty() && default.is_none_or(|default| default.get(*key).is_none())
    });
    keys.into_iter()
        .chain(implicit.map(str::to_owned))
        .collect()
}

impl Loss {
    /// `the database` of `the database and its data`, and the rest.
    fn split(&self) -> (&'static str, &'static str) {
        let ends = [self.what.find(" and "), self.what.find(';')];
        let end = ends.into_iter().flatten().min();
        self.what.split_at(end.unwrap_or(self.what.len()))
    }

    /// ``the database `crm` and its data``.
    fn text(&self) -> String {
        let (noun, rest) = self.split();
        match &self.entry {
            Some((key, _)) => format!("{noun} `{key}`{rest}"),
            None => self.what.to_owned(),
        }
    }
}

fn summary(losses: &[Loss], place: &str) -> String {
    let Some(first) = losses.first() else {
        return String::new();
    };
    let noun = first.split().0.trim_start_matches("the ");
    let noun = capitalised(noun);
    match losses.len() {
        1 if first.entry.is_some() => format!("{noun} will be dropped: {place}, {}", first.path),
        1 => format!("{noun} will be deleted: {place}, {}", first.path),
        n => format!("{noun} and {} more will be deleted: {place}", n - 1),
    }
}

/// All that is deleted, in one clause, each with its path where there are several.
fn texts(losses: &[Loss]) -> String {
    match losses {
        [loss] => loss.text(),
        _ => {
            let each = losses.iter();
            let each = each.map(|loss| format!("{} ({})", loss.text(), quoted(&loss.path)));
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

/// How to keep what would be deleted.
fn keep(losses: &[Loss]) -> String {
    match losses {
        [
            Loss {
                entry: None, path, ..
            },
        ] => format!("To keep it, set `{path} = true`"),
        [_] => "To keep it, restore the entry".to_owned(),
        _ => "To keep them, undo these changes".to_owned(),
    }
}

/// Where an entry goes and another comes, it may be a renamed one.
fn renaming(losses: &[Loss]) -> &'static str {
    let is_renamed = |loss: &Loss| loss.entry.as_ref().is_some_and(|(_, gains)| *gains);
    if losses.iter().any(is_renamed) {
        " Renaming an entry deletes it and creates a new one."
    } else {
        ""
    }
}

fn quoted(path: &Path) -> String {
    format!("`{path}`")
}
