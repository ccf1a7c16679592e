//! The dependency graph of the files in `src/`, from their `use` lines and paths. It must have no cycle, and no file
//! may use the one that declares it.

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;

use crate::sources;

/// The module path of a file: `api::client`.
type Module = String;

/// The files that each file uses.
#[derive(Default)]
struct Graph {
    uses: BTreeMap<Module, BTreeSet<Module>>,
}

/// The paths in a file, without comments, literals and tests, and its re-exports.
struct Source {
    /// The used paths.
    paths: Vec<Vec<String>>,
    /// The re-exports by their name.
    exports: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn of(files: &BTreeMap<Module, String>) -> Graph {
        let read = files.iter().map(|(module, text)| {
            let source = Source::read(module, text, files);
            (module.clone(), source)
        });
        let sources: BTreeMap<_, _> = read.collect();
        let mut graph = Graph::default();
        for (module, source) in &sources {
            let used = source
                .paths
                .iter()
                .filter_map(|path| resolve(path, &sources, 0));
            let used: BTreeSet<Module> = used.filter(|used| used != module).collect();
            graph.uses.insert(module.clone(), used);
        }
        graph
    }

    /// A cycle, as a list of files.
    fn circle(&self) -> Option<Vec<Module>> {
        let mut done = BTreeSet::new();
        self.uses
            .keys()
            .find_map(|module| self.circle_from(module, &mut Vec::new(), &mut done))
    }

    fn circle_from(
        &self,
        module: &Module,
        way: &mut Vec<Module>,
        done: &mut BTreeSet<Module>,
    ) -> Option<Vec<Module>> {
        if let Some(at) = way.iter().position(|before| before == module) {
            return Some(way[at..].to_vec());
        }
        if done.contains(module) {
            return None;
        }
        way.push(module.clone());
        let mut used = self.uses.get(module).into_iter().flatten();
        let circle = used.find_map(|used| self.circle_from(used, way, done));
        way.pop();
        done.insert(module.clone());
        circle
    }

    /// The files that use a parent module: a `mod.rs` declares the files of its folder, and is used from outside.
    fn upward(&self) -> Vec<(&Module, &Module)> {
        let all = self.uses.iter();
        let pairs = all.flat_map(|(module, used)| used.iter().map(move |used| (module, used)));
        let is_up = |(module, used): &(&Module, &Module)| module.starts_with(&format!("{used}::"));
        pairs.filter(is_up).collect()
    }
}

impl Source {
    fn read(module: &str, text: &str, files: &BTreeMap<Module, String>) -> Source {
        let code = code(text);
        let import = Regex::new(r"(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);").unwrap();
        let mut source = Source {
            paths: Vec::new(),
            exports: BTreeMap::new(),
        };
        for found in import.captures_iter(&code) {
            for (path, name) in leaves(&found[2]) {
                let Some(path) = absolute(&path, module, files) else {
                    continue;
                };
                if found.get(1).is_some() {
                    source.exports.insert(name, path);
                } else {
                    source.paths.push(path);
                }
            }
        }
        let rest = import.replace_all(&code, "");
        let inline = Regex::new(r"(?:^|[^\w:])((?:crate|super)(?:::\w+)+)").unwrap();
        for found in inline.captures_iter(&rest) {
            let path: Vec<_> = found[1].split("::").map(str::to_owned).collect();
            source.paths.extend(absolute(&path, module, files));
        }
        source
    }
}

/// The text without comments, literals, and the tests at its end.
fn code(text: &str) -> String {
    let literal = r##"//[^\n]*|r#"(?s:.*?)"#|"(?s:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)'"##;
    let code = Regex::new(literal).unwrap().replace_all(text, " ");
    // A visibility is not a use.
    let visibility = Regex::new(r"pub\(in [^)]*\)").unwrap();
    let code = visibility.replace_all(&code, "pub");
    let tests = Regex::new(r"#\[cfg\(test\)\]\s*mod tests \{").unwrap();
    match tests.find(&code) {
        Some(found) => code[..found.start()].to_owned(),
        None => code.into_owned(),
    }
}

/// The paths of a `use` tree, each with its local name.
fn leaves(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    let Some((stem, branches)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let path: Vec<String> = path
            .split("::")
            .map(|part| part.trim().to_owned())
            .collect();
        let last = path.last().cloned().unwrap_or_default();
        let name = if name.is_empty() {
            last
        } else {
            name.trim().to_owned()
        };
        return vec![(path, name)];
    };
    let branches = branches.trim_end().strip_suffix('}').unwrap_or(branches);
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in branches.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&branches[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&branches[start..]);
    let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
    parts
        .flat_map(|part| leaves(&format!("{}{}", stem.trim(), part.trim())))
        .collect()
}

/// A path relative to the root of the crate; none if it is in another crate.
fn absolute(
    path: &[String],
    module: &str,
    files: &BTreeMap<Module, String>,
) -> Option<Vec<String>> {
    let own: Vec<String> = module.split("::").map(str::to_owned).collect();
    match path.first().map(String::as_str) {
        Some("crate") => Some(path[1..].to_vec()),
        Some("self") => Some([&own[..], &path[1..]].concat()),
        Some("super") => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            Some([&own[..own.len() - ups], &path[ups..]].concat())
        }
        Some(first) if files.contains_key(&format!("{module}::{first}")) => {
            Some([&own[..], path].concat())
        }
        _ => None,
    }
}

/// The file that defines the item at a path.
fn resolve(path: &[String], sources: &BTreeMap<Module, Source>, depth: usize) -> Option<Module> {
    let (length, module) = (1..=path.len())
        .rev()
        .map(|length| (length, path[..length].join("::")))
        .find(|(_, module)| sources.contains_key(module))?;
    let export = path
        .get(length)
        .and_then(|name| sources[&module].exports.get(name));
    match export {
        Some(export) if depth < 8 => {
            let path = [&export[..], &path[length + 1..]].concat();
            resolve(&path, sources, depth + 1)
        }
        _ => Some(module),
    }
}

/// The files of `src/` by module, except for tests and generated code.
fn files() -> BTreeMap<Module, String> {
    let mut files = BTreeMap::new();
    for (path, text) in sources("src") {
        let path = path.to_string_lossy().replace('\\', "/");
        let Some((_, path)) = path.rsplit_once("/src/") else {
            continue;
        };
        let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let is_test = path.split('/').any(|part| part == "tests");
        if !is_test && path != "lib" && path != "main" {
            files.insert(path.replace('/', "::"), text);
        }
    }
    // Generated code, declared in the file that uses it.
    files.insert("protocol::wire".to_owned(), String::new());
    files
}

#[test]
fn no_file_is_part_of_a_cycle() {
    let circle = Graph::of(&files()).circle();
    assert_eq!(circle, None, "these files use each other in a circle");
}

#[test]
fn no_file_uses_the_one_that_declares_it() {
    let files = files();
    let graph = Graph::of(&files);
    assert!(graph.upward().is_empty(), "{:#?}", graph.upward());
}

/// A sample of each way to refer to another file, and the expected result.
#[test]
fn every_way_to_name_a_file_counts() {
    let files = |all: &[(&str, &str)]| -> BTreeMap<Module, String> {
        let all = all.iter();
        all.map(|(module, text)| ((*module).to_owned(), (*text).to_owned()))
            .collect()
    };
    for (one, other) in [
        ("use super::b::B;", "use super::a::A;"),
        (
            "use crate::x::{b::B, c};",
            "use super::super::x::a as other;",
        ),
        ("fn f() { crate::x::b::g() }", "use crate::x::A;"),
        (
            "use super::b::{self, B};",
            "fn g() -> super::a::A { \"x\" }",
        ),
    ] {
        let files = files(&[
            ("x", "pub(crate) mod a;\nmod b;\npub use a::A;"),
            ("x::a", one),
            ("x::b", other),
        ]);
        let circle = Graph::of(&files).circle();
        assert_eq!(circle.map(|circle| circle.len()), Some(2), "{one} {other}");
    }
    let files = files(&[
        ("x", "mod a;\nstruct X;"),
        ("x::a", "use super::X;"),
        (
            "y",
            "// use crate::x::a::A;\nconst Y: &str = \"crate::x::a\";",
        ),
    ]);
    let graph = Graph::of(&files);
    assert_eq!(graph.circle(), None);
    assert_eq!(graph.upward().len(), 1);
    assert!(graph.uses["y"].is_empty());
}
