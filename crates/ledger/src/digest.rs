//! Hashes under which what must not be read off a table is looked up in it.

use sha2::{Digest, Sha256};

/// The hash under which a secret or a name is kept; `kind` keeps those of different uses apart.
pub(crate) fn digest(kind: &str, text: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(kind);
    hash.update([0]);
    hash.update(text);
    hash.finalize().to_vec()
}
