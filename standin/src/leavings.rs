//! Storage that is orphaned by an uninstall, on request of a test.
use crate::object::Object;
use crate::part::Sort;
use crate::parts::PartKey;
use crate::queue::{Due, Step};
use crate::store::World;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a workload remains; permanently if there is no time.
pub(crate) type Stay = Option<Duration>;

/// Times by the names of applications.
pub(crate) type Leavings = BTreeMap<String, Stay>;

/// Reads `NAME` or `NAME=SECONDS`.
pub(crate) fn parse(text: &str) -> Result<(String, Stay), String> {
    let (name, stay) = match text.split_once('=') {
        None => (text, None),
        Some((name, seconds)) => {
            let stay = crate::arguments::seconds("leave", seconds)?;
            (name, Some(stay))
        }
    };
    if name.is_empty() {
        return Err("the name of an application is missing".to_owned());
    }
    Ok((name.to_owned(), stay))
}

impl World {
    /// Selects the part of an application that remains, if any: preferably a volume.
    pub(crate) fn leave_behind(&mut self, object: &Object, owned: &[PartKey]) -> Option<PartKey> {
        let stay = *self.leavings.get(&object.name)?;
        let mut workloads = owned.iter().filter(|key| key.0 == Sort::Workload);
        let volume = workloads.clone().find(|key| key.2.starts_with("pvc-"));
        let key = volume.or_else(|| workloads.next())?.clone();
        let mut part = self.parts.get(key.0, &key.1, &key.2)?.clone();
        part.left = true;
        self.put_part(part);
        if let Some(stay) = stay {
            let due = Due {
                step: Step::Sweep,
                key: (key.1.clone(), key.2.clone()),
                uid: object.uid.clone(),
                generation: object.generation,
                job: 0,
            };
            self.queue.add(Instant::now() + stay, due);
        }
        Some(key)
    }

    /// Deletes an orphaned workload, unless a new application has adopted it.
    pub(crate) fn sweep(&mut self, namespace: &str, name: &str) {
        let left = self.parts.get(Sort::Workload, namespace, name);
        if left.is_some_and(|part| part.left) {
            self.end_part(&(Sort::Workload, namespace.to_owned(), name.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn a_stay_has_an_end_or_none() {
        assert_eq!(parse("a"), Ok(("a".to_owned(), None)));
        let stay = Some(Duration::from_millis(500));
        assert_eq!(parse("a=0.5"), Ok(("a".to_owned(), stay)));
        for text in ["", "=1", "a=x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
