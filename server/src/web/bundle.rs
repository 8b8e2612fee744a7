//! What cargo-leptos built for browsers, as this process serves it: below a folder that is named after all of its content.
//!
//! The browser's half is cut into files that fit only each other (`app::lazy`), and cargo-leptos's own hashed names do not tell all
//! builds apart: it names the parts before it writes the loader's name into them. Here two builds have no name in common, so what is
//! fetched may be kept for ever, and a page of one release that asks another for its parts is told that they are not there.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use app::lazy::LazyPage;
use sha2::{Digest, Sha256};

/// The folder of the files, below the site root and below `/`.
const FOLDER: &str = "pkg";
/// Which files a page needs, as the splitter of cargo-leptos writes it: names without `.wasm`, by the names of [`LazyPage`].
const MANIFEST: &str = "__wasm_split_manifest.json";

/// The files for browsers.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    /// Where they are.
    pub(crate) folder: PathBuf,
    /// What they are called: a path without a slash at either end.
    pub(crate) path: String,
    parts: HashMap<String, Vec<String>>,
}

impl Bundle {
    /// Reads all of it, once. What is not there is not served, and pages do without.
    pub(crate) fn read(site_root: &Path) -> Self {
        let folder = site_root.join(FOLDER);
        let mut files = Vec::new();
        walk(&folder, &mut files);
        // Made of the others, by whoever builds.
        files.retain(|file| {
            !file
                .extension()
                .is_some_and(|extension| extension == "br" || extension == "gz")
        });
        files.sort_unstable();
        let mut hash = Sha256::new();
        for file in &files {
            let name = file.strip_prefix(&folder).unwrap_or(file).to_string_lossy();
            let content = fs::read(file).unwrap_or_default();
            // With lengths, so that what is at the end of one is not at the beginning of the next.
            for part in [name.as_bytes(), &content] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        let name: String = hash
            .finalize()
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let parts = fs::read(folder.join(MANIFEST))
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_else(|| {
                tracing::warn!(
                    "{}: no files for browsers, or not those of `cargo leptos build --split`; pages work without JavaScript only",
                    folder.display()
                );
                HashMap::new()
            });
        Self {
            folder,
            path: format!("{FOLDER}/{name}"),
            parts,
        }
    }

    /// What a page needs beside what every page does: addresses of wasm files.
    pub(crate) fn parts(&self, page: LazyPage) -> Vec<String> {
        let parts = self.parts.get(page.name()).map(Vec::as_slice).unwrap_or_default();
        parts.iter().map(|part| format!("/{}/{part}.wasm", self.path)).collect()
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A site of a few files, in a folder that is removed afterwards.
    struct Site(PathBuf);

    impl Site {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let root = std::env::temp_dir().join(format!("bundle-{}-{name}", std::process::id()));
            for (file, text) in files {
                let path = root.join(FOLDER).join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            Self(root)
        }

        fn path(&self) -> String {
            Bundle::read(&self.0).path
        }
    }

    impl Drop for Site {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn every_change_of_a_file_is_another_name() {
        let all = [("a.wasm", "one"), ("b.wasm", "two"), ("more/c.js", "three")];
        let site = Site::new("all", &all);
        let first = site.path();
        assert_eq!(Site::new("same", &all).path(), first, "the place does not count");
        assert!(first.starts_with("pkg/") && first.len() == "pkg/".len() + 24, "{first}");
        for (name, changed) in [
            (
                "content",
                [("a.wasm", "one"), ("b.wasm", "twO"), ("more/c.js", "three")],
            ),
            ("name", [("a.wasm", "one"), ("b2.wasm", "two"), ("more/c.js", "three")]),
            ("deep", [("a.wasm", "one"), ("b.wasm", "two"), ("more/c.js", "Three")]),
            ("border", [("a.wasm", "onet"), ("b.wasm", "wo"), ("more/c.js", "three")]),
        ] {
            assert_ne!(Site::new(name, &changed).path(), first, "{name}");
        }
        fs::write(site.0.join("pkg/a.wasm.br"), "made of a.wasm").unwrap();
        assert_eq!(site.path(), first, "what is made of the others says nothing new");
    }

    #[test]
    fn a_page_needs_what_the_manifest_says() {
        let manifest = r#"{ "hub": ["chunk_1", "split_hub"], "run": [] }"#;
        let site = Site::new("manifest", &[(MANIFEST, manifest)]);
        let bundle = Bundle::read(&site.0);
        let here = &bundle.path;
        assert_eq!(
            bundle.parts(LazyPage::Hub),
            [format!("/{here}/chunk_1.wasm"), format!("/{here}/split_hub.wasm")]
        );
        assert!(bundle.parts(LazyPage::Run).is_empty());
        assert!(bundle.parts(LazyPage::Groups).is_empty(), "a manifest of another build");
    }

    #[test]
    fn without_a_site_there_is_a_name_all_the_same() {
        let bundle = Bundle::read(Path::new("/nonexistent"));
        assert!(bundle.path.starts_with("pkg/"));
        assert!(bundle.parts(LazyPage::Hub).is_empty());
    }
}
