//! Failures by cause.

use domain::overview::FailureCause;
use domain::reason::ReasonCode;
use leptos::either::Either;
use leptos::prelude::*;

use super::days::number;
use super::list;
use crate::copy;
use crate::ui::section::Section;
use crate::ui::table::{Column, NUMBER, Table};

/// The causes, most runs first, each leading to its runs (R20).
#[component]
pub fn Causes(
    /// What the server answered.
    causes: Vec<FailureCause>,
) -> impl IntoView {
    let body = if causes.is_empty() {
        Either::Left(view! { <p class="text-muted">{copy::overview::NO_CAUSES}</p> })
    } else {
        let rows = causes
            .into_iter()
            .map(|cause| view! { <Cause cause=cause/> })
            .collect_view();
        Either::Right(view! {
            <Table caption=copy::overview::CAUSES width="w-full min-w-120">
                <colgroup>
                    <col/>
                    <col class="w-20"/>
                    <col/>
                </colgroup>
                <thead>
                    <tr>
                        <Column title=copy::overview::column::REASON/>
                        <Column title=copy::overview::column::RUNS number=true/>
                        <Column title=copy::overview::column::TENANTS/>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        })
    };
    view! {
        <Section id="causes" title=copy::overview::CAUSES>
            <p class="text-muted">{copy::overview::CAUSES_TEXT}</p>
            {body}
        </Section>
    }
}

#[component]
fn Cause(
    /// What the server answered.
    cause: FailureCause,
) -> impl IntoView {
    let label = cause
        .reason
        .as_deref()
        .map_or_else(|| copy::overview::NO_REASON.to_owned(), ReasonCode::label_of);
    let code = cause.reason.clone();
    let named: Vec<&str> = cause.named.iter().map(|tenant| tenant.name.as_str()).collect();
    let more = cause
        .tenants
        .saturating_sub(u32::try_from(named.len()).unwrap_or(u32::MAX));
    let tenants = copy::overview::tenants(&named, more);
    view! {
        <tr>
            <th scope="row" title=code>
                {label}
            </th>
            <td class=NUMBER>{number(cause.runs, Some(list(&cause.filter())))}</td>
            <td title=tenants.clone()>
                {tenants.clone()}
            </td>
        </tr>
    }
}
