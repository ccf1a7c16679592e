//! Data that an update deletes.

use super::transitions::Transition;
use crate::api::JsonSchema;
use crate::resource::diagnostics::error::capitalised;
use crate::resource::spec::names::default_of;
use crate::schema::{Attribute, Shape};
use crate::value::{Path, Value};

/// A deletion by an update.
pub(crate) struct Loss {
    path: Path,
    /// The declared description: `the database and its data`.
    what: &'static str,
    /// The removed entry, and whether the map gets a new one.
    entry: Option<(String, bool)>,
}

/// Finds what is deleted by a change between two values. An unknown value deletes nothing.
pub(crate) fn losses(transitions: &[Transition<'_>]) -> Vec<Loss> {
    let mut losses = Vec::new();
    for transition in transitions {
        if let Some(what) = transition.attribute.loses
            && !transition.is_unknown()
        {
            losses.extend(lost(transition, what));
        }
    }
    losses
}

fn lost(transition: &Transition<'_>, what: &'static str) -> Vec<Loss> {
    let path = &transition.path;
    if let Shape::Bool = transition.attribute.shape {
        let [was_on, is_on] = transition
            .effective()
            .map(|value| value.as_bool() == Some(true));
        let is_lost = was_on && !is_on;
        let loss = is_lost.then(|| Loss {
            path: path.clone(),
            what,
            entry: None,
        });
        return loss.into_iter().collect();
    }
    let [before, after] = [transition.prior, transition.planned]
        .map(|value| entries(transition.attribute, value, transition.live));
    let gains = after
        .iter()
        .any(|(key, _)| before.iter().all(|(other, _)| key != other));
    let is_lost = |key: &String| after.iter().all(|(other, _)| key != other);
    let lost = before.into_iter().filter(|(key, _)| is_lost(key));
    lost.map(|(key, index)| Loss {
        path: index.map_or_else(|| path.key(&key), |index| path.index(index)),
        what,
        entry: Some((key, gains)),
    })
    .collect()
}

/// The keys of a map, or the names and positions of list items. For an empty map, the entry that the platform adds. If
/// the entry is part of the platform's own default, it is kept beside others.
fn entries(
    attribute: &Attribute,
    value: &Value,
    live: Option<&JsonSchema>,
) -> Vec<(String, Option<usize>)> {
    if let Value::List(items) = value {
        let name = |item: &Value| item.attribute("name").as_str().map(str::to_owned);
        let items = items.iter().enumerate();
        return items
            .filter_map(|(index, item)| Some((name(item)?, Some(index))))
            .collect();
    }
    let keys = value.as_map().into_iter().flatten();
    let keys: Vec<String> = keys.map(|(key, _)| key.clone()).collect();
    let implicit = attribute.implicit_entry.filter(|key| {
        let default = default_of(attribute, live);
        keys.is_empty() && default.is_none_or(|default| default.get(*key).is_none())
    });
    let keys = keys.into_iter().chain(implicit.map(str::to_owned));
    keys.map(|key| (key, None)).collect()
}

impl Loss {
    /// Splits `the database and its data` into `the database` and the rest.
    fn split(&self) -> (&'static str, &'static str) {
        let ends = [self.what.find(" and "), self.what.find(';')];
        let end = ends.into_iter().flatten().min();
        self.what.split_at(end.unwrap_or(self.what.len()))
    }

    /// Formats ``the database `crm` and its data``.
    fn text(&self) -> String {
        let (noun, rest) = self.split();
        match &self.entry {
            Some((key, _)) => format!("{noun} `{key}`{rest}"),
            None => self.what.to_owned(),
        }
    }
}

pub(crate) fn summary(losses: &[Loss], place: &str) -> String {
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

/// All deletions in one clause, with their paths if there are several.
pub(crate) fn texts(losses: &[Loss]) -> String {
    match losses {
        [loss] => loss.text(),
        _ => {
            let each = losses.iter();
            let each = each.map(|loss| format!("{} ({})", loss.text(), quoted(&loss.path)));
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

/// How to keep the data.
pub(crate) fn keep(losses: &[Loss]) -> String {
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

/// If one entry is removed and another added, the entry may have been renamed.
pub(crate) fn renaming(losses: &[Loss]) -> &'static str {
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
