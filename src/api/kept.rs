//! What is kept in memory of lists and streams, all of them together.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::bounds::TooLarge;

/// Some thousand objects of the usual size.
const LARGEST: usize = 32 << 20;

static ALL: AtomicUsize = AtomicUsize::new(0);

/// A share of it, given back when it is dropped.
#[derive(Debug, Default)]
pub(super) struct Kept(usize);

impl Kept {
    /// A share of this many octets.
    ///
    /// # Errors
    /// Where too much is kept already.
    pub(super) fn of(octets: usize) -> Result<Kept, TooLarge> {
        let mut kept = Kept::default();
        kept.resize(octets)?;
        Ok(kept)
    }

    /// Makes the share larger or smaller.
    ///
    /// # Errors
    /// Where too much would be kept; the share stays as it was.
    pub(super) fn resize(&mut self, octets: usize) -> Result<(), TooLarge> {
        if octets > self.0 {
            let more = octets - self.0;
            let before = ALL.fetch_add(more, Ordering::Relaxed);
            if before + more > LARGEST {
                ALL.fetch_sub(more, Ordering::Relaxed);
                let mib = LARGEST >> 20;
                return Err(TooLarge(format!("what is kept of all lists, {mib} MiB")));
            }
        } else {
            ALL.fetch_sub(self.0 - octets, Ordering::Relaxed);
        }
        self.0 = octets;
        Ok(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        ALL.fetch_sub(self.0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shares_have_one_bound() {
        // Other tests keep little.
        let mut first = Kept::of(LARGEST / 2).unwrap();
        assert!(Kept::of(LARGEST * 3 / 4).is_err());
        assert!(first.resize(LARGEST + 1).is_err());
        first.resize(1).unwrap();
        drop(Kept::of(LARGEST * 3 / 4).unwrap());
        drop(first);
        assert!(Kept::of(LARGEST * 3 / 4).is_ok());
    }
}
