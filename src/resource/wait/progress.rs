use tokio::time::Instant;

use crate::api::Object;

/// Logs the progress of a wait, whenever it changes.
pub(crate) struct Progress {
    kind: String,
    id: String,
    started: Instant,
    told: String,
}

impl Progress {
    pub(crate) fn of(kind: &str, object: &Object) -> Progress {
        Progress {
            kind: kind.to_owned(),
            id: format!("{}/{}", object.namespace, object.name),
            started: Instant::now(),
            told: String::new(),
        }
    }

    pub(crate) fn says(&mut self, state: &str) {
        if self.told != state {
            state.clone_into(&mut self.told);
            let (kind, id) = (&self.kind, &self.id);
            let elapsed = self.started.elapsed().as_secs();
            tracing::info!(kind, id, elapsed, state, "waiting");
        }
    }
}
