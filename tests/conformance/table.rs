//! The list of cases in `README.md` is complete, and its tests exist.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const LIST: &str = include_str!("README.md");

/// The rows by number: the case, and its tests.
fn rows() -> BTreeMap<u32, (&'static str, &'static str)> {
    let mut rows = BTreeMap::new();
    for line in LIST.lines() {
        let cells: Vec<&str> = line
            .split(" | ")
            .map(|cell| cell.trim_matches(['|', ' ']))
            .collect();
        let [number, case, held] = cells[..] else {
            continue;
        };
        if let Ok(number) = number.parse() {
            assert!(
                rows.insert(number, (case, held)).is_none(),
                "{number} twice"
            );
        }
    }
    rows
}

/// The tests of a row: `file::function`. Files without a path are in this folder.
fn named(held: &str) -> impl Iterator<Item = (PathBuf, &str)> {
    let quoted = held.split('`').skip(1).step_by(2);
    quoted.filter_map(|text| {
        let (file, function) = text.split_once("::")?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = match file.contains('/') {
            true => root.join(file),
            false => root.join("tests/conformance").join(file),
        };
        Some((path, function))
    })
}

#[test]
fn every_case_is_listed_and_what_it_names_is_there() {
    let rows = rows();
    assert!(rows.keys().copied().eq(1..=60), "{:?}", rows.keys());
    for (number, (case, held)) in rows {
        assert!(!case.is_empty(), "{number}");
        let mut is_held = false;
        for (path, function) in named(held) {
            let text = fs::read_to_string(&path);
            let text = text.unwrap_or_else(|error| panic!("{number}: {}: {error}", path.display()));
            let is_there = text.contains(&format!("fn {function}("));
            assert!(is_there, "{number}: no {function} in {}", path.display());
            is_held = true;
        }
        assert!(
            is_held || held.contains("Does not apply:"),
            "{number} is held by nothing"
        );
    }
}

#[test]
fn every_numbered_test_is_listed_in_its_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let rows = rows();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let functions = text
            .lines()
            .filter_map(|line| line.strip_prefix("async fn case"));
        for function in functions.filter_map(|line| line.split_once('(')) {
            let function = format!("case{}", function.0);
            let numbers = function
                .split('_')
                .filter_map(|part| part.parse::<u32>().ok());
            let file = path.file_name().unwrap().to_string_lossy();
            let name = format!("`{file}::{function}`");
            for number in numbers {
                assert!(
                    rows[&number].1.contains(&name),
                    "{number} does not name {name}"
                );
            }
        }
    }
}
