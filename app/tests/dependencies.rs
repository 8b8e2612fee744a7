//! The arrows between the rooms, read off the dependency graph.

#![cfg(test)]

use std::collections::BTreeSet;
use std::process::Command;

/// Everything that a crate is built from, by name.
fn built_from(arguments: &[&str]) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--edges=normal", "--prefix=none", "--offline"])
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let names: BTreeSet<String> = String::from_utf8(tree.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    assert!(names.len() > 3, "{names:?}");
    names
}

/// What can ask another machine something. (`gloo-net`, the browser's fetch, is among the parts of server functions; on the
/// server it can do nothing.)
const CLIENTS: [&str; 10] = [
    "awc",
    "curl",
    "graph",
    "hyper-rustls",
    "hyper-tls",
    "isahc",
    "minreq",
    "reqwest",
    "surf",
    "ureq",
];

#[test]
fn r13_no_page_can_ask_anything_but_the_database() {
    for crate_and_features in [&["-p=app", "--features=ssr"][..], &["-p=ledger"]] {
        let parts = built_from(crate_and_features);
        let clients: Vec<_> = CLIENTS.iter().filter(|client| parts.contains(**client)).collect();
        assert!(clients.is_empty(), "{crate_and_features:?} can reach {clients:?}");
    }
    // That the list is of the right names: the worker, which may, has one.
    assert!(built_from(&["-p=worker"]).contains("reqwest"));
}

#[test]
fn the_vocabulary_does_nothing_by_itself() {
    let parts = built_from(&["-p=domain"]);
    for doer in ["tokio", "sqlx", "rand", "getrandom", "leptos"] {
        assert!(!parts.contains(doer), "domain is built from {doer}");
    }
}

#[test]
fn only_the_ledger_knows_the_database_and_only_the_worker_knows_graph() {
    for room in ["app", "graph", "simulator"] {
        let direct = built_from(&[&format!("-p={room}"), "--depth=1"]);
        assert!(
            !direct.contains("sqlx") && !direct.contains("riverqueue"),
            "{room} asks the database itself"
        );
    }
    assert!(!built_from(&["-p=ledger"]).contains("graph"));
    // Not even the worker knows the engine: `ledger::engine` is what it sees of it.
    assert!(!built_from(&["-p=worker", "--depth=1"]).contains("riverqueue"));
}
