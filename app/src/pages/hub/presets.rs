//! Filters that everybody has.

use domain::filter::{Bucket, Choice, Day, Initiator, RunFilter, Tab, Zone};

use crate::copy::hub::views as words;

/// What everybody has, with the filter it stands for: "today" is a day of `zone`.
pub(super) fn presets(zone: Option<Zone>) -> [(&'static str, RunFilter); 4] {
    let failed = RunFilter {
        tab: Tab::Failed,
        from: Some(Day::Ago(0)),
        zone,
        ..RunFilter::default()
    };
    let mine = RunFilter {
        initiator: Some(Choice::one(Initiator::Me)),
        ..RunFilter::default()
    };
    let running = RunFilter {
        tab: Tab::Active,
        status: Some(Choice::one(Bucket::Running)),
        ..RunFilter::default()
    };
    [
        (words::EVERYTHING, RunFilter::default()),
        (words::FAILED_TODAY, failed),
        (words::MINE, mine),
        (words::RUNNING, running),
    ]
}
