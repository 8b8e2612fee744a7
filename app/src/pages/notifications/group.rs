//! Many notifications of one cause, as one entry with its runs folded away.

use domain::operation::OperationType;
use domain::reason::ReasonCode;
use domain::view::{NotificationGroup, NotificationRow};
use leptos::prelude::*;

use super::entry::{Dot, look};
use crate::api::notifications::MarkRead;
use crate::copy;
use crate::hydrate_sync::hydrate_sync;
use crate::routes;
use crate::ui::badge::Badge;
use crate::ui::button::{Button, Weight};
use crate::ui::time::Time;

#[component]
pub fn Group(
    /// The newest of them, which says what all have in common.
    newest: NotificationRow,
    group: NotificationGroup,
    mark: ServerAction<MarkRead>,
) -> impl IntoView {
    let size = group.size.to_string();
    let label = OperationType::label_of(&newest.operation);
    let reason = newest.reason.as_deref().map(ReasonCode::label_of).unwrap_or_default();
    let name = copy::notifications::group(label, &size, &reason);
    let unread = group.unread.count > 0;
    let partly = unread && group.unread != group.size;
    let not_listed = (group.size.more || group.rows.len() < usize::try_from(group.size.count).unwrap_or(usize::MAX))
        .then(|| copy::notifications::not_listed(group.rows.len()));
    let of_unread = copy::notifications::unread(&group.unread.to_string());
    let runs = group
        .rows
        .into_iter()
        .map(|row| view! { <Member row=row/> })
        .collect_view();
    view! {
        <li class="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
            <span class="flex h-6 items-center">
                <Dot unread=unread/>
            </span>
            <div class="flex min-w-0 grow basis-64 flex-col gap-1">
                <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <Badge look=look(&newest)/>
                    <span class=if unread { "font-semibold" } else { "" }>{name.clone()}</span>
                </p>
                <p class="text-muted">
                    {partly.then(|| format!("{of_unread} · "))}
                    <Time at=newest.created_at/>
                </p>
                <details>
                    <summary class="inline-flex h-7 items-center font-medium text-accent underline underline-offset-2">
                        {copy::notifications::show(&size)}
                    </summary>
                    <ul class="flex flex-col divide-y divide-line border-t border-line">{runs}</ul>
                    {not_listed.map(|text| view! { <p class="pt-2 text-muted">{text}</p> })}
                </details>
            </div>
            {unread.then(|| view! {
                <ActionForm action=mark>
                    {hydrate_sync(view! {
                        <input type="hidden" name="group" value=newest.id.to_string()/>
                        <Button weight=Weight::Quiet>
                            {copy::notifications::MARK_GROUP}
                            <span class="sr-only">{format!(" {name}")}</span>
                        </Button>
                    })}
                </ActionForm>
            })}
        </li>
    }
}

#[component]
fn Member(row: NotificationRow) -> impl IntoView {
    let name = format!(" {}, {}", row.target, copy::time::absolute(row.created_at));
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
            <Dot unread=!row.read/>
            <span class="min-w-0 grow truncate" title=row.target.clone()>
                {row.target.clone()}
            </span>
            <span class="text-muted">
                <Time at=row.created_at/>
            </span>
            <a href=routes::Run::link(row.run) class="font-medium text-accent underline underline-offset-2">
                {copy::VIEW_RUN}
                <span class="sr-only">{name}</span>
            </a>
        </li>
    }
}
