//! A lint for prose: pages, doc comments and messages must read like those of other Terraform providers. Phrases that
//! read as translated are listed in `phrases.rs` with their replacements.

#![allow(clippy::unwrap_used, reason = "a failed assertion of a test may panic")]

mod links;
mod phrases;
mod texts;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use phrases::PHRASES;
use texts::{Text, markdown, rust};

/// Folders with Rust code.
const SOURCES: &[&str] = &["src", "derive", "dev", "standin"];

/// Folders and files with pages.
const PAGES: &[&str] = &["docs", "templates", "tests/conformance"];

#[test]
fn no_text_reads_as_translated() {
    let mut report = String::new();
    let sources = SOURCES.iter().flat_map(|folder| files(folder, "rs"));
    for path in sources {
        check(&path, rust, &mut report);
    }
    for path in pages() {
        check(&path, markdown, &mut report);
    }
    assert!(
        report.is_empty(),
        "phrases that read as translated:\n{report}"
    );
}

#[test]
fn no_link_is_broken() {
    // The template is checked as the page that is generated from it.
    for page in pages().filter(|page| !page.starts_with(root().join("templates"))) {
        let broken = links::broken(&page);
        assert!(broken.is_empty(), "{}: {broken:?}", page.display());
    }
}

#[test]
fn every_phrase_is_found() {
    for (phrase, replacement) in PHRASES {
        assert!(!replacement.is_empty(), "{phrase}");
        let sample = format!("The first line, and {phrase}\n");
        let (first, second) = phrase.split_once(' ').unwrap_or((phrase, ""));
        let sources = [
            format!("/// {sample}struct X;\n"),
            format!("//! {first}\n//! {second}\n"),
            format!("const X: &str = \"a {phrase}.\";\n"),
            format!("const X: &str = \"a {first} \\\n    {second}\";\n"),
            format!("const X: &str = r#\"a {phrase}\"#;\n"),
        ];
        for source in sources {
            let found = rust(&source).iter().flat_map(findings).count();
            assert!(found > 0, "{phrase:?} in {source:?}");
        }
        let found = markdown(&sample).iter().flat_map(findings).count();
        assert!(found > 0, "{phrase:?} in {sample:?}");
        let upper = sample.to_uppercase();
        let found = markdown(&upper).iter().flat_map(findings).count();
        assert!(found > 0, "{phrase:?} in {upper:?}");
    }
}

#[test]
fn a_finding_has_its_line() {
    let texts = rust("/// One\n/// two\n/// which lies\n/// in a tenant.\nfn x() {}\n");
    let lines: Vec<usize> = texts.iter().flat_map(findings).map(|one| one.0).collect();
    assert_eq!(lines, [3]);
}

#[test]
fn code_and_parts_of_words_are_ignored() {
    let source =
        "// lies in\nlet lies_in = 'a'; /* aloud */ let x: &'static str = \"believes in\";";
    assert_eq!(rust(source).iter().flat_map(findings).count(), 0);
    let page = "Text.\n\n```terraform\n# lies in\n```\n";
    assert_eq!(markdown(page).iter().flat_map(findings).count(), 0);
}

/// Adds the findings in a file to the report.
fn check(path: &Path, texts: fn(&str) -> Vec<Text>, report: &mut String) {
    let content = fs::read_to_string(path).unwrap();
    let path = path.strip_prefix(root()).unwrap();
    for text in texts(&content) {
        for (line, phrase, replacement) in findings(&text) {
            let path = path.display();
            let _ = writeln!(report, "{path}:{line}: \"{phrase}\": {replacement}");
        }
    }
}

/// The phrases in a text: line, phrase and replacement.
fn findings(text: &Text) -> Vec<(usize, &'static str, &'static str)> {
    let words = text.words.to_lowercase();
    let mut found = Vec::new();
    for (phrase, replacement) in PHRASES {
        for (at, _) in words.match_indices(phrase) {
            if is_whole(&words, at, phrase) {
                found.push((text.line(at), *phrase, *replacement));
            }
        }
    }
    found
}

/// Whether a phrase is not a part of longer words.
fn is_whole(text: &str, at: usize, phrase: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = text[..at].chars().next_back();
    let after = text[at + phrase.len()..].chars().next();
    let continues_before = is_word(before) && is_word(phrase.chars().next());
    let continues_after = is_word(after) && is_word(phrase.chars().next_back());
    !continues_before && !continues_after
}

/// All pages.
fn pages() -> impl Iterator<Item = PathBuf> {
    let folders = PAGES.iter().flat_map(|folder| files(folder, "md"));
    let root = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders.chain(root.filter(|path| path.extension().is_some_and(|found| found == "md")))
}

/// The files with an extension in a folder, except for generated code.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        if folder.ends_with("gen") {
            continue;
        }
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
