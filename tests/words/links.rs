//! Checks of relative links in pages.

use std::fs;
use std::path::Path;

/// The relative links of a page whose file or heading does not exist.
pub(crate) fn broken(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap_or_default();
    let folder = page.parent().unwrap_or(page);
    let links = text.split("](").skip(1);
    let targets = links.filter_map(|link| link.split_once(')').map(|(target, _)| target));
    targets
        .filter(|target| !target.contains("://"))
        .filter(|target| !exists(folder, page, target))
        .map(str::to_owned)
        .collect()
}

fn exists(folder: &Path, page: &Path, target: &str) -> bool {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = match file {
        "" => page.to_owned(),
        file => folder.join(file),
    };
    if anchor.is_empty() {
        return path.exists();
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    let has_id = text.contains(&format!("<a id=\"{anchor}\"></a>"));
    has_id || text.lines().filter_map(heading).any(|slug| slug == anchor)
}

/// The anchor of a heading.
fn heading(line: &str) -> Option<String> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').trim();
    let letters = title.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c if c.is_alphanumeric() => c.to_lowercase().next(),
        _ => None,
    });
    Some(letters.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_missing_file_or_heading_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("page.md");
        let text = "# One `two`\n\n[a](page.md) [b](#one-two) [c](https://example.org/x)\n\
                    [d](none.md) [e](#three) [f](page.md#four)\n";
        fs::write(&page, text).unwrap();
        assert_eq!(broken(&page), ["none.md", "#three", "page.md#four"]);
    }
}
