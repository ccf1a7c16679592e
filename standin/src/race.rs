//! The race between concurrent writes of objects without labels. The server uses one shared map for all label-less
//! objects of a kind and writes the application's name into it (measured: 10 concurrent writers mislabel objects on
//! every release, and crash the process of 1.6). With at least one label, an object has a map of its own.
use crate::release::Release;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// On 1.6, the process crashes at every n-th overlap.
const DEATH_EVERY: u64 = 3;
/// On 1.3, the write fails with a 500 at every n-th overlap.
const FAILURE_EVERY: u64 = 2;

/// The effect of the race on a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meeting {
    /// None: there was no other write, or the object has a label.
    Nobody,
    /// The object's label has the name of the other write.
    Mislabelled(String),
    /// The backend rejects the resulting object.
    Refused,
    /// The process crashes.
    Death,
}

#[derive(Debug, Default)]
struct Writes {
    overlaps: u64,
    open: HashMap<String, Vec<String>>,
}

/// The label-less writes in flight.
#[derive(Clone, Debug, Default)]
pub(crate) struct Race(Arc<Mutex<Writes>>);

/// A write in flight, until it is dropped.
#[derive(Debug)]
pub(crate) struct Entry {
    race: Race,
    kind: String,
    name: String,
    /// The effect of the race, decided when the write began.
    pub(crate) meeting: Meeting,
}

impl Race {
    /// Begins a label-less write of an object.
    pub(crate) fn enter(&self, release: Release, kind: &str, name: &str) -> Entry {
        let mut writes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = writes.open.entry(kind.to_owned()).or_default();
        let other = open.iter().rfind(|other| *other != name).cloned();
        open.push(name.to_owned());
        let meeting = match other {
            None => Meeting::Nobody,
            Some(other) => {
                writes.overlaps += 1;
                let nth = |every| writes.overlaps.is_multiple_of(every);
                match release {
                    Release::V1_6 | Release::Main if nth(DEATH_EVERY) => Meeting::Death,
                    Release::V1_1 | Release::V1_3 if nth(FAILURE_EVERY) => Meeting::Refused,
                    _ => Meeting::Mislabelled(other),
                }
            }
        };
        Entry {
            race: self.clone(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            meeting,
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut writes = self.race.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = writes.open.get_mut(&self.kind)
            && let Some(mine) = open.iter().position(|name| *name == self.name)
        {
            open.remove(mine);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Meeting, Race};
    use crate::release::Release;

    #[test]
    fn one_after_the_other_nothing_happens() {
        let race = Race::default();
        for name in ["a", "b", "c"] {
            assert_eq!(
                race.enter(Release::V1_6, "Redis", name).meeting,
                Meeting::Nobody
            );
        }
    }

    #[test]
    fn kinds_do_not_meet() {
        let race = Race::default();
        let _first = race.enter(Release::V1_6, "Redis", "a");
        assert_eq!(
            race.enter(Release::V1_6, "Bucket", "b").meeting,
            Meeting::Nobody
        );
    }

    #[test]
    fn the_third_overlap_kills_1_6_only() {
        for (release, last) in [
            (Release::V1_6, Meeting::Death),
            (Release::V0_41, Meeting::Mislabelled("c".to_owned())),
        ] {
            let race = Race::default();
            let entries: Vec<_> = ["a", "b", "c", "d"]
                .map(|name| race.enter(release, "Redis", name))
                .into();
            assert_eq!(entries[1].meeting, Meeting::Mislabelled("a".to_owned()));
            assert_eq!(entries[3].meeting, last);
        }
    }
}
