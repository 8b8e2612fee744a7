//! Which room may use which: of the workspace, and within the ledger. Read off the manifests and the sources, against the two
//! tables here. An arrow goes down by at least one floor, so there is no circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The crates of the workspace, and which of them each may be made of.
const CRATES: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("graph", &["domain"]),
    ("simulator", &[]),
    ("ledger", &["domain"]),
    ("demo", &["domain", "ledger"]),
    ("test-support", &["demo", "domain", "ledger"]),
    ("worker", &["domain", "graph", "ledger"]),
    ("app", &["domain", "ledger"]),
    ("frontend", &["app"]),
    (
        "server",
        &["app", "demo", "domain", "graph", "ledger", "simulator", "worker"],
    ),
];

/// Good for tests alone: nobody is made of it.
const TESTS_ONLY: &str = "test-support";

/// The rooms of the ledger from the ground up: a file of the crate's root, with the folder of its name, is one. Each may use those
/// of lower floors.
const FLOORS: &[&[&str]] = &[
    &["clock", "digest", "error", "ids", "isolation", "operations", "turns"],
    &["engine", "names", "password"],
    &["schema"],
    &["db"],
    &["audit", "scope", "throttle"],
    &["access", "notifications"],
    &["people"],
    // What writes runs and what reads them share nothing.
    &["drafts", "hub", "runs", "sessions"],
    &[
        "directory",
        "inventory",
        "reconcile",
        "retention",
        "role_definitions",
        "run_page",
        "schedules",
    ],
    &["overview"],
    &["explain", "migrate"],
    &["testing"],
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Rust sources below a folder, each with its path from there.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, base: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, base, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(base).unwrap().to_owned(), text));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    assert!(!found.is_empty(), "{}", folder.display());
    found
}

/// What the product is made of: no comments, and no tests at the end.
fn product(source: &str) -> String {
    let code = source.split("#[cfg(test)]\n").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The names that a path goes on with: one, or each of a group's.
fn heads(path: &str) -> Vec<String> {
    let word = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|c| is_word(*c))
            .collect::<String>()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![word(path)];
    };
    let (mut depth, mut found, mut rest) = (0, vec![word(group)], group);
    while let Some(at) = rest.find(['{', '}', ',']) {
        let mark = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match mark {
            b'{' => depth += 1,
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            _ if depth == 0 => found.push(word(rest)),
            _ => {}
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// The names of the crate's root that a module of this depth (1: of the root) uses.
fn used_of_the_root(code: &str, depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if !code[..at].ends_with(|c: char| is_word(c) || c == '$') {
            found.extend(heads(&code[at + "crate::".len()..]));
        }
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with(|c: char| is_word(c) || c == ':') {
            continue;
        }
        let mut rest = &code[at..];
        let mut up = 0;
        while let Some(next) = rest.strip_prefix("super::") {
            (rest, up) = (next, up + 1);
        }
        if up >= depth {
            found.extend(heads(rest));
        }
    }
    found
}

/// Which floor each room is on.
fn floors() -> BTreeMap<&'static str, usize> {
    let mut floors = BTreeMap::new();
    for (floor, rooms) in FLOORS.iter().enumerate() {
        for room in *rooms {
            assert_eq!(floors.insert(*room, floor), None, "{room} is in the table twice");
        }
    }
    floors
}

/// What `lib.rs` gives out again under the crate's own name, and of which room it is.
fn given_out(lib: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for statement in lib.split(';') {
        let Some((_, path)) = statement.split_once("pub use ") else {
            continue;
        };
        let (room, names) = path.split_once("::").unwrap();
        for name in heads(names) {
            found.insert(name, room.to_owned());
        }
    }
    found
}

/// The arrows between the ledger's rooms: from, to, and the file.
fn arrows() -> BTreeSet<(String, String, String)> {
    let all = sources(&root().join("crates/ledger/src"));
    let (_, lib) = all.iter().find(|(path, _)| path == Path::new("lib.rs")).unwrap();
    let given_out = given_out(&product(lib));
    let floors = floors();
    let rooms: BTreeSet<String> = all
        .iter()
        .map(|(path, _)| {
            path.with_extension("")
                .iter()
                .next()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|room| room != "lib")
        .collect();
    let declared: BTreeSet<String> = floors.keys().map(|room| (*room).to_owned()).collect();
    assert_eq!(rooms, declared, "the rooms that there are, and those in the table");

    let mut arrows = BTreeSet::new();
    for (path, text) in &all {
        let mut module: Vec<String> = path
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        if module == ["lib"] {
            continue;
        }
        for name in used_of_the_root(&product(text), module.len()) {
            let room = given_out.get(&name).unwrap_or(&name);
            assert!(rooms.contains(room), "{}: `{name}` is of no room", path.display());
            if *room != module[0] {
                arrows.insert((module[0].clone(), room.clone(), path.display().to_string()));
            }
        }
    }
    arrows
}

#[test]
fn every_arrow_between_the_ledger_s_rooms_goes_down() {
    let (arrows, floors) = (arrows(), floors());
    assert!(arrows.len() > 60, "{arrows:?}");
    let up: Vec<_> = arrows
        .iter()
        .filter(|(from, to, _)| floors[to.as_str()] >= floors[from.as_str()])
        .collect();
    assert!(up.is_empty(), "these go up, or stay on their floor: {up:#?}");
    // What writes and what reads.
    for (from, to) in [("hub", "runs"), ("runs", "hub"), ("runs", "run_page")] {
        assert!(
            !arrows
                .iter()
                .any(|arrow| (arrow.0.as_str(), arrow.1.as_str()) == (from, to)),
            "{from} uses {to}"
        );
    }
}

#[test]
fn arrows_are_found_whatever_way_they_are_written() {
    let used = |code: &str, depth| {
        used_of_the_root(&product(code), depth)
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        used(
            "use crate::audit::{self, Entry};\nuse crate::{Error, runs::{end, start}, hub};",
            1
        ),
        "Error audit hub runs"
    );
    assert_eq!(
        used("use super::cron;\nfn f() { super::super::scope::begin(); }", 2),
        "scope"
    );
    assert_eq!(used("use super::db;", 1), "db");
    assert_eq!(used("fn f() -> crate::Result<()> {} // crate::queue", 1), "Result");
    assert_eq!(used("#[cfg(test)]\nmod tests { use crate::testing::x; }", 1), "");
}

/// The dependencies of a manifest, and those for tests.
fn dependencies(manifest: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut normal, mut of_tests) = (BTreeSet::new(), BTreeSet::new());
    let mut section = "";
    for line in manifest.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let name = name.trim().split('.').next().unwrap_or_default().to_owned();
            if section.ends_with("dev-dependencies") {
                of_tests.insert(name);
            } else if section.ends_with("dependencies") {
                normal.insert(name);
            }
        }
    }
    (normal, of_tests)
}

#[test]
fn crates_are_made_of_those_below_and_the_product_of_no_crate_for_tests() {
    let ours: BTreeSet<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    let mut seen = BTreeSet::new();
    let mut folders: Vec<PathBuf> = ["app", "frontend", "server"].map(|name| root().join(name)).into();
    folders.extend(
        fs::read_dir(root().join("crates"))
            .unwrap()
            .map(|entry| entry.unwrap().path()),
    );
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let (normal, of_tests) = dependencies(&fs::read_to_string(folder.join("Cargo.toml")).unwrap());
        let (at, (_, allowed)) = CRATES
            .iter()
            .enumerate()
            .find(|(_, (known, _))| *known == name)
            .unwrap_or_else(|| panic!("{name} is not in the table"));
        for used in normal.iter().filter(|used| ours.contains(used.as_str())) {
            assert!(allowed.contains(&used.as_str()), "{name} is made of {used}");
            assert!(
                CRATES[..at].iter().any(|(below, _)| below == used),
                "{used} is not below {name}"
            );
            assert_ne!(used, TESTS_ONLY, "{name}");
        }
        let engine = normal
            .iter()
            .chain(&of_tests)
            .any(|used| used.starts_with("riverqueue"));
        assert_eq!(engine, name == "ledger", "{name}: who knows the engine");
        seen.insert(name);
    }
    let declared: BTreeSet<String> = ours.into_iter().map(str::to_owned).collect();
    assert_eq!(seen, declared);
}

#[test]
fn the_engine_is_named_in_one_room() {
    let mut named = 0;
    for room in ["app/src", "frontend/src", "server/src", "crates"] {
        for (path, text) in sources(&root().join(room)) {
            let path = Path::new(room).join(path);
            // Tests name what must not be named.
            if path.iter().any(|part| part == "tests") || !text.contains("riverqueue") {
                continue;
            }
            assert!(
                path.starts_with("crates/ledger/src/engine"),
                "{} names the engine",
                path.display()
            );
            named += 1;
        }
    }
    assert!(named >= 3, "the room of the engine was not found");
}
