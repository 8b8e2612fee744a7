//! What is cited is in the repository: documents by their path, and sections of a document as `DESIGN §4`.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Everything that people write here, by path; not what is built, installed or taken from elsewhere.
fn texts() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
            if hidden || matches!(name.as_str(), "target" | "node_modules" | "output" | "Cargo.lock") {
                continue;
            }
            if path.is_dir() {
                walk(&path, found);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found
}

fn is_of_a_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/._-".contains(c)
}

/// Documents that a line names. Addresses of other sites are theirs.
fn documents(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !is_of_a_path(c) && c != ':')
        .filter(|word| !word.contains("//"))
        .map(|word| word.trim_start_matches(':').trim_end_matches(['.', ':']))
        .filter(|word| Path::new(word).extension().is_some_and(|extension| extension == "md"))
}

/// Sections that a line names, each with the word before it, which should be a document.
fn sections(line: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut parts = line.split('§');
    let mut before = parts.next().unwrap_or_default();
    for part in parts {
        let number: String = part.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let joined = before.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let document = match joined.trim_end() {
            // `DESIGN §4, §7`
            "," | "and" | " and" | "–" if !found.is_empty() => found[found.len() - 1].0.clone(),
            text => {
                let name = text
                    .trim_end_matches('`')
                    .rsplit(|c: char| !is_of_a_path(c))
                    .next()
                    .unwrap_or_default();
                name.trim_end_matches(".md")
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }
        };
        found.push((document, number.trim_end_matches('.').to_owned()));
        before = part;
    }
    found
}

#[test]
fn what_is_cited_is_in_the_repository() {
    let (root, this) = (root(), Path::new(file!()).file_name().unwrap());
    let texts = texts();
    let cited_in: Vec<_> = texts
        .iter()
        .filter(|(path, _)| path.file_name() != Some(this))
        .collect();
    let (mut missing, mut seen) = (Vec::new(), 0);
    for (path, text) in cited_in {
        let near = [path.parent().unwrap().to_owned(), root.clone(), root.join("docs")];
        for (number, line) in text.lines().enumerate() {
            let place = || format!("{}:{}", path.display(), number + 1);
            for document in documents(line) {
                seen += 1;
                if !near.iter().any(|folder| folder.join(document).is_file()) {
                    missing.push(format!("{}: {document}", place()));
                }
            }
            for (document, section) in sections(line) {
                seen += 1;
                let whole = fs::read_to_string(root.join("docs").join(format!("{document}.md"))).unwrap_or_default();
                let is_there = whole.lines().any(|line| line.starts_with(&format!("## {section}. ")));
                if !is_there {
                    missing.push(format!("{}: {document} §{section}", place()));
                }
            }
        }
    }
    assert!(seen > 30, "the citations were not found: {seen}");
    assert!(missing.is_empty(), "cited, but not in the repository: {missing:#?}");
}

#[test]
fn citations_are_recognized() {
    let of = |line| documents(line).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        of("see `docs/X.md`, ../y/z.md. [a](B.md)"),
        ["docs/X.md", "../y/z.md", "B.md"]
    );
    assert!(of("https://example.com/README.md and .mdx").is_empty());
    let sections_of = |line| {
        let pairs = sections(line).into_iter();
        pairs
            .map(|(document, section)| format!("{document} {section}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        sections_of("(DESIGN §4, §7): `docs/LEDGER.md` §2.6"),
        ["DESIGN 4", "DESIGN 7", "LEDGER 2.6"]
    );
    assert_eq!(sections_of("as of §5"), ["of 5"]);
}
