//! What is said after a start, with JavaScript by the answer and without it by the address one comes back to.

use chrono::{DateTime, Utc};
use domain::id::RunId;
use domain::operation::OperationType;
use domain::reason::ReasonCode;
use domain::view::{InventoryPage, StartAnswer};
use leptos::prelude::*;

use crate::copy;
use crate::error::AppError;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::toast::Said;
use crate::url;

const KIND: OperationType = OperationType::InventorySync;

/// What is said about an answer.
pub fn said(answer: &StartAnswer, now: Option<DateTime<Utc>>) -> Said {
    let href = url::run(answer.run());
    let (title, text) = match answer {
        StartAnswer::Queued { .. } => (copy::start::queued(KIND), copy::start::BACKGROUND.to_owned()),
        StartAnswer::Joined { initiator, since, .. } => {
            let ago = copy::time::relative(*since, now.unwrap_or(*since));
            (KIND.label().to_owned(), copy::start::joined(initiator, &ago))
        }
        StartAnswer::Ended { reason, .. } => {
            let sentence = match reason.parse::<ReasonCode>() {
                Ok(code) => format!("{} {}", code.technician(), code.remedy()),
                Err(_) if reason.is_empty() => copy::start::ENDED_BARE.to_owned(),
                Err(_) => copy::run::unknown_reason(reason),
            };
            (copy::start::ended(KIND), sentence)
        }
    };
    Said { title, text, href }
}

/// The same without JavaScript: the server came back here with `started`, `joined` or `ended`, and the run's id. What else
/// is known of the run is known from the page, if it is its latest one.
pub fn said_by_address(search: &str, page: &InventoryPage) -> Option<Said> {
    // A later attempt that failed leaves its error beside the answer to the earlier one.
    let failed = search.contains("__err=");
    let run = |name| url::value(search, name).parse::<RunId>().ok().filter(|_| !failed);
    let latest = |run| page.last_run.as_ref().filter(|latest| latest.id == run);
    if let Some(run) = run("started") {
        return Some(said(&StartAnswer::Queued { run }, None));
    }
    if let Some(run) = run("ended") {
        let reason = latest(run).and_then(|latest| latest.reason.clone()).unwrap_or_default();
        return Some(said(&StartAnswer::Ended { run, reason }, None));
    }
    let run = run("joined")?;
    Some(match latest(run) {
        Some(latest) => {
            let joined = StartAnswer::Joined {
                run,
                initiator: latest.initiator.clone(),
                since: latest.created_at,
            };
            said(&joined, Some(page.now))
        }
        None => Said {
            title: KIND.label().to_owned(),
            text: copy::start::JOINED_BARE.to_owned(),
            href: url::run(run),
        },
    })
}

/// Why a start did not work, unless a field says it.
#[component]
pub fn StartProblem(
    /// The answer to the last start, if it was an error.
    failed: Memo<Option<AppError>>,
) -> impl IntoView {
    move || {
        failed.get().filter(|error| field_error(error).is_none()).map(|error| {
            view! { <Notice kind=NoticeKind::Alert>{error.to_string()}</Notice> }
        })
    }
}

/// What an error says about the policy types, if it is about them.
pub fn field_error(error: &AppError) -> Option<String> {
    match error {
        AppError::Invalid { field, .. } if field.starts_with("types") => Some(error.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_design() {
        let run = "0199f0a4-7c00-7000-8000-000000000001".parse().unwrap();
        let queued = said(&StartAnswer::Queued { run }, None);
        assert_eq!(queued.title, "Inventory sync queued");
        assert_eq!(queued.text, "Running in the background.");
        assert_eq!(queued.href, "/admin/operations/0199f0a4-7c00-7000-8000-000000000001");

        let since: DateTime<Utc> = "2026-11-21T03:00:00Z".parse().unwrap();
        let now = since + chrono::TimeDelta::minutes(3);
        let joined = said(
            &StartAnswer::Joined {
                run,
                initiator: "Olivia".to_owned(),
                since,
            },
            Some(now),
        );
        assert_eq!(
            joined.text,
            "Already running, started 3 min ago by Olivia — you are following it."
        );
    }
}
