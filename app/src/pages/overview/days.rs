//! Runs per day: the chart, and its numbers as a table.

use domain::overview::{CHARTED, DayCounts};
use leptos::either::Either;
use leptos::prelude::*;

use super::chart::Chart;
use super::list;
use crate::copy;
use crate::pages::hub::chips::bucket_word;
use crate::ui::section::Section;
use crate::ui::table::{Column, NUMBER, Table};

#[component]
pub fn Days(
    /// The days, oldest first.
    days: Vec<DayCounts>,
) -> impl IntoView {
    let nothing = days.iter().all(|day| day.counts.iter().all(|count| *count == 0));
    let body = if nothing {
        Either::Left(view! { <p class="text-muted">{copy::overview::NO_RUNS}</p> })
    } else {
        Either::Right(view! {
            <Chart days=days.clone()/>
            <details>
                <summary class="inline-flex h-8 items-center font-medium text-accent underline underline-offset-2">
                    {copy::overview::NUMBERS}
                </summary>
                <Numbers days=days/>
            </details>
        })
    };
    view! {
        <Section id="days" title=copy::overview::DAYS>
            {body}
        </Section>
    }
}

/// The numbers, newest day first, each leading to its runs (R20).
#[component]
fn Numbers(
    /// The days, oldest first.
    days: Vec<DayCounts>,
) -> impl IntoView {
    let columns = CHARTED
        .map(|bucket| view! { <Column title=bucket_word(bucket) number=true/> })
        .collect_view();
    let rows = days
        .into_iter()
        .rev()
        .map(|day| {
            let cells = CHARTED
                .into_iter()
                .zip(day.counts)
                .map(|(bucket, count)| {
                    let href = (count > 0).then(|| list(&day.filter(bucket)));
                    view! { <td class=NUMBER>{number(count, href)}</td> }
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{day.day.to_string()}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table caption=copy::overview::DAYS width="w-full min-w-140">
            <thead>
                <tr>
                    <Column title=copy::overview::column::DAY/>
                    {columns}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

/// A number, as a link where there is something behind it.
pub fn number(count: u32, href: Option<String>) -> impl IntoView {
    match href {
        None => Either::Left(copy::NONE),
        Some(href) => Either::Right(view! {
            <a href=href class="text-accent underline underline-offset-2">
                {copy::time::number(count)}
            </a>
        }),
    }
}
