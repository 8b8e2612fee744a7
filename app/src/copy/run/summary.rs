//! Texts to pass on: one for technicians, with everything that helps to find out more, and one for customers, without the
//! machinery.

use domain::decision::explanation;
use domain::reason::ReasonCode;
use domain::status::{Outcome, RunStatus};
use domain::view::RunDetail;

use super::decision::decide;
use super::result;
use crate::copy;
use crate::copy::time::{day, duration, exact, number};

/// What the copied texts are, for their buttons.
pub const LINK: &str = "Link";
pub const ID: &str = "Id";
/// The summary for technicians.
pub const TECHNICIAN: &str = "For technicians";
/// The summary for customers.
pub const CUSTOMER: &str = "For customers";

/// For a colleague or a ticket.
pub fn technician(detail: &RunDetail) -> String {
    let run = &detail.run;
    let decision = decide(detail);
    let tenant = run
        .tenant
        .as_ref()
        .map_or(super::WHOLE_WORKSPACE, |tenant| &tenant.name);
    let mut lines = vec![
        format!(
            "{}, {tenant} ({}): {}",
            run.label(),
            detail.workspace.name,
            run.badge().word
        ),
        decision.happened,
        format!("{}: {}", super::WHAT_TO_DO, decision.next),
    ];
    let counts = result(&run.counts);
    if counts != copy::NONE {
        lines.push(format!("{}: {counts}", super::ITEMS));
    }
    let reasons: Vec<_> = detail
        .numbers
        .reasons
        .iter()
        .map(|one| format!("{} ({})", one.code, super::items(one.count)))
        .collect();
    if !reasons.is_empty() {
        lines.push(format!("{}: {}", super::REASONS, reasons.join(", ")));
    } else if let Some(code) = explanation(detail) {
        lines.push(format!("{}: {code}", super::column::REASON));
    }
    let fact = super::fact::STARTED_BY;
    lines.push(format!("{fact}: {}, {}", run.initiator, exact(run.created_at)));
    if let (Some(started), Some(completed)) = (run.started_at, run.completed_at) {
        let took = duration(completed - started);
        lines.push(format!("{}: {}, {took}", super::fact::COMPLETED, exact(completed)));
    }
    lines.push(format!("{}: {}", super::fact::RUN_ID, run.id));
    lines.push(format!("{}: {}", super::fact::CORRELATION_ID, detail.correlation_id));
    lines.join("\n")
}

/// For whoever the tenant belongs to.
pub fn customer(detail: &RunDetail) -> String {
    let run = &detail.run;
    let tenant = run
        .tenant
        .as_ref()
        .map_or(&detail.workspace.name, |tenant| &tenant.name);
    let what = format!("{} for {tenant} on {} (UTC)", run.label(), day(run.created_at));
    let counts = run.counts;
    let why = explanation(detail)
        .and_then(|code| code.parse::<ReasonCode>().ok())
        .map(ReasonCode::customer);
    let result = match (run.status, run.outcome) {
        (RunStatus::Queued, _) => "has not begun yet.".to_owned(),
        (RunStatus::Running, _) => "is under way.".to_owned(),
        (RunStatus::Unknown, _) => "is recorded; how far it is, is not known here.".to_owned(),
        (_, Outcome::Succeeded) if counts.processed == 0 => "is done; there was nothing to do.".to_owned(),
        (_, Outcome::Succeeded) => format!("is done: {}.", objects(counts.processed)),
        (_, Outcome::PartiallySucceeded) => {
            let done = number(counts.processed.saturating_sub(counts.failures()));
            format!("is partly done: {done} of {}.", objects(counts.processed))
        }
        (_, Outcome::Blocked) => "was not begun, and nothing was changed.".to_owned(),
        (_, Outcome::Failed) => "could not be done.".to_owned(),
        _ => "has ended; how, is not known here.".to_owned(),
    };
    match why.filter(|_| run.outcome != Outcome::Succeeded) {
        Some(why) => format!("{what} {result} {why}"),
        None => format!("{what} {result}"),
    }
}

fn objects(count: u32) -> String {
    if count == 1 {
        "1 object".to_owned()
    } else {
        format!("{} objects", number(count))
    }
}

#[cfg(test)]
mod tests {
    use super::super::decision::tests::{counts, ended_run};
    use super::*;

    #[test]
    fn customers_read_nothing_of_the_machinery() {
        let read = |outcome, reason, counts| customer(&ended_run(outcome, reason, counts));
        assert_eq!(
            read("succeeded", None, counts(10, 0)),
            "Inventory sync for Contoso on 2026-11-21 (UTC) is done: 10 objects."
        );
        assert_eq!(
            read("partially_succeeded", Some("permission.missing"), counts(7, 1)),
            "Inventory sync for Contoso on 2026-11-21 (UTC) is partly done: 7 of 8 objects. A permission is missing in the tenant."
        );
        for code in ReasonCode::ALL {
            let said = read("failed", Some(code.as_str()), counts(0, 1));
            assert!(!said.contains(code.as_str()) && !said.contains("0190"), "{said}");
        }
        assert!(!read("failed", Some("from.tomorrow"), counts(0, 1)).contains("from.tomorrow"));
    }

    #[test]
    fn technicians_read_what_helps_to_find_out_more() {
        let said = technician(&ended_run("failed", Some("graph.unreachable"), counts(0, 0)));
        for part in [
            "Inventory sync, Contoso (Northwind): Failed",
            "What to do: Check the network",
            "Reason: graph.unreachable",
            "Ended: 2026-11-21 03:00:27 UTC, 25 s",
            "Correlation id: 01900000",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
    }
}
