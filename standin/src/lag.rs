//! Reads that lag behind writes, because the server reads from a cache.
use crate::object::Object;
use crate::store::Key;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// A write of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    Created,
    Replaced,
    Removed,
}

impl Write {
    /// The percentage of writes that an immediate GET does not see (measured on 1.6: 10 writers, 250 objects).
    fn unseen_by_get(self) -> u64 {
        match self {
            Write::Created => 2,
            Write::Replaced | Write::Removed => 28,
        }
    }
}

/// The percentage of writes that an immediate LIST does not see (measured on 1.6).
const UNSEEN_BY_LIST: u64 = 1;

/// The stale version that readers get; `None` if the object does not exist for them yet.
#[derive(Debug)]
struct Past {
    until: Instant,
    by_list: bool,
    object: Option<Object>,
}

/// The stale versions that are still served, and the random numbers that select them.
#[derive(Debug)]
pub(crate) struct Lag {
    most: Duration,
    chance: Chance,
    pasts: HashMap<Key, Past>,
}

impl Lag {
    pub(crate) fn new(most: Duration) -> Lag {
        Lag {
            most,
            chance: Chance(0x5eed),
            pasts: HashMap::new(),
        }
    }

    /// Records a write. For some writes, readers get the previous version for a while.
    pub(crate) fn note(&mut self, key: &Key, before: Option<&Object>, write: Write) {
        let (roll, list_roll) = (self.chance.below(100), self.chance.below(100));
        let share = self.chance.below(1000);
        if self.most.is_zero() || roll >= write.unseen_by_get() {
            return;
        }
        // At least half of the lag: with shorter delays hardly any reader would get a stale version.
        let lasts = self.most.mul_f64(0.5 + share as f64 / 2000.0);
        let past = Past {
            until: Instant::now() + lasts,
            by_list: list_roll < UNSEEN_BY_LIST * 100 / write.unseen_by_get(),
            object: before.cloned(),
        };
        self.pasts.insert(key.clone(), past);
    }

    /// The stale version that a GET returns, if any.
    pub(crate) fn for_get(&self, key: &Key) -> Option<Option<&Object>> {
        let past = self
            .pasts
            .get(key)
            .filter(|past| past.until > Instant::now())?;
        Some(past.object.as_ref())
    }

    /// The stale versions that a LIST returns, by object.
    pub(crate) fn for_list(&self) -> impl Iterator<Item = (&Key, Option<&Object>)> {
        let now = Instant::now();
        let shown = self
            .pasts
            .iter()
            .filter(move |(_, past)| past.by_list && past.until > now);
        shown.map(|(key, past)| (key, past.object.as_ref()))
    }

    /// Removes stale versions that are no longer served.
    pub(crate) fn tidy(&mut self) {
        let now = Instant::now();
        self.pasts.retain(|_, past| past.until > now);
    }
}

/// Pseudo-random numbers with a fixed seed, so that a run can be repeated.
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        mix(&mut self.0) % bound
    }
}

/// Advances a state and returns well-mixed bits of it (splitmix64).
pub(crate) fn mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Lag, Write};
    use std::time::Duration;

    #[test]
    fn the_measured_shares_are_met() {
        for (write, low, high) in [(Write::Created, 5, 40), (Write::Replaced, 230, 330)] {
            let mut lag = Lag::new(Duration::from_secs(60));
            for i in 0..1000 {
                lag.note(&("ns".to_owned(), i.to_string()), None, write);
            }
            let unseen = lag.pasts.len();
            assert!((low..high).contains(&unseen), "{write:?}: {unseen}");
        }
    }

    #[test]
    fn no_lag_shows_the_present() {
        let mut lag = Lag::new(Duration::ZERO);
        let key = ("ns".to_owned(), "a".to_owned());
        (0..100).for_each(|_| lag.note(&key, None, Write::Removed));
        assert!(lag.for_get(&key).is_none());
    }
}
