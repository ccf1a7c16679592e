use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, PoisonError, RwLock, RwLockReadGuard};

use super::parts::{MIN_LENGTH, parts};

/// The secrets of this process. A static, because any text may contain any of them.
static REGISTRY: LazyLock<RwLock<Registry>> = LazyLock::new(RwLock::default);

/// Masks a secret for the life of the process, such as a credential of the provider.
pub fn keep_secret(secret: &str) {
    register(std::iter::once(secret));
}

/// Masks secrets until the result is dropped.
#[must_use = "the secrets are masked until this is dropped"]
pub fn hold_secrets<'a>(secrets: impl IntoIterator<Item = &'a str>) -> HeldSecrets {
    HeldSecrets(register(secrets))
}

/// Secrets that are masked until this is dropped. A secret can be held several times.
pub struct HeldSecrets(Vec<Arc<str>>);

impl Drop for HeldSecrets {
    fn drop(&mut self) {
        // The message of the panic will still be shown.
        if std::thread::panicking() || self.0.is_empty() {
            return;
        }
        let mut registry = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
        self.0.iter().for_each(|part| registry.remove(part));
    }
}

/// The registered secrets.
pub(super) fn registered() -> RwLockReadGuard<'static, Registry> {
    REGISTRY.read().unwrap_or_else(PoisonError::into_inner)
}

fn register<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Vec<Arc<str>> {
    let parts: Vec<String> = secrets.into_iter().flat_map(parts).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let mut registry = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
    parts.iter().map(|part| registry.add(part)).collect()
}

/// The first bytes of a part, by which it is found.
type Start = [u8; MIN_LENGTH];

/// Texts to mask.
#[derive(Default)]
pub(super) struct Registry {
    /// How often each part is registered.
    counts: HashMap<Arc<str>, usize>,
    by_start: HashMap<Start, Vec<Arc<str>>>,
}

impl Registry {
    /// A registry with these secrets.
    #[cfg(test)]
    pub(super) fn of(secrets: &[&str]) -> Registry {
        let mut registry = Registry::default();
        for part in secrets.iter().flat_map(|secret| parts(secret)) {
            registry.add(&part);
        }
        registry
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    fn add(&mut self, part: &str) -> Arc<str> {
        if let Some((known, count)) = self.counts.get_key_value(part) {
            let (known, count) = (Arc::clone(known), count + 1);
            self.counts.insert(Arc::clone(&known), count);
            return known;
        }
        let part: Arc<str> = part.into();
        if let Some(start) = part.as_bytes().first_chunk() {
            let bucket = self.by_start.entry(*start).or_default();
            bucket.push(Arc::clone(&part));
        }
        self.counts.insert(Arc::clone(&part), 1);
        part
    }

    fn remove(&mut self, part: &Arc<str>) {
        match self.counts.get_mut(part) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                self.counts.remove(part);
                if let Some(start) = part.as_bytes().first_chunk()
                    && let Some(bucket) = self.by_start.get_mut(start)
                {
                    bucket.retain(|other| other != part);
                    if bucket.is_empty() {
                        self.by_start.remove(start);
                    }
                }
            }
        }
    }

    /// The ranges of registered parts in a text.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for (at, start) in text.windows(MIN_LENGTH).enumerate() {
            let Some(bucket) = Start::try_from(start)
                .ok()
                .and_then(|start| self.by_start.get(&start))
            else {
                continue;
            };
            // The longest part includes the others.
            let lengths = bucket
                .iter()
                .filter(|part| text[at..].starts_with(part.as_bytes()))
                .map(|part| part.len());
            found.extend(lengths.max().map(|length| at..at + length));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_two_requests_is_masked_until_both_have_ended() {
        let secret = "held-by-two-9c41d7f2e8";
        let is_masked = || !crate::redaction::redact(secret).contains(secret);
        let one = hold_secrets([secret]);
        let other = hold_secrets([secret, secret]);
        assert!(is_masked());
        drop(one);
        assert!(is_masked());
        drop(other);
        assert!(!is_masked());
        assert!(!registered().counts.contains_key(secret));
    }

    #[test]
    fn a_kept_secret_stays() {
        let secret = "kept-2f80b1a6c3";
        keep_secret(secret);
        drop(hold_secrets([secret]));
        assert_eq!(crate::redaction::redact(secret), "(sensitive value)");
    }

    #[test]
    fn a_panic_leaves_the_secrets_of_its_call_masked() {
        let secret = "panicked-51e0c8d97b";
        let ended = std::panic::catch_unwind(|| {
            let _held = hold_secrets([secret]);
            std::panic::panic_any(());
        });
        assert!(ended.is_err());
        assert_eq!(crate::redaction::redact(secret), "(sensitive value)");
    }
}
