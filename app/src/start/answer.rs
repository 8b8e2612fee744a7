//! What is said after a start, with JavaScript by the answer and without it by the address one comes back to.

use chrono::{DateTime, Utc};
use domain::id::RunId;
use domain::open::Open;
use domain::operation::OperationType;
use domain::reason::ReasonCode;
use domain::view::{RunRow, StartAnswer};
use leptos::prelude::*;

use crate::copy;
use crate::error::AppError;
use crate::routes;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::toast::ToastMessage;
use crate::url;

/// What is said about an accepted start of `kind`, whichever release has answered.
pub fn said_of(kind: OperationType, answer: &Open<StartAnswer>, now: Option<DateTime<Utc>>) -> ToastMessage {
    match answer {
        Open::Known(answer) => said(kind, answer, now),
        Open::Unknown(said) => ToastMessage {
            title: kind.label().to_owned(),
            text: copy::start::UNKNOWN_ANSWER.to_owned(),
            href: run_in(said).map_or_else(|| routes::Hub::link().to_owned(), routes::Run::link),
        },
    }
}

/// The run that an answer is about, if it says so as those of this release do.
fn run_in(answer: &serde_json::Value) -> Option<RunId> {
    let said = answer.as_object()?.values().next()?;
    said.get("run")?.as_str()?.parse().ok()
}

/// What is said about an answer to a start of `kind`.
pub fn said(kind: OperationType, answer: &StartAnswer, now: Option<DateTime<Utc>>) -> ToastMessage {
    let href = routes::Run::link(answer.run());
    let (title, text) = match answer {
        StartAnswer::Queued { .. } => (copy::start::queued(kind), copy::start::BACKGROUND.to_owned()),
        StartAnswer::Joined { initiator, since, .. } => {
            let ago = copy::time::relative(*since, now.unwrap_or(*since));
            (kind.label().to_owned(), copy::start::joined(initiator, &ago))
        }
        StartAnswer::Ended { reason, .. } => {
            let sentence = match reason.parse::<ReasonCode>() {
                Ok(code) => format!("{} {}", code.technician(), code.remedy()),
                Err(_) if reason.is_empty() => copy::start::ENDED_BARE.to_owned(),
                Err(_) => copy::run::unknown_reason(reason),
            };
            (copy::start::ended(kind), sentence)
        }
    };
    ToastMessage { title, text, href }
}

/// The same without JavaScript: the server came back here with `started`, `joined` or `ended`, and the run's id. What else
/// is known of the run is known from the page, if it is its latest one.
pub fn said_by_address(
    kind: OperationType,
    search: &str,
    latest: Option<&RunRow>,
    now: DateTime<Utc>,
) -> Option<ToastMessage> {
    // A later attempt that failed leaves its error beside the answer to the earlier one.
    let failed = search.contains("__err=");
    let run = |name| url::value(search, name).parse::<RunId>().ok().filter(|_| !failed);
    let latest = |run| latest.filter(|latest| latest.id == run);
    if let Some(run) = run("started") {
        return Some(said(kind, &StartAnswer::Queued { run }, None));
    }
    if let Some(run) = run("ended") {
        let reason = latest(run).and_then(|latest| latest.reason.clone()).unwrap_or_default();
        return Some(said(kind, &StartAnswer::Ended { run, reason }, None));
    }
    let run = run("joined")?;
    Some(match latest(run) {
        Some(latest) => {
            let joined = StartAnswer::Joined {
                run,
                initiator: latest.initiator.clone(),
                since: latest.created_at,
            };
            said(kind, &joined, Some(now))
        }
        None => ToastMessage {
            title: kind.label().to_owned(),
            text: copy::start::JOINED_BARE.to_owned(),
            href: routes::Run::link(run),
        },
    })
}

/// Why a start did not work, unless a field says it.
#[component]
pub fn StartProblem(
    /// What was to be started.
    kind: OperationType,
    /// The answer to the last start, if it was an error.
    failed: Memo<Option<AppError>>,
    /// The field that says what is about itself; empty for a form without one.
    field: &'static str,
) -> impl IntoView {
    move || {
        failed
            .get()
            .filter(|error| field_error(error, field).is_none())
            .map(|error| {
                view! { <Notice kind=NoticeKind::Alert>{problem(kind, &error)}</Notice> }
            })
    }
}

/// Why a start did not work. A start that nobody answered may have been one: what was sent may have arrived.
fn problem(kind: OperationType, error: &AppError) -> String {
    match error {
        AppError::Unreachable => copy::start::not_known(kind.start_label()),
        other => other.to_string(),
    }
}

/// What an error says about a field (or an element of it, if it is a list), if it is about that.
pub fn field_error(error: &AppError, name: &str) -> Option<String> {
    match error {
        AppError::Invalid { field, .. } if !name.is_empty() && field.starts_with(name) => Some(error.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: OperationType = OperationType::InventorySync;

    #[test]
    fn r23_an_answer_of_tomorrow_leads_to_its_run_or_the_list() {
        let answer = serde_json::from_str(r#"{ "Postponed": { "until": "2030-01-01T00:00:00Z" } }"#).unwrap();
        let said = said_of(KIND, &answer, None);
        assert_eq!(said.href, "/admin/operations");
        assert!(said.text.contains("Reload"), "{}", said.text);
        let run = "0199f0a4-7c00-7000-8000-000000000001";
        let answer = serde_json::from_str(&format!(r#"{{ "Postponed": {{ "run": "{run}" }} }}"#)).unwrap();
        assert_eq!(said_of(KIND, &answer, None).href, format!("/admin/operations/{run}"));
    }

    #[test]
    fn the_words_are_those_of_the_design() {
        let run = "0199f0a4-7c00-7000-8000-000000000001".parse().unwrap();
        let queued = said(KIND, &StartAnswer::Queued { run }, None);
        assert_eq!(queued.title, "Inventory sync queued");
        assert_eq!(queued.text, "Running in the background.");
        assert_eq!(queued.href, "/admin/operations/0199f0a4-7c00-7000-8000-000000000001");

        let since: DateTime<Utc> = "2026-11-21T03:00:00Z".parse().unwrap();
        let now = since + chrono::TimeDelta::minutes(3);
        let joined = said(
            KIND,
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
