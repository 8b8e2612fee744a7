//! A moment: from the server absolute and with its zone, in the browser relative, with the absolute one at hand.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::clock::{self, Clock, use_clock};
use crate::copy;

/// What a pointer that rests on a moment is told: UTC to the second, and the viewer's own time once there is a browser.
///
/// A closure, as everything that lists have hundreds of: what it says is compared with what stands there before it is written, which
/// is all that a memo would be for.
fn at_hand(clock: Clock, at: DateTime<Utc>) -> impl Fn() -> String + Send + Sync + 'static {
    move || {
        let own = clock.is_running().then(|| clock::local(at, None)).flatten();
        own.map_or_else(
            || copy::time::exact(at),
            |own| format!("{} · {own}", copy::time::exact(at)),
        )
    }
}

/// A moment in a list.
#[component]
pub fn Time(at: DateTime<Utc>) -> impl IntoView {
    let clock = use_clock();
    let text = move || match clock.now() {
        None => copy::time::absolute(at),
        Some(now) => copy::time::relative(at, now),
    };
    view! {
        <time datetime=copy::time::machine(at) title=at_hand(clock, at)>
            {text}
        </time>
    }
}

/// A moment to the second, where how long ago that is says nothing.
#[component]
pub fn ExactTime(at: DateTime<Utc>) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time datetime=copy::time::machine(at) title=at_hand(clock, at)>
            {copy::time::exact(at)}
        </time>
    }
}

/// A moment to the second, and how long ago that is: for pages about one thing. The second stands below the first, so that
/// nothing moves when it grows.
#[component]
pub fn FullTime(
    at: DateTime<Utc>,
    /// What time it was for the server, until the browser's own clock runs.
    now: DateTime<Utc>,
) -> impl IntoView {
    let clock = use_clock();
    let relative = Memo::new(move |_| copy::time::relative(at, clock.now().unwrap_or(now)));
    view! {
        <time datetime=copy::time::machine(at) title=at_hand(clock, at)>
            {copy::time::exact(at)}
        </time>
        <span class="block whitespace-nowrap text-muted">{relative}</span>
    }
}
