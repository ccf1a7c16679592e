//! The state shared by all handlers.
use crate::facts::{Facts, Kind};
use crate::faults::Faults;
use crate::options::Options;
use crate::race::Race;
use crate::release::Release;
use crate::served::Withheld;
use crate::state;
use crate::stats::Stats;
use crate::store::World;
use crate::upgrade;
use std::io::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// The reason for which a stand-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was stopped.
    Stopped,
    /// The label race crashed it, like the real server of 1.6.
    Died,
}

/// A running platform.
#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) options: Options,
    /// What is not served.
    pub(crate) withheld: Withheld,
    pub(crate) race: Race,
    /// Wakes the controller when there are new steps.
    pub(crate) wake: Notify,
    /// Set once, when the stand-in stops.
    pub(crate) end: watch::Sender<Option<End>>,
    facts: Mutex<&'static Facts>,
    world: Mutex<World>,
    stats: Mutex<Stats>,
    faults: Mutex<Faults>,
}

/// The shared platform of the handlers.
pub(crate) type Shared = Arc<Platform>;

impl Platform {
    /// A platform with the content of its state file.
    pub(crate) fn new(
        options: Options,
        end: watch::Sender<Option<End>>,
    ) -> std::io::Result<Platform> {
        let facts = Facts::of(options.platform)?;
        let mut world = World::new(facts, options.lag);
        if let Some(held) = options
            .state
            .as_deref()
            .map(state::load)
            .transpose()?
            .flatten()
        {
            world.restore(held);
        }
        world.make_tenant(&options.subject.tenant);
        if options.etcd_required {
            world.require_etcd();
        }
        world.late_status = options.late_status;
        world.leavings = options.leaves.iter().cloned().collect();
        let mut faults = Faults::default();
        faults.set(options.faults.iter().cloned());
        let withheld = Withheld::of(&options, facts).map_err(Error::other)?;
        Ok(Platform {
            facts: Mutex::new(facts),
            race: Race::default(),
            wake: Notify::new(),
            end,
            world: Mutex::new(world),
            stats: Mutex::default(),
            faults: Mutex::new(faults),
            withheld,
            options,
        })
    }

    /// Locks the state. The lock is never held across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// The counts.
    pub(crate) fn stats(&self) -> MutexGuard<'_, Stats> {
        lock(&self.stats)
    }

    /// The active faults.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// The table of the release.
    pub(crate) fn facts(&self) -> &'static Facts {
        *lock(&self.facts)
    }

    /// The current release.
    pub(crate) fn release(&self) -> Release {
        self.facts().release
    }

    /// Upgrades to a later release, and migrates the existing objects.
    pub(crate) fn upgrade(&self, to: Release) -> Result<(), String> {
        let facts = Facts::of(to).map_err(|error| error.to_string())?;
        let mut world = self.world();
        let from = world.facts.release;
        if to <= from {
            return Err(format!("{to} is not later than {from}"));
        }
        *lock(&self.facts) = facts;
        upgrade::upgrade(&mut world, &self.options, facts);
        self.written(&world);
        Ok(())
    }

    /// The kinds that are served.
    pub(crate) fn kinds(&self) -> Vec<&'static Kind> {
        self.withheld.rest(self.facts())
    }

    /// The kind of a resource name in a path, if it is served.
    pub(crate) fn kind_at(&self, plural: &str) -> Option<&'static Kind> {
        self.kinds().into_iter().find(|kind| kind.plural == plural)
    }

    /// Completes a write: saves the state and wakes the controller. Clients must not notice if the state file cannot be
    /// written; the next save tries again.
    pub(crate) fn written(&self, world: &World) {
        if let Some(path) = &self.options.state {
            let _ = state::save(path, &world.holdings());
        }
        self.wake.notify_one();
    }

    /// Stops the stand-in.
    pub(crate) fn finish(&self, how: End) {
        self.end
            .send_if_modified(|end| end.is_none() && end.replace(how).is_none());
    }
}

/// A panic while a lock was held does not cause further ones.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
