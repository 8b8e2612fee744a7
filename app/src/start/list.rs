//! What a sync has read, by name: the search, the number, the table's frame, the way on; or why there is nothing.

use domain::page::Page;
use domain::view::{BoundedCount, RunRow, TenantPage};
use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::page::Asked;
use super::search::SearchForm;
use crate::copy;
use crate::copy::list::Noun;
use crate::hydrate_sync::SyncChildren;
use crate::ui::button::LinkButton;
use crate::ui::empty_state::EmptyState;
use crate::ui::pagination::Onward;
use crate::ui::table::Table;
use crate::url;

/// A part of a list, whatever its rows are.
#[derive(Debug, Clone)]
pub struct Part {
    empty: bool,
    next: Option<String>,
    cursor_broken: bool,
    total: BoundedCount,
    gone: BoundedCount,
    latest: Option<RunRow>,
}

impl Part {
    /// The part that a page shows.
    pub fn of<R, M>(page: &TenantPage<R, M>) -> Self {
        let Page {
            rows,
            next,
            cursor_broken,
            ..
        } = &page.page;
        Self {
            empty: rows.is_empty(),
            next: next.clone(),
            cursor_broken: *cursor_broken,
            total: page.total,
            gone: page.gone,
            latest: page.head.last_run.clone(),
        }
    }
}

/// The list of a page.
#[component]
pub fn TenantList(
    /// Its heading.
    title: &'static str,
    /// What is listed.
    noun: Noun,
    /// The page's path.
    here: String,
    /// What was asked for.
    asked: Asked,
    /// What of it is shown.
    part: Part,
    /// How wide the table is at least, as a class.
    width: &'static str,
    /// `<colgroup>`, `<thead>` and `<tbody>`.
    children: SyncChildren,
) -> impl IntoView {
    let Asked { q, mut after, .. } = asked;
    // A cursor that could not be read led to where the list begins.
    if part.cursor_broken {
        after.clear();
    }
    // There is nothing to search where nothing was ever found.
    let nothing_yet = part.empty && after.is_empty() && q.is_empty();
    let search =
        (!nothing_yet).then(|| view! { <SearchForm label=noun.search_form() action=here.clone() q=q.clone()/> });
    let start = url::with_query(&here, &url::query([("q", &q)]));
    let shown = if nothing_yet {
        EitherOf3::A(view! { <EmptyState title=noun.none_yet() text=noun.why_none(part.latest.as_ref())/> })
    } else if part.empty {
        let (title, text, label, href) = if after.is_empty() {
            (noun.none_found(), noun.no_name_begins_with(&q), noun.show_all(), here)
        } else {
            let text = copy::list::PAST_END_TEXT.to_owned();
            (copy::list::PAST_END.to_owned(), text, copy::FIRST.to_owned(), start)
        };
        EitherOf3::B(view! {
            <EmptyState title=title text=text>
                <LinkButton href=href>{label}</LinkButton>
            </EmptyState>
        })
    } else {
        let next =
            (part.next.as_ref()).map(|cursor| url::with_query(&here, &url::query([("q", &q), ("after", cursor)])));
        let first = (!after.is_empty()).then_some(start);
        let gone = (part.gone.count > 0)
            .then(|| view! { <p class="text-muted">{copy::list::gone(&part.gone.to_string())}</p> });
        EitherOf3::C(view! {
            <div class="flex flex-col gap-2">
                <div class="flex flex-wrap items-baseline gap-2">
                    <h2 class="text-base font-semibold">{title}</h2>
                    <p class="text-muted">{noun.total(&part.total.to_string())}</p>
                    {gone}
                    {(!q.is_empty()).then(|| view! {
                        <a href=here class="font-medium text-accent underline underline-offset-2">
                            {noun.show_all()}
                        </a>
                    })}
                </div>
                <Table caption=title width=width>
                    {children.show()}
                </Table>
                <Onward label=title first=first next=next/>
            </div>
        })
    };
    view! {
        {search}
        {shown}
    }
}
