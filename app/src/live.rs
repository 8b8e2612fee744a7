//! Polling with manners (DESIGN §6): never two requests at a time, none without an end, none while the tab is hidden, fewer while the
//! server has trouble, none once there is nothing left to wait for, none after the page is gone.

mod life;
mod poller;
mod sending;
mod within;

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use self::poller::Poller;
pub use self::sending::{Sending, sending};
pub use self::within::within;
use crate::clock::{Clock, use_clock};
use crate::copy;
use crate::error::AppError;

/// A request that was not answered for so long is given up (DESIGN §6).
pub const PATIENCE: Duration = Duration::from_secs(15);

/// How up to date a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// Nothing is waited for.
    Off,
    /// Kept up to date.
    On,
    /// The tab is hidden, or the viewer has paused it.
    Paused,
    /// The answer to the last request should have been there by now.
    Late,
    /// The last request failed or was given up; another one follows.
    Retrying,
    /// The session has ended.
    SignedOut,
    /// What was shown is not there any more, or not for the viewer.
    Gone,
}

impl Liveness {
    /// What the page says about it.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Off => None,
            Self::On => Some(copy::live::ON),
            Self::Paused => Some(copy::live::PAUSED),
            Self::Late => Some(copy::live::LATE),
            Self::Retrying => Some(copy::live::RETRYING),
            Self::SignedOut => Some(copy::live::SIGNED_OUT),
            Self::Gone => Some(copy::live::GONE),
        }
    }

    /// Whether another answer is expected.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::On | Self::Paused | Self::Late | Self::Retrying)
    }

    /// Whether what the page shows is older than it should be.
    const fn is_behind(self) -> bool {
        matches!(self, Self::Late | Self::Retrying)
    }
}

/// What a page knows of its own updates.
#[derive(Clone, Copy)]
pub struct Live {
    /// How up to date it is.
    pub state: ReadSignal<Liveness>,
    /// When it was last told how things stand, by its own clock; nothing where it was not told yet.
    pub updated: ReadSignal<Option<DateTime<Utc>>>,
}

impl Live {
    /// What time it is as far as the page may speak of what happens elsewhere: not much after it was last told. What it did not hear of
    /// since is its own silence, and nobody else's.
    pub fn now(self, clock: Clock, fallback: DateTime<Utc>) -> DateTime<Utc> {
        let now = clock.now().unwrap_or(fallback).max(fallback);
        self.updated
            .get()
            .map_or(now, |updated| now.min(updated + PATIENCE).max(fallback))
    }
}

/// What happens when the tab is looked at again after polling has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Nothing: what is shown is final.
    Never,
    /// One look: something may have come meanwhile.
    Look,
}

/// Polls for as long as the component lives: first after `first`, if that is given, then as `apply` says; not while `held`, by
/// which the viewer pauses it. When the tab is looked at, the window comes to the front or the network is back, it asks at once.
///
/// `ask` makes a request. `apply` shows its answer and returns the pause until the next one, or `None` to stop.
pub fn poll<Ask, Asked, Answer, Apply>(
    first: Option<Duration>,
    wake: Wake,
    held: Option<RwSignal<bool>>,
    ask: Ask,
    apply: Apply,
) -> Live
where
    Ask: Fn() -> Asked + 'static,
    Asked: Future<Output = Result<Answer, AppError>> + 'static,
    Answer: 'static,
    Apply: Fn(Answer) -> Option<Duration> + 'static,
{
    let (state, updated) = (RwSignal::new(Liveness::Off), RwSignal::new(None));
    let clock = use_clock();
    let parts = std::cell::RefCell::new(Some((ask, apply)));
    // An effect, because it runs in the browser only.
    Effect::new(move |_| {
        let Some((ask, apply)) = parts.take() else { return };
        let poller = Poller::new(ask, apply, wake, held, (state, updated), clock);
        if let Some(first) = first {
            poller.begin(first);
        }
        if let Some(held) = held {
            let poller = poller.clone();
            Effect::new(move |before: Option<bool>| {
                let now = held.get();
                if before.is_some_and(|before| before != now) {
                    poller.look();
                }
                now
            });
        }
        let listeners = ["visibilitychange", "online", "focus"].map(|event| {
            let poller = poller.clone();
            window_event_listener_untyped(event, move |_| {
                if event == "focus" {
                    poller.glance();
                } else {
                    poller.look();
                }
            })
        });
        let end = poller.end();
        on_cleanup(move || {
            end();
            listeners.into_iter().for_each(WindowListenerHandle::remove);
        });
    });
    Live {
        state: state.read_only(),
        updated: updated.read_only(),
    }
}

/// Does something once after a pause, unless the component is gone by then; a hidden tab waits until it is looked at.
pub fn later(pause: Duration, what: Callback<()>) {
    poll(
        Some(pause),
        Wake::Never,
        None,
        async || Ok(()),
        move |()| {
            what.run(());
            None
        },
    );
}

/// How up to date a page is, and the one polite line that says what has changed.
#[component]
pub fn LiveLine(
    /// How up to date it is.
    live: Live,
    /// What has changed, to be read out and not shown: the page shows it already.
    #[prop(into)]
    announcement: Signal<String>,
) -> impl IntoView {
    let clock = use_clock();
    // Counted, not owned by the component: the words may be asked for once more when it is gone, and that would be a panic.
    let behind = ArcMemo::new(move |_| live.state.get().is_behind());
    let since = move || {
        let (now, updated) = (clock.now()?, live.updated.get()?);
        behind
            .get()
            .then(|| copy::live::updated(&copy::time::relative(updated.min(now), now)))
    };
    view! {
        // As wide as the longest of its words, so that none of them moves.
        <p class="flex h-6 min-w-44 items-center text-xs whitespace-nowrap text-muted sm:min-w-72">
            <span>{move || live.state.get().word()}</span>
            // How old it is where there is room for it: that it is old is said beside it.
            <span class="max-sm:hidden not-empty:ml-1">{since}</span>
            <span role="status" class="sr-only">
                {announcement}
            </span>
        </p>
    }
}
