//! The controller's work queue: the objects in progress, and the order of the others.
use crate::object::Object;
use crate::store::Key;
use std::collections::{BTreeMap, VecDeque};

/// One install or upgrade, from when the controller starts to reconcile the object until Helm ends.
#[derive(Debug)]
struct Job {
    number: u64,
    /// The object when Helm started; none before that.
    started: Option<Object>,
    /// Whether its end is scheduled. The job of a disk that waits for a user or an upload has no end.
    ends: bool,
}

/// The jobs, at most one for each object, and the queue of a serial controller.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    count: u64,
    jobs: BTreeMap<Key, Job>,
    current: Option<Key>,
    waiting: VecDeque<Key>,
}

impl Jobs {
    /// Begins a job, which replaces an earlier one of the object. Its steps have its number.
    pub(crate) fn begin(&mut self, key: &Key, ends: bool) -> u64 {
        self.count += 1;
        let job = Job {
            number: self.count,
            started: None,
            ends,
        };
        self.jobs.insert(key.clone(), job);
        self.count
    }

    /// Records that Helm starts with the object in its current version. Returns whether its end is scheduled.
    pub(crate) fn start(&mut self, key: &Key, object: &Object) -> bool {
        self.jobs.get_mut(key).is_none_or(|job| {
            job.started = Some(object.clone());
            job.ends
        })
    }

    /// Whether a step belongs to the object's current job.
    pub(crate) fn is_current(&self, key: &Key, number: u64) -> bool {
        self.jobs.get(key).is_some_and(|job| job.number == number)
    }

    /// Whether the object has a job with a scheduled end.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.jobs.get(key).is_some_and(|job| job.ends)
    }

    /// Whether Helm is running for the object and its end is scheduled.
    pub(crate) fn is_running(&self, key: &Key) -> bool {
        self.jobs
            .get(key)
            .is_some_and(|job| job.ends && job.started.is_some())
    }

    /// Removes the object's job. Returns the object when Helm started.
    pub(crate) fn end(&mut self, key: &Key) -> Option<Object> {
        self.jobs.remove(key)?.started
    }

    /// Starts the object's turn with a serial controller, or adds the object to the end of the queue, at most once.
    /// Returns whether it is its turn.
    pub(crate) fn take_turn(&mut self, key: &Key) -> bool {
        match &self.current {
            Some(current) if current == key => true,
            None if self.waiting.is_empty() => {
                self.current = Some(key.clone());
                true
            }
            _ => {
                if !self.waiting.contains(key) {
                    self.waiting.push_back(key.clone());
                }
                false
            }
        }
    }

    /// Ends the turn of an object, if it has it. Returns the next object.
    pub(crate) fn pass_turn(&mut self, key: &Key) -> Option<Key> {
        if self.current.as_ref() != Some(key) {
            return None;
        }
        self.current = self.waiting.pop_front();
        self.current.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Jobs;

    fn key(name: &str) -> (String, String) {
        ("tenant-demo".to_owned(), name.to_owned())
    }

    #[test]
    fn a_turn_passes_in_the_order_of_the_queue() {
        let mut jobs = Jobs::default();
        let [a, b, c] = ["a", "b", "c"].map(key);
        assert!(jobs.take_turn(&a));
        assert!(!jobs.take_turn(&b) && !jobs.take_turn(&c) && !jobs.take_turn(&b));
        assert!(jobs.take_turn(&a), "it still has it");
        assert_eq!(jobs.pass_turn(&b), None, "it does not have it yet");
        assert_eq!(jobs.pass_turn(&a), Some(b.clone()));
        assert!(!jobs.take_turn(&a), "it is behind the others");
        assert_eq!(jobs.pass_turn(&b), Some(c.clone()));
        assert_eq!(jobs.pass_turn(&c), Some(a.clone()));
        assert_eq!(jobs.pass_turn(&a), None);
        assert!(jobs.take_turn(&b));
    }

    #[test]
    fn a_later_job_takes_the_place_of_an_earlier_one() {
        let mut jobs = Jobs::default();
        let first = jobs.begin(&key("a"), true);
        let second = jobs.begin(&key("a"), true);
        assert!(!jobs.is_current(&key("a"), first) && jobs.is_current(&key("a"), second));
        assert!(!jobs.is_running(&key("a")) && jobs.has(&key("a")));
    }
}
