//! One poll: asks, applies the answer, and says when to ask again.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::abortable;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::life::Life;
use super::{Liveness, PATIENCE, Wake};
use crate::clock::Clock;
use crate::error::AppError;

/// The longest pause between two attempts while the server has trouble.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// An answer that takes longer is said to be late: what is shown is not up to date by then.
const LATE: Duration = Duration::from_secs(3);

/// Whoever looks at a page while a request is this old gets another one: it may have been lost while the machine slept.
const OLD: Duration = Duration::from_secs(1);

/// A request under way.
struct Request {
    since: DateTime<Utc>,
    timers: Vec<TimeoutHandle>,
}

struct Inner<Ask, Apply> {
    ask: Ask,
    apply: Apply,
    wake: Wake,
    held: Option<RwSignal<bool>>,
    state: RwSignal<Liveness>,
    updated: RwSignal<Option<DateTime<Utc>>>,
    clock: Clock,
    life: Life,
    request: RefCell<Option<Request>>,
    /// The request under way is broken off for another one.
    again: Cell<bool>,
    failures: Cell<u32>,
    /// When the next request is due, by its timer.
    due: Cell<Option<DateTime<Utc>>>,
    timer: RefCell<Option<TimeoutHandle>>,
}

pub(super) struct Poller<Ask, Apply>(Rc<Inner<Ask, Apply>>);

impl<Ask, Apply> Clone for Poller<Ask, Apply> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<Ask, Asked, Answer, Apply> Poller<Ask, Apply>
where
    Ask: Fn() -> Asked + 'static,
    Asked: Future<Output = Result<Answer, AppError>> + 'static,
    Answer: 'static,
    Apply: Fn(Answer) -> Option<Duration> + 'static,
{
    pub(super) fn new(
        ask: Ask,
        apply: Apply,
        wake: Wake,
        held: Option<RwSignal<bool>>,
        (state, updated): (RwSignal<Liveness>, RwSignal<Option<DateTime<Utc>>>),
        clock: Clock,
    ) -> Self {
        // The page has just come.
        updated.set(Some(clock.read()));
        Self(Rc::new(Inner {
            ask,
            apply,
            wake,
            held,
            state,
            updated,
            clock,
            life: Life::default(),
            request: RefCell::new(None),
            again: Cell::new(false),
            failures: Cell::new(0),
            due: Cell::new(None),
            timer: RefCell::new(None),
        }))
    }

    /// Begins, after a pause.
    pub(super) fn begin(&self, first: Duration) {
        if self.is_resting() {
            self.set(Liveness::Paused);
        } else {
            self.set(Liveness::On);
            self.schedule(first);
        }
    }

    /// What ends it. The timer, if there is one, finds it ended and does nothing; a request that hangs would take one of the few
    /// connections that a browser makes.
    pub(super) fn end(&self) -> impl Fn() + Send + Sync + use<Ask, Asked, Answer, Apply> {
        let life = self.0.life.clone();
        move || life.end()
    }

    fn is_gone(&self) -> bool {
        self.0.life.is_over()
    }

    fn set(&self, state: Liveness) {
        if self.0.state.try_get_untracked().is_some_and(|known| known != state) {
            self.0.state.set(state);
        }
    }

    fn after(&self, pause: Duration, what: impl FnOnce(&Self) + 'static) -> Option<TimeoutHandle> {
        let poller = self.clone();
        let what = move || {
            if !poller.is_gone() {
                what(&poller);
            }
        };
        set_timeout_with_handle(what, pause).ok()
    }

    fn schedule(&self, pause: Duration) {
        self.unschedule();
        let timer = self.after(pause, Self::run);
        self.0.timer.replace(timer);
        self.0.due.set(Some(self.0.clock.read() + pause));
    }

    fn unschedule(&self) {
        if let Some(timer) = self.0.timer.take() {
            timer.clear();
        }
    }

    /// Whether nothing is asked for, for now.
    fn is_resting(&self) -> bool {
        document().hidden()
            || self
                .0
                .held
                .and_then(|held| held.try_get_untracked())
                .unwrap_or_default()
    }

    /// The tab was shown or hidden, the window came to the front, the network came back, or the viewer paused or resumed.
    pub(super) fn look(&self) {
        if self.is_gone() {
            return;
        }
        let state = self.0.state.get_untracked();
        if self.is_resting() {
            if state.is_waiting() {
                self.unschedule();
                self.set(Liveness::Paused);
            }
        } else if state.is_waiting() || (state == Liveness::Off && self.0.wake == Wake::Look) {
            let since = self.0.request.borrow().as_ref().map(|request| request.since);
            match since {
                None => self.run(),
                Some(since) if self.0.clock.read() - since >= delta(OLD) => self.ask_again(since),
                // It has just been asked; if that is answered, it was asked at once.
                Some(since) => {
                    let timer = self.after(OLD, move |poller| poller.ask_again(since));
                    if let Some(request) = &mut *self.0.request.borrow_mut() {
                        request.timers.extend(timer);
                    }
                }
            }
        }
    }

    /// The window came to the front: a look, unless the page was told a moment ago.
    pub(super) fn glance(&self) {
        let now = self.0.clock.read();
        let fresh = |updated: DateTime<Utc>| now - updated < delta(OLD);
        if !self.0.updated.try_get_untracked().flatten().is_some_and(fresh) {
            self.look();
        }
    }

    /// Breaks off the request that was made at `since`, if it is still under way, for another one.
    fn ask_again(&self, since: DateTime<Utc>) {
        let same = |request: &Request| request.since == since;
        if self.0.request.borrow().as_ref().is_some_and(same) {
            self.0.again.set(true);
            self.0.life.break_off();
        }
    }

    fn run(&self) {
        if self.is_gone() || self.0.request.borrow().is_some() {
            return;
        }
        self.unschedule();
        if self.is_resting() {
            self.set(Liveness::Paused);
            return;
        }
        let now = self.0.clock.read();
        // A timer that comes late has slept with its machine: what is shown is old before anybody is asked.
        if self.0.due.take().is_some_and(|due| now - due > delta(LATE)) && self.0.state.get_untracked() == Liveness::On
        {
            self.set(Liveness::Late);
        }
        // What is dropped is broken off: the browser's request belongs to the future.
        let (asked, handle) = abortable((self.0.ask)());
        let late = self.after(LATE, |poller| {
            if poller.0.state.get_untracked() == Liveness::On {
                poller.set(Liveness::Late);
            }
        });
        let give_up = self.after(PATIENCE, |poller| poller.0.life.break_off());
        self.0.life.note(Some(handle));
        let timers = late.into_iter().chain(give_up).collect();
        self.0.request.replace(Some(Request { since: now, timers }));
        let poller = self.clone();
        spawn_local(async move {
            let answer = asked.await;
            if let Some(request) = poller.0.request.take() {
                request.timers.into_iter().for_each(|timer| timer.clear());
            }
            poller.0.life.note(None);
            let again = poller.0.again.take();
            if poller.is_gone() {
                return;
            }
            match answer {
                Ok(answer) => poller.answered(answer),
                Err(_) if again => poller.run(),
                Err(_) => poller.answered(Err(AppError::Unreachable)),
            }
        });
    }

    fn answered(&self, answer: Result<Answer, AppError>) {
        let (state, pause) = match answer {
            Ok(answer) => {
                self.0.failures.set(0);
                self.0.updated.set(Some(self.0.clock.read()));
                match (self.0.apply)(answer) {
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
        let state = if pause.is_some() && self.is_resting() {
            Liveness::Paused
        } else {
            state
        };
        self.set(state);
        if let Some(pause) = pause.filter(|_| state != Liveness::Paused) {
            self.schedule(pause.min(LONGEST_PAUSE));
        }
    }

    fn back_off(&self) -> Duration {
        let failures = self.0.failures.get().saturating_add(1);
        self.0.failures.set(failures);
        Duration::from_secs(1 << failures.min(6))
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
