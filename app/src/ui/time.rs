//! A moment: from the server absolute and with its zone, in the browser relative, with the absolute one at hand.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::clock::{self, use_clock};
use crate::copy;

/// A moment.
#[component]
pub fn Time(
    /// Which one.
    at: DateTime<Utc>,
    /// Whether it always shows the absolute time, with the relative one after it.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let clock = use_clock();
    let text = Memo::new(move |_| match clock.now() {
        _ if full => copy::time::exact(at),
        None => copy::time::absolute(at),
        Some(now) => copy::time::relative(at, now),
    });
    let relative = full.then(|| {
        let relative = Memo::new(move |_| clock.now().map(|now| format!(" ({})", copy::time::relative(at, now))));
        view! { <span class="whitespace-nowrap text-muted tabular-nums">{relative}</span> }
    });
    let title = Memo::new(
        move |_| match clock.is_running().then(|| clock::local(at, None)).flatten() {
            Some(local) => format!("{} · {local}", copy::time::exact(at)),
            None => copy::time::exact(at),
        },
    );
    view! {
        <time datetime=copy::time::machine(at) title=title class="whitespace-nowrap tabular-nums">
            {text}
        </time>
        {relative}
    }
}

/// A moment that may not have come yet.
#[component]
pub fn MaybeTime(
    /// Which one, if it has come.
    #[prop(into)]
    at: Signal<Option<DateTime<Utc>>>,
    /// As of [`Time`].
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let at = Memo::new(move |_| at.get());
    move || match at.get() {
        Some(at) => view! { <Time at=at full=full/> }.into_any(),
        None => copy::NONE.into_any(),
    }
}
