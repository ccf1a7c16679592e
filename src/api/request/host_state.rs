use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a host has ever sent a valid response, and whether a request to it has timed out.
#[derive(Debug, Default)]
pub(super) struct HostState {
    has_responded: AtomicBool,
    has_timed_out: AtomicBool,
}

impl HostState {
    pub(super) fn mark_responded(&self) {
        self.has_responded.store(true, Ordering::Relaxed);
    }

    pub(super) fn mark_timed_out(&self) {
        self.has_timed_out.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_responded(&self) -> bool {
        self.has_responded.load(Ordering::Relaxed)
    }

    /// Whether a request timed out and the host has never responded, so that another full timeout is not worth it.
    pub(super) fn is_unresponsive(&self) -> bool {
        !self.has_responded() && self.has_timed_out.load(Ordering::Relaxed)
    }
}
