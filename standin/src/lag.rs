//! Reads that trail writes, as the server's cache makes them.
use crate::object::Object;
use crate::store::Key;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// What was done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    Created,
    Replaced,
    Removed,
}

impl Write {
    /// The share of writes, in percent, which a GET right after does not see (measured on 1.6: 10
    /// writers, 250 objects).
    fn unseen_by_get(self) -> u64 {
        match self {
            Write::Created => 2,
            Write::Replaced | Write::Removed => 28,
        }
    }
}

/// The share of writes, in percent, which a LIST right after does not see (measured on 1.6).
const UNSEEN_BY_LIST: u64 = 1;

/// What readers are still shown of an object; `None` where they do not see it at all.
#[derive(Debug)]
struct Past {
    until: Instant,
    by_list: bool,
    object: Option<Object>,
}

/// The pasts still shown, and the chance that makes them.
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

    /// Notes a write: for some of them, readers keep seeing what was before for a while.
    pub(crate) fn note(&mut self, key: &Key, before: Option<&Object>, write: Write) {
        let (roll, list_roll) = (self.chance.below(100), self.chance.below(100));
        let share = self.chance.below(1000);
        if self.most.is_zero() || roll >= write.unseen_by_get() {
            return;
        }
        // At least half of the lag, or hardly any reader would ever notice.
        let lasts = self.most.mul_f64(0.5 + share as f64 / 2000.0);
        let past = Past {
            until: Instant::now() + lasts,
            by_list: list_roll < UNSEEN_BY_LIST * 100 / write.unseen_by_get(),
            object: before.cloned(),
        };
        self.pasts.insert(key.clone(), past);
    }

    /// What a GET is shown instead of the present, if anything.
    pub(crate) fn for_get(&self, key: &Key) -> Option<Option<&Object>> {
        let past = self
            .pasts
            .get(key)
            .filter(|past| past.until > Instant::now())?;
        Some(past.object.as_ref())
    }

    /// What a LIST is shown instead of the present, by object.
    pub(crate) fn for_list(&self) -> impl Iterator<Item = (&Key, Option<&Object>)> {
        let now = Instant::now();
        let shown = self
            .pasts
            .iter()
            .filter(move |(_, past)| past.by_list && past.until > now);
        shown.map(|(key, past)| (key, past.object.as_ref()))
    }

    /// Forgets the pasts nobody is shown any more.
    pub(crate) fn tidy(&mut self) {
        let now = Instant::now();
        self.pasts.retain(|_, past| past.until > now);
    }
}

/// Pseudo-random numbers from a fixed seed, so that a run can be repeated.
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
