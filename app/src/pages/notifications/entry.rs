//! One notification.

use domain::badge::{self, Badge as Look};
use domain::operation::OperationType;
use domain::reason::ReasonCode;
use domain::status::RunStatus;
use domain::view::NotificationRow;
use leptos::prelude::*;

use crate::api::notifications::MarkRead;
use crate::copy;
use crate::hydrate_sync::hydrate_sync;
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::button::{Button, Weight};
use crate::ui::time::Time;

/// The badge of what a notification tells.
pub fn look(row: &NotificationRow) -> Look {
    let status = match row.kind.as_str() {
        "queued" => RunStatus::Queued,
        "completed" => RunStatus::Completed,
        // Of a newer release.
        _ => RunStatus::Unknown,
    };
    badge::of_run(status, row.outcome, None, false)
}

/// A notification by itself.
#[component]
pub fn Entry(
    /// What is recorded of it.
    row: NotificationRow,
    mark: ServerAction<MarkRead>,
) -> impl IntoView {
    let counts = copy::run::result(&row.counts);
    let reason = row.reason.as_deref().map(ReasonCode::label_of);
    let facts = [Some(counts).filter(|counts| counts != copy::NONE), reason];
    let facts = facts
        .into_iter()
        .flatten()
        .fold(String::new(), |text, fact| text + &fact + " · ");
    let name = format!("{}, {}", OperationType::label_of(&row.operation), row.target);
    view! {
        <li class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <div class="flex min-w-0 grow basis-64 items-center gap-4">
                <Dot unread=!row.read/>
                <div class="flex min-w-0 grow flex-col gap-1">
                <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <span class=if row.read { "truncate" } else { "truncate font-semibold" }>{name.clone()}</span>
                    <Badge look=look(&row)/>
                </p>
                <p class="text-muted">
                    {facts}
                    <Time at=row.created_at/>
                </p>
                </div>
            </div>
            <a href=routes::Run::link(row.run) class="font-medium text-accent underline underline-offset-2">
                {copy::VIEW_RUN}
                <span class="sr-only">{format!(" {name}")}</span>
            </a>
            {(!row.read).then(|| view! {
                <ActionForm action=mark>
                    {hydrate_sync(view! {
                        <input type="hidden" name="id" value=row.id.to_string()/>
                        <Button weight=Weight::Quiet>
                            {copy::notifications::MARK_READ}
                            <span class="sr-only">{format!(" {name}")}</span>
                        </Button>
                    })}
                </ActionForm>
            })}
        </li>
    }
}

/// The mark of what was not read; as wide if it was.
#[component]
pub fn Dot(
    /// Whether it was not.
    unread: bool,
) -> impl IntoView {
    view! {
        <span class="flex w-2 shrink-0" title=unread.then_some(copy::notifications::UNREAD)>
            {unread.then(|| view! {
                <span class="size-2 rounded-full bg-accent" aria-hidden="true"></span>
                <span class="sr-only">{copy::notifications::UNREAD}</span>
            })}
        </span>
    }
}
