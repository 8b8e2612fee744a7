//! The scope receipt in words: what was planned, touched and skipped (R16).

use domain::counts::Counts;
use domain::policy::PolicyType;
use domain::receipt::{ReceiptKind, ScopeReceipt};
use domain::view::RunDetail;

use crate::copy::time::number;

pub const TITLE: &str = "Scope";
/// What it was allowed to touch.
pub const PLANNED: &str = "Planned";
pub const TOUCHED: &str = "Touched";
/// What it left alone.
pub const SKIPPED: &str = "Skipped";
/// What was planned and of which there is nothing.
pub const NOTHING_OF: &str = "Nothing of";
/// Opens the numbers by kind.
pub const BY_KIND: &str = "By kind";
/// Opens the planned names, if there are many.
pub const NAMES: &str = "Names";
/// The columns of the table by kind.
pub const KIND: &str = "Kind";
/// The columns of the table by kind.
pub const COUNT: &str = "Items";

/// What was planned, as a number or in words.
pub fn planned(detail: &RunDetail) -> String {
    match &detail.receipt {
        None if detail.run.status.is_active() => "Not fixed yet".to_owned(),
        None => "Not recorded".to_owned(),
        Some(ScopeReceipt::PolicyTypes { types }) if types.len() == 1 => "1 policy type".to_owned(),
        Some(ScopeReceipt::PolicyTypes { types }) => format!("{} policy types", types.len()),
        Some(whole) => whole
            .kind()
            .map_or("Recorded in a form that this release does not know", ReceiptKind::label)
            .to_owned(),
    }
}

/// The names of what was planned, if it was enumerated.
pub fn names(receipt: Option<&ScopeReceipt>) -> Vec<&'static str> {
    match receipt {
        Some(ScopeReceipt::PolicyTypes { types }) => types.iter().map(|kind| kind.label()).collect(),
        _ => Vec::new(),
    }
}

/// What it worked on: everything it is done with but what it left alone or never began.
pub fn touched(counts: &Counts) -> String {
    objects(counts.touched())
}

/// What it left alone on purpose.
pub fn skipped(counts: &Counts) -> String {
    objects(counts.skipped)
}

fn objects(count: u32) -> String {
    match count {
        0 => "Nothing".to_owned(),
        1 => "1 object".to_owned(),
        count => format!("{} objects", number(count)),
    }
}

/// Planned types of which no item is recorded, when the run has ended and its items are listed.
pub fn nothing_of(detail: &RunDetail) -> Vec<&'static str> {
    detail.nothing_of().into_iter().map(PolicyType::label).collect()
}
