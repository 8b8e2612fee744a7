//! Exported policies, read from folders in the layout of `IntuneManagement`: one folder per collection, one file per policy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::collection::Collection;

/// How deep the folders of an export may lie, which also ends a circle of links.
const MAX_DEPTH: usize = 4;

/// The policies of an export, by collection.
pub(crate) type Fixtures = BTreeMap<Collection, Vec<Map<String, Value>>>;

/// An export that cannot be served, named on one line.
#[derive(Debug)]
pub struct FixtureError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Io(std::io::Error),
    Encoding,
    Json(serde_json::Error),
    NotAPolicy,
    Twice,
    Nothing,
}

impl std::error::Error for FixtureError {}

impl fmt::Display for FixtureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.problem {
            Problem::Io(error) => write!(f, "cannot be read: {error}"),
            Problem::Encoding => f.write_str("expected UTF-8, or UTF-16 with a byte order mark"),
            Problem::Json(error) => write!(f, "expected JSON: {error}"),
            Problem::NotAPolicy => f.write_str("expected an object with an id"),
            Problem::Twice => f.write_str("another file has the same id"),
            Problem::Nothing => {
                let folders: Vec<_> = Collection::folders().collect();
                write!(
                    f,
                    "expected exported policies in folders such as {}",
                    folders.join(", ")
                )
            }
        }
    }
}

/// Reads every policy below a folder, in the order of their paths.
pub(crate) fn read(root: &Path) -> Result<Fixtures, FixtureError> {
    let mut reader = Reader::default();
    reader.descend(root, None, MAX_DEPTH)?;
    if reader.fixtures.is_empty() {
        return Err(FixtureError {
            path: root.to_owned(),
            problem: Problem::Nothing,
        });
    }
    Ok(reader.fixtures)
}

#[derive(Default)]
struct Reader {
    fixtures: Fixtures,
    seen: BTreeSet<(Collection, String)>,
}

impl Reader {
    fn descend(&mut self, folder: &Path, collection: Option<Collection>, depth: usize) -> Result<(), FixtureError> {
        let failed = |error| FixtureError {
            path: folder.to_owned(),
            problem: Problem::Io(error),
        };
        let entries = std::fs::read_dir(folder)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(failed)?;
        let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                if depth > 0 {
                    let named = path.file_name().and_then(|name| Collection::of_folder(name.to_str()?));
                    self.descend(&path, named, depth - 1)?;
                }
            } else if let Some(collection) = collection
                && path
                    .extension()
                    .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
            {
                self.take(&path, collection)
                    .map_err(|problem| FixtureError { path, problem })?;
            }
        }
        Ok(())
    }

    fn take(&mut self, path: &Path, collection: Collection) -> Result<(), Problem> {
        let policy = policy(path)?;
        let id = policy
            .get("id")
            .and_then(Value::as_str)
            .filter(|id| !id.is_empty())
            .ok_or(Problem::NotAPolicy)?;
        if !self.seen.insert((collection, id.to_owned())) {
            return Err(Problem::Twice);
        }
        self.fixtures.entry(collection).or_default().push(policy);
        Ok(())
    }
}

fn policy(path: &Path) -> Result<Map<String, Value>, Problem> {
    let bytes = std::fs::read(path).map_err(Problem::Io)?;
    let text = decode(&bytes).ok_or(Problem::Encoding)?;
    serde_json::from_str(&text).map_err(Problem::Json)
}

/// Windows `PowerShell` writes UTF-16, its successor UTF-8.
fn decode(bytes: &[u8]) -> Option<String> {
    let wide = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let (units, []) = bytes.as_chunks::<2>() else {
            return None;
        };
        String::from_utf16(&units.iter().copied().map(unit).collect::<Vec<_>>()).ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_an_export_is_read() {
        let text = "{\"id\": \"ü\"}";
        let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<_>>();
        let marked = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], text.as_bytes().to_vec()),
            marked(&[0xff, 0xfe], wide(u16::to_le_bytes)),
            marked(&[0xfe, 0xff], wide(u16::to_be_bytes)),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Some(text));
        }
        for broken in [&[0xff, 0xfe, 0x41][..], &[0xff, 0xfe, 0x00, 0xd8], &[0xc3]] {
            assert_eq!(decode(broken), None);
        }
    }
}
