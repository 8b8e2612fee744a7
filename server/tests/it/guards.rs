//! Whether the list of the checks of access (`guards.tsv`) names them all. What comes of removing one, `.ci/guards` tries.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What makes a permit, asks for one, or leaves out what there is none for.
const CHECKS: [&str; 26] = [
    "guard::tenant",
    "guard::starting(",
    "guard::run(",
    "guard::here()",
    "guard::workspace(",
    "guard::current_user()",
    "member_of(",
    ".to_start(",
    ".permit()",
    ".permit::<",
    // Of a member; `ledger.operations()` are what a process executes.
    "member.operations()",
    ")?.operations()",
    "role.level(Capability::",
    "guards::<K>",
    "check(self,",
    "check(&self.member,",
    "push_viewable(",
    "kind() != what.kind",
    "role.level(key) >=",
    ".viewable()",
    ".of_run(",
    ".of_tenant(",
    "may_start(",
    "Found::Refused(",
    "permit.run() ==",
    "if of == tenant",
];

/// Where people's requests and runs are answered from.
const ROOMS: [&str; 4] = ["app/src", "server/src", "crates/ledger/src", "crates/worker/src"];

/// No part of what answers anybody.
const TOOLS: [&str; 2] = ["testing.rs", "explain.rs"];

/// File, which of several equal lines of it, the line.
type Place = (String, usize, String);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if TOOLS.iter().any(|tool| path.ends_with(tool)) {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether a line defines a function or is a comment: neither is a check.
fn is_none(line: &str) -> bool {
    let words = line.split_whitespace();
    let mut definition = words.skip_while(|word| word.starts_with("pub") || ["const", "async"].contains(word));
    line.starts_with("//") || definition.next() == Some("fn")
}

fn checks() -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    for room in ROOMS {
        let mut files = Vec::new();
        sources(&root().join(room), &mut files);
        assert!(!files.is_empty(), "{room}");
        for file in files {
            let path = file.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            let mut seen = BTreeMap::new();
            for line in fs::read_to_string(&file).unwrap().lines().map(str::trim) {
                if !is_none(line) && CHECKS.iter().any(|check| line.contains(check)) {
                    let nth = seen.entry(line.to_owned()).or_insert(0_usize);
                    *nth += 1;
                    found.insert((path.clone(), *nth, line.to_owned()));
                }
            }
        }
    }
    found
}

#[test]
fn every_check_of_access_is_on_the_list() {
    let list = fs::read_to_string(root().join("server/tests/guards.tsv")).unwrap();
    let mut listed = BTreeSet::new();
    for row in list.lines().filter(|row| !row.starts_with('#')) {
        let [file, nth, line, _, proof] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("five columns: {row}");
        };
        assert!(
            proof == "build" || proof.split_once(' ').is_some_and(|(_, test)| is_a_test(test)),
            "{row}: `{proof}` is no test"
        );
        listed.insert((file.to_owned(), nth.parse().unwrap(), line.to_owned()));
    }
    let there = checks();
    let missing: Vec<_> = there.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&there).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "not in server/tests/guards.tsv: {missing:#?}\nno longer there: {gone:#?}"
    );
}

/// Whether some room has a test of that name.
fn is_a_test(name: &str) -> bool {
    let mut files = Vec::new();
    for room in ["server/tests/it", "crates/ledger/tests/it", "crates/worker/tests/it"] {
        sources(&root().join(room), &mut files);
    }
    let definition = format!("async fn {name}()");
    files
        .iter()
        .any(|file| fs::read_to_string(file).unwrap().contains(&definition))
}
