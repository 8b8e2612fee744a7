//! How long something took, or has been going on.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::clock::use_clock;
use crate::copy;

/// A duration that goes on as long as its end is not known.
#[component]
pub fn Duration(
    /// When it began; nothing is shown before.
    #[prop(into)]
    from: Signal<Option<DateTime<Utc>>>,
    #[prop(into)] to: Signal<Option<DateTime<Utc>>>,
    /// What time it was for the server, until the browser's own clock runs.
    now: DateTime<Utc>,
) -> impl IntoView {
    let clock = use_clock();
    let text = move || {
        let Some(from) = from.get() else {
            return copy::NONE.to_owned();
        };
        let to = to
            .get()
            .unwrap_or_else(|| clock.now().map_or(now, |ticking| ticking.max(now)));
        copy::time::duration(to - from)
    };
    view! { <span>{text}</span> }
}
