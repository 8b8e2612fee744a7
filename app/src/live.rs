//! Polling with manners (DESIGN §6): never two requests at a time, none while the tab is hidden, fewer while the server has
//! trouble, none once there is nothing left to wait for, none after the page is gone.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::copy;
use crate::error::AppError;

/// The longest pause between two attempts while the server has trouble.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How up to date a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// Nothing is waited for.
    Off,
    /// Kept up to date.
    On,
    /// The tab is hidden, or the viewer has paused it.
    Paused,
    /// The last request failed; another one follows.
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
            Self::Retrying => Some(copy::live::RETRYING),
            Self::SignedOut => Some(copy::live::SIGNED_OUT),
            Self::Gone => Some(copy::live::GONE),
        }
    }
}

/// One poll: asks, applies the answer, and says when to ask again.
struct Poller<Ask, Apply> {
    ask: Ask,
    apply: Apply,
    wake: Wake,
    held: Option<RwSignal<bool>>,
    liveness: RwSignal<Liveness>,
    gone: Arc<AtomicBool>,
    busy: Cell<bool>,
    failures: Cell<u32>,
    timer: RefCell<Option<TimeoutHandle>>,
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
/// which the viewer pauses it.
///
/// `ask` makes a request. `apply` shows its answer and returns the pause until the next one, or `None` to stop.
pub fn poll<Ask, Asked, Answer, Apply>(
    first: Option<Duration>,
    wake: Wake,
    held: Option<RwSignal<bool>>,
    ask: Ask,
    apply: Apply,
) -> ReadSignal<Liveness>
where
    Ask: Fn() -> Asked + 'static,
    Asked: Future<Output = Result<Answer, AppError>> + 'static,
    Answer: 'static,
    Apply: Fn(Answer) -> Option<Duration> + 'static,
{
    let liveness = RwSignal::new(Liveness::Off);
    let parts = RefCell::new(Some((ask, apply)));
    // An effect, because it runs in the browser only.
    Effect::new(move |_| {
        let Some((ask, apply)) = parts.take() else { return };
        let gone = Arc::new(AtomicBool::new(false));
        let poller = Rc::new(Poller {
            ask,
            apply,
            wake,
            held,
            liveness,
            gone: Arc::clone(&gone),
            busy: Cell::new(false),
            failures: Cell::new(0),
            timer: RefCell::new(None),
        });
        if let Some(first) = first {
            if poller.is_resting() {
                liveness.set(Liveness::Paused);
            } else {
                liveness.set(Liveness::On);
                poller.schedule(first);
            }
        }
        if let Some(held) = held {
            let poller = Rc::clone(&poller);
            Effect::new(move |before: Option<bool>| {
                let now = held.get();
                if before.is_some_and(|before| before != now) {
                    poller.look();
                }
                now
            });
        }
        let listeners = ["visibilitychange", "online"].map(|event| {
            let poller = Rc::clone(&poller);
            window_event_listener_untyped(event, move |_| poller.look())
        });
        on_cleanup(move || {
            // The timer, if there is one, finds this set and does nothing.
            gone.store(true, Ordering::Relaxed);
            listeners.into_iter().for_each(WindowListenerHandle::remove);
        });
    });
    liveness.read_only()
}

impl<Ask, Asked, Answer, Apply> Poller<Ask, Apply>
where
    Ask: Fn() -> Asked + 'static,
    Asked: Future<Output = Result<Answer, AppError>> + 'static,
    Answer: 'static,
    Apply: Fn(Answer) -> Option<Duration> + 'static,
{
    fn schedule(self: &Rc<Self>, pause: Duration) {
        self.unschedule();
        let poller = Rc::clone(self);
        let timer = set_timeout_with_handle(move || poller.run(), pause).ok();
        self.timer.replace(timer);
    }

    fn unschedule(&self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }

    /// Whether nothing is asked for, for now.
    fn is_resting(&self) -> bool {
        document().hidden() || self.held.and_then(|held| held.try_get_untracked()).unwrap_or_default()
    }

    /// The tab was shown or hidden, the network came back, or the viewer paused or resumed.
    fn look(self: &Rc<Self>) {
        if self.gone.load(Ordering::Relaxed) {
            return;
        }
        let state = self.liveness.get_untracked();
        let waiting = matches!(state, Liveness::On | Liveness::Paused | Liveness::Retrying);
        if self.is_resting() {
            if waiting {
                self.unschedule();
                self.liveness.set(Liveness::Paused);
            }
        } else if waiting || (state == Liveness::Off && self.wake == Wake::Look) {
            self.run();
        }
    }

    fn run(self: &Rc<Self>) {
        if self.gone.load(Ordering::Relaxed) || self.busy.get() {
            return;
        }
        self.unschedule();
        if self.is_resting() {
            self.liveness.set(Liveness::Paused);
            return;
        }
        self.busy.set(true);
        let poller = Rc::clone(self);
        spawn_local(async move {
            let answer = (poller.ask)().await;
            poller.busy.set(false);
            if !poller.gone.load(Ordering::Relaxed) {
                poller.answered(answer);
            }
        });
    }

    fn answered(self: &Rc<Self>, answer: Result<Answer, AppError>) {
        let (liveness, pause) = match answer {
            Ok(answer) => {
                self.failures.set(0);
                match (self.apply)(answer) {
                    Some(pause) => (Liveness::On, Some(pause)),
                    None => (Liveness::Off, None),
                }
            }
            Err(AppError::Unauthenticated { .. }) => (Liveness::SignedOut, None),
            Err(AppError::NotFound | AppError::Forbidden { .. }) => (Liveness::Gone, None),
            Err(AppError::Unavailable { retry_seconds }) => (
                Liveness::Retrying,
                Some(self.back_off().max(Duration::from_secs(retry_seconds.into()))),
            ),
            Err(_) => (Liveness::Retrying, Some(self.back_off())),
        };
        let liveness = if pause.is_some() && self.is_resting() {
            Liveness::Paused
        } else {
            liveness
        };
        if self.liveness.get_untracked() != liveness {
            self.liveness.set(liveness);
        }
        if let Some(pause) = pause.filter(|_| liveness != Liveness::Paused) {
            self.schedule(pause.min(LONGEST_PAUSE));
        }
    }

    fn back_off(&self) -> Duration {
        let failures = self.failures.get().saturating_add(1);
        self.failures.set(failures);
        Duration::from_secs(1 << failures.min(6))
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
    #[prop(into)]
    liveness: Signal<Liveness>,
    /// What has changed, to be read out and not shown: the page shows it already.
    #[prop(into)]
    announcement: Signal<String>,
) -> impl IntoView {
    view! {
        <p class="flex h-6 items-center text-xs text-muted">
            <span>{move || liveness.get().word()}</span>
            <span role="status" class="sr-only">
                {announcement}
            </span>
        </p>
    }
}
