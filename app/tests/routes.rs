//! The table of routes and what is made of it.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use app::routes::ROUTES;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The source files below a folder, without the table.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("src/routes.rs") {
            found.push(path);
        }
    }
}

/// Whoever moves a page changes its row, and nothing leads to where it was.
#[test]
fn no_other_file_spells_a_path() {
    let mut files = Vec::new();
    for room in ["app/src", "server/src", "frontend/src"] {
        sources(&root().join(room), &mut files);
    }
    assert!(files.len() > 100, "the source was not found");
    // The first part of each path: `/admin`, `/sign-in`.
    let firsts: BTreeSet<String> = (ROUTES.iter())
        .filter_map(|route| route.pattern.split('/').nth(1).filter(|first| !first.is_empty()))
        .map(|first| format!("\"/{first}"))
        .collect();
    assert!(
        firsts.contains("\"/admin") && firsts.contains("\"/sign-in"),
        "{firsts:?}"
    );
    let mut spelled = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        // Tests come last in a file, and may say what they mean.
        let product = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
        for (number, line) in product.enumerate() {
            if !line.trim_start().starts_with("//") && firsts.iter().any(|first| line.contains(first)) {
                spelled.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(spelled.is_empty(), "{spelled:#?}");
}

#[test]
fn rows_are_different() {
    let names: BTreeSet<_> = ROUTES.iter().map(|route| route.name).collect();
    let patterns: BTreeSet<_> = ROUTES.iter().map(|route| route.pattern).collect();
    assert_eq!((names.len(), patterns.len()), (ROUTES.len(), ROUTES.len()));
}

/// By this file the end-to-end tests visit every route. `UPDATE=1` writes it.
#[test]
fn the_list_for_end_to_end_tests_is_that_of_the_table() {
    let path = root().join("end2end/routes.json");
    let wanted = serde_json::to_string_pretty(ROUTES).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        found, wanted,
        "end2end/routes.json is out of date: UPDATE=1 cargo test --test routes"
    );
}
