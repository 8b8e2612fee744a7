//! Pages of lists that are paged by keyset: there are no page numbers, and each page says where the next one begins.

use serde::{Deserialize, Serialize};

/// A part of a list, as it crosses the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Whether the cursor that was asked for could not be read: this is the first page instead.
    #[serde(default)]
    pub cursor_broken: bool,
}
