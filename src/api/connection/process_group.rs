use std::time::Duration;

use tokio::process::Child;

/// How long a process group has to end by itself after it is asked to.
pub(super) const TERMINATION_GRACE: Duration = Duration::from_millis(300);

/// A program and all that it started. Dropping this ends them. What a program leaves running when it ends by itself,
/// such as a browser, is released.
pub(super) struct ProcessGroup(Option<u32>);

impl ProcessGroup {
    /// The group that a process was started as the leader of.
    pub(super) fn of(leader: &Child) -> ProcessGroup {
        ProcessGroup(leader.id())
    }

    /// Leaves the rest of the group alone.
    pub(super) fn release(&mut self) {
        self.0 = None;
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self
            .0
            .and_then(|id| rustix::process::Pid::from_raw(id.try_into().ok()?))
        {
            use rustix::process::{Signal, kill_process_group};
            let sent = kill_process_group(group, Signal::TERM);
            tracing::debug!(?sent, "a credential program is ended");
            // The number is not reused while a process of the group exists.
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => {
                    runtime.spawn(async move {
                        tokio::time::sleep(TERMINATION_GRACE).await;
                        let _ = kill_process_group(group, Signal::KILL);
                    });
                }
                Err(_) => {
                    let _ = kill_process_group(group, Signal::KILL);
                }
            }
        }
    }
}
