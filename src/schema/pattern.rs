//! Regular expressions, compiled once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use regex_lite::Regex;

/// Compiled patterns by their text. There are few, and each is used for every object.
static COMPILED: LazyLock<RwLock<HashMap<String, Option<Arc<Regex>>>>> =
    LazyLock::new(RwLock::default);

/// Whether a pattern matches anywhere in the text. None if the pattern is invalid.
pub fn found(pattern: &str, text: &str) -> Option<bool> {
    let known = COMPILED
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(pattern)
        .cloned();
    let regex = known.unwrap_or_else(|| {
        let regex = Regex::new(pattern).ok().map(Arc::new);
        let mut compiled = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        compiled.insert(pattern.to_owned(), regex.clone());
        regex
    });
    regex.map(|regex| regex.is_match(text))
}

/// Whether a pattern matches the whole text.
pub fn whole(pattern: &str, text: &str) -> bool {
    found(&format!("^(?:{pattern})$"), text) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_counts_or_a_part_of_it() {
        for _ in 0..2 {
            assert!(whole("a|bc", "bc") && !whole("a|bc", "abc"));
            assert_eq!(found("b", "abc"), Some(true));
            assert_eq!(found("(", "("), None);
        }
    }
}
