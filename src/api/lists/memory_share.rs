//! The memory of all lists and streams together.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::api::response::TooLarge;

/// Some thousand objects of the usual size.
const MAX_MEMORY: usize = 32 << 20;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

/// A share of the memory, released when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct MemoryShare {
    bytes: usize,
}

impl MemoryShare {
    /// A share of a size.
    ///
    /// # Errors
    /// Where the bound would be exceeded.
    pub(crate) fn of(bytes: usize) -> Result<MemoryShare, TooLarge> {
        let mut share = MemoryShare::default();
        share.resize(bytes)?;
        Ok(share)
    }

    /// Changes the size of the share.
    ///
    /// # Errors
    /// Where the bound would be exceeded; the share stays as it was.
    pub(crate) fn resize(&mut self, bytes: usize) -> Result<(), TooLarge> {
        if bytes > self.bytes {
            let more = bytes - self.bytes;
            let before = IN_USE.fetch_add(more, Ordering::Relaxed);
            if before + more > MAX_MEMORY {
                IN_USE.fetch_sub(more, Ordering::Relaxed);
                let mib = MAX_MEMORY >> 20;
                return Err(TooLarge(format!("the memory for lists, {mib} MiB")));
            }
        } else {
            IN_USE.fetch_sub(self.bytes - bytes, Ordering::Relaxed);
        }
        self.bytes = bytes;
        Ok(())
    }

    /// Its size in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for MemoryShare {
    fn drop(&mut self) {
        IN_USE.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shares_together_have_one_bound() {
        // Other tests use little.
        let mut first = MemoryShare::of(MAX_MEMORY / 2).unwrap();
        assert!(MemoryShare::of(MAX_MEMORY * 3 / 4).is_err());
        assert!(first.resize(MAX_MEMORY + 1).is_err());
        first.resize(1).unwrap();
        drop(MemoryShare::of(MAX_MEMORY * 3 / 4).unwrap());
        drop(first);
        assert!(MemoryShare::of(MAX_MEMORY * 3 / 4).is_ok());
    }
}
