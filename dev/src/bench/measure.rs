//! The measurements with Terraform: objects are created, planned, changed and destroyed, and compared with Terraform
//! alone.

use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::memory::{Kibibytes, Peak};
use super::options::Options;
use super::process::Ran;
use super::standin::{Requests, Standin};
use super::workspace::{Action, Subject, Terraform, Workspace};

/// The number of plans for the median.
pub(crate) const PLANS: usize = 3;

/// The number of objects for the comparison of watches and polling.
pub(crate) const WAITED_FOR: usize = 20;

/// The number of objects of many kinds.
pub(crate) const OF_KINDS: usize = 500;

/// Longer than the platform takes to process writes, and longer than its reads lag behind them.
const UNCHANGED_TIMEOUT: Duration = Duration::from_millis(600);

/// One operation on all objects.
pub(crate) struct Phase {
    pub(crate) action: Action,
    /// The time in seconds.
    pub(crate) time: f64,
    /// The time of Terraform alone with as many `terraform_data`, in seconds.
    pub(crate) floor: f64,
    pub(crate) requests: Requests,
    /// The memory of the provider.
    pub(crate) memory: Option<Kibibytes>,
    /// The memory of Terraform, in its run alone.
    pub(crate) floor_memory: Option<Kibibytes>,
}

/// An operation without a comparison to Terraform alone.
pub(crate) struct Way {
    pub(crate) time: f64,
    pub(crate) requests: Requests,
}

/// All operations on a number of objects.
pub(crate) struct Round {
    pub(crate) objects: usize,
    pub(crate) phases: Vec<Phase>,
    /// A plan with one GET for each object.
    pub(crate) single_plan: Way,
}

impl Round {
    pub(crate) fn phase(&self, action: Action) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.action == action)
    }

    /// The provider's peak memory in all phases.
    pub(crate) fn memory(&self) -> Option<Kibibytes> {
        self.phases.iter().filter_map(|phase| phase.memory).max()
    }

    /// The peak memory of Terraform alone in all phases.
    pub(crate) fn floor_memory(&self) -> Option<Kibibytes> {
        let peaks = self.phases.iter().filter_map(|phase| phase.floor_memory);
        peaks.max()
    }
}

/// The same objects with watches and with polling.
pub(crate) struct Waits {
    pub(crate) action: Action,
    pub(crate) stream: Way,
    pub(crate) polling: Way,
}

/// The inputs of all measurements.
pub(crate) struct Bench<'run> {
    pub(crate) terraform: &'run Terraform,
    pub(crate) standin: &'run Standin,
    pub(crate) options: &'run Options,
}

impl Bench<'_> {
    /// Measures all operations on a number of objects.
    ///
    /// # Errors
    ///
    /// A run failed.
    pub(crate) fn round(&self, objects: usize) -> Result<Round> {
        let ours = self.workspace(Subject::Postgres { waits: false }, objects)?;
        let floor = self.workspace(Subject::Floor, objects)?;
        let mut phases = vec![self.phase(&ours, &floor, Action::Create, 1)?];
        thread::sleep(UNCHANGED_TIMEOUT);
        phases.push(self.phase(&ours, &floor, Action::Plan, PLANS)?);
        let (single_plan, _) = self.way(PLANS, || ours.run_singly(Action::Plan))?;
        phases.push(self.phase(&ours, &floor, Action::Change, 1)?);
        phases.push(self.phase(&ours, &floor, Action::Destroy, 1)?);
        let left = self.standin.objects()?;
        ensure!(left == 0, "{left} objects are left on the platform");
        Ok(Round {
            objects,
            phases,
            single_plan,
        })
    }

    /// Measures validation and a plan of objects of many kinds.
    ///
    /// # Errors
    ///
    /// A run failed.
    pub(crate) fn kinds(&self) -> Result<Vec<Phase>> {
        let ours = self.workspace(Subject::Kinds, OF_KINDS)?;
        let floor = self.workspace(Subject::Floor, OF_KINDS)?;
        let validate = self.phase(&ours, &floor, Action::Validate, PLANS)?;
        self.phase(&ours, &floor, Action::Create, 1)?;
        thread::sleep(UNCHANGED_TIMEOUT);
        let plan = self.phase(&ours, &floor, Action::Plan, PLANS)?;
        self.phase(&ours, &floor, Action::Destroy, 1)?;
        Ok(vec![validate, plan])
    }

    /// Creates and destroys objects with waiting, by watches and by polling.
    ///
    /// # Errors
    ///
    /// A run failed.
    pub(crate) fn waits(&self) -> Result<Vec<Waits>> {
        let subject = Subject::Postgres { waits: true };
        let stream = self.workspace(subject, WAITED_FOR)?;
        let polling = self.workspace(subject, WAITED_FOR)?;
        let mut ways = [Vec::new(), Vec::new()];
        // One after the other, because both use the same names.
        for action in [Action::Create, Action::Destroy] {
            ways[0].push(self.way(1, || stream.run(action))?.0);
        }
        for action in [Action::Create, Action::Destroy] {
            ways[1].push(self.way(1, || polling.run_singly(action))?.0);
        }
        let [stream, polling] = ways;
        let actions = [Action::Create, Action::Destroy].into_iter();
        Ok(actions
            .zip(stream.into_iter().zip(polling))
            .map(|(action, (stream, polling))| Waits {
                action,
                stream,
                polling,
            })
            .collect())
    }

    fn workspace(&self, subject: Subject, objects: usize) -> Result<Workspace<'_>> {
        let kubeconfig = &self.standin.kubeconfig;
        Workspace::new(self.terraform, kubeconfig, self.options, subject, objects)
    }

    fn phase(
        &self,
        ours: &Workspace<'_>,
        floor: &Workspace<'_>,
        action: Action,
        times: usize,
    ) -> Result<Phase> {
        let (way, peak) = self.way(times, || ours.run(action))?;
        let (alone, floor_peak) = self.way(times, || floor.run(action))?;
        ensure!(
            alone.requests.total == 0,
            "someone else asked the stand-in during {}",
            action.title()
        );
        Ok(Phase {
            action,
            time: way.time,
            floor: alone.time,
            requests: way.requests,
            memory: peak.provider,
            floor_memory: floor_peak.own,
        })
    }

    /// The median time of some runs, the highest number of requests, and the highest peak memory.
    fn way(&self, times: usize, mut run: impl FnMut() -> Result<Ran>) -> Result<(Way, Peak)> {
        let mut took = Vec::new();
        let mut most = Requests::default();
        let mut highest = Peak::default();
        for _ in 0..times {
            self.standin.reset()?;
            let ran = match (run(), self.standin.requests()) {
                // The version also prints providers and update notices.
                (Err(_), Err(ended)) => return Err(ended),
                (ran, _) => ran?,
            };
            let requests = self.standin.requests()?;
            if requests.total > most.total {
                most = requests;
            }
            took.push(ran.took.as_secs_f64());
            highest = highest.max(ran.peak);
        }
        let way = Way {
            time: median(took),
            requests: most,
        };
        Ok((way, highest))
    }
}

/// The median; the higher of two middle values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 3.0).abs() < f64::EPSILON);
    }
}
