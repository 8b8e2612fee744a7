//! Every rule has a test of its name, and `docs/LEDGER.md` tells the truth about which.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const RULES: std::ops::RangeInclusive<u8> = 1..=23;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_source(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "rs" || extension == "mjs")
}

/// Source files by path, without what is built or installed.
fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | "node_modules") && !name.starts_with('.') {
                    walk(&path, found);
                }
            } else if is_source(&path) {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    for room in ["app", "crates", "end2end", "server"] {
        walk(&root().join(room), &mut found);
    }
    found
}

/// Whether a word is `r07_…`.
fn names_a_rule(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() > 4 && bytes[0] == b'r' && bytes[1].is_ascii_digit() && bytes[2].is_ascii_digit() && bytes[3] == b'_'
}

/// The functions of a source that are marked as tests and named after a rule. Those of `proptest!` are marked as well.
fn tests_of(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut marked = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[") {
            marked |= line == "#[test]" || line.starts_with("#[tokio::test");
        } else if let Some(rest) = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn ")) {
            let name = rest.split('(').next().unwrap_or_default();
            if marked && names_a_rule(name) {
                found.insert(name.to_owned());
            }
            marked = false;
        } else if !line.starts_with("//") {
            marked = false;
        }
    }
    found
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_rule_has_a_test_of_its_name_and_the_document_names_only_what_is_there() {
    let sources = sources();
    let tests: BTreeSet<String> = sources.iter().flat_map(|(_, text)| tests_of(text)).collect();
    assert!(tests.len() > 50, "the tests were not found: {tests:?}");
    let document = fs::read_to_string(root().join("docs/LEDGER.md")).unwrap();
    for rule in RULES {
        let prefix = format!("r{rule:02}_");
        assert!(
            tests.iter().any(|test| test.starts_with(&prefix)),
            "R{rule:02} has no test"
        );
        let rows: Vec<&str> = document
            .lines()
            .filter(|line| line.starts_with(&format!("| **R{rule:02}** ")))
            .collect();
        assert_eq!(rows.len(), 1, "R{rule:02} has one row in docs/LEDGER.md");
        assert!(
            quoted(rows[0]).any(|word| word.starts_with(&prefix)),
            "docs/LEDGER.md names no test of R{rule:02}"
        );
    }
    for word in quoted(&document) {
        if names_a_rule(word) {
            assert!(tests.contains(word), "docs/LEDGER.md names `{word}`, which is no test");
        } else if is_source(Path::new(word)) {
            assert!(
                sources.iter().any(|(path, _)| path.ends_with(word)),
                "docs/LEDGER.md names `{word}`, which is no file"
            );
        }
    }
}

#[test]
fn what_is_not_marked_as_a_test_is_none() {
    let source = "#[test]\nfn r01_one() {}\nfn r02_two() {}\n#[tokio::test(flavor = \"x\")]\n#[ignore]\n// why\nasync fn r03_three() {}\n#[test]\nfn other() {}";
    assert_eq!(tests_of(source), ["r01_one".to_owned(), "r03_three".to_owned()].into());
}
