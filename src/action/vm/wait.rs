use std::collections::BTreeSet;

use tokio::time::Instant;

use super::machine::{Machine, pods_text};
use crate::action::progress::Progress;
use crate::api::{Error, Object, Pod};
use crate::resource::wait::poll::{POLL, Poll};

/// What a change of power is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The machine runs.
    Running,
    /// The machine does not run.
    Stopped,
    /// The machine runs in another pod than before.
    Restarted,
}

impl Goal {
    /// Whether it is reached. `before` are the uids of the pods before the request.
    pub(super) fn is_met(self, pods: &[Pod], before: &BTreeSet<String>) -> bool {
        match self {
            Goal::Running => pods.iter().any(Pod::is_running),
            Goal::Stopped => pods.iter().all(Pod::has_ended),
            Goal::Restarted => pods
                .iter()
                .any(|pod| pod.is_running() && !before.contains(&pod.uid)),
        }
    }
}

/// How a wait ended.
pub(super) enum Outcome {
    /// The goal is reached.
    Met,
    /// The pods of the machine cannot be listed.
    Unseen,
    /// The timeout expired, or Terraform was interrupted (`true`), with the last reported status.
    TimedOut(bool, String),
    /// The machine was deleted.
    Gone,
    /// A request failed.
    Failed(Error),
}

/// Waits until the goal is reached, and reports each change.
pub(super) async fn wait(
    machine: &Machine<'_>,
    goal: Goal,
    before: &BTreeSet<String>,
    mut application: Option<Object>,
    deadline: Instant,
    progress: &mut Progress,
) -> Outcome {
    let session = machine.session;
    let mut poll = Poll::until(deadline);
    let mut read_at = Instant::now();
    let mut last = None;
    loop {
        match machine.pods().await {
            Some(pods) if goal.is_met(&pods, before) => return Outcome::Met,
            Some(pods) => {
                let text = pods_text(&pods, application.as_ref());
                progress.report(&text);
                last = Some(text);
            }
            // A list can fail once, or because the time is over.
            None => {}
        }
        if let Err(is_stopped) = poll.next(session).await {
            let last = last.unwrap_or_else(|| "not observed".to_owned());
            return Outcome::TimedOut(is_stopped, last);
        }
        if read_at.elapsed() < POLL {
            continue;
        }
        read_at = Instant::now();
        match (machine.application().await, &application) {
            (Ok(Some(read)), Some(known)) if read.uid != known.uid => return Outcome::Gone,
            (Ok(None), Some(_)) => return Outcome::Gone,
            (Ok(read), _) => application = read,
            // The next round ends with the timeout or the interrupt.
            (Err(_), _) if *session.stop.borrow() || Instant::now() >= deadline => {}
            (Err(error), _) => return Outcome::Failed(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(uid: &str, phase: &str, is_terminating: bool) -> Pod {
        Pod {
            uid: uid.to_owned(),
            phase: phase.to_owned(),
            is_terminating,
            ..Pod::default()
        }
    }

    #[test]
    fn the_pods_show_whether_the_goal_is_reached() {
        let before = BTreeSet::from(["old".to_owned()]);
        for (pods, met) in [
            (vec![], vec![Goal::Stopped]),
            (vec![pod("old", "Running", false)], vec![Goal::Running]),
            (vec![pod("old", "Running", true)], vec![]),
            (vec![pod("old", "Succeeded", false)], vec![Goal::Stopped]),
            (vec![pod("new", "Pending", false)], vec![]),
            (vec![pod("new", "", false)], vec![]),
            (
                vec![pod("old", "Failed", true), pod("new", "Running", false)],
                vec![Goal::Running, Goal::Restarted],
            ),
        ] {
            let goals = [Goal::Running, Goal::Stopped, Goal::Restarted];
            let found = goals.into_iter().filter(|goal| goal.is_met(&pods, &before));
            assert_eq!(found.collect::<Vec<_>>(), met, "{pods:?}");
        }
    }
}
