use std::sync::atomic::{AtomicBool, Ordering};

/// What is known of a host: whether it ever answered as the API does, and whether it was waited for in vain.
#[derive(Debug, Default)]
pub(super) struct Heard {
    has_answered: AtomicBool,
    was_silent: AtomicBool,
}

impl Heard {
    /// It answered as the API does.
    pub(super) fn answer(&self) {
        self.has_answered.store(true, Ordering::Relaxed);
    }

    /// Nothing came from it, though there was time.
    pub(super) fn silence(&self) {
        self.was_silent.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_answered(&self) -> bool {
        self.has_answered.load(Ordering::Relaxed)
    }

    /// Whether it was waited for in vain and never answered: it is not worth another full wait.
    pub(super) fn is_silent(&self) -> bool {
        !self.has_answered() && self.was_silent.load(Ordering::Relaxed)
    }
}
