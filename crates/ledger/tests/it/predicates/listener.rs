//! What this thread sends to PostgreSQL, as sqlx logs it.
//!
//! One subscriber for the whole process, which keeps what the listening thread logs. Rejected: a subscriber of the thread.
//! Whether a place in the source is of interest is remembered for all threads, and a thread of another test that passes it
//! first has no subscriber to ask: nothing was ever heard then.

use std::cell::RefCell;
use std::collections::BTreeSet;

use domain::id::UserId;
use ledger::{Ledger, people};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    /// The texts heard since [`start`].
    static HEARD: RefCell<Option<BTreeSet<String>>> = const { RefCell::new(None) };
}

/// Listens from here on, on this thread. Returns when it has heard something.
pub(super) async fn start(ledger: &Ledger, user: UserId) {
    tracing::subscriber::set_global_default(Listener).expect("the only subscriber of these tests");
    HEARD.with_borrow_mut(|heard| *heard = Some(BTreeSet::new()));
    // Somebody may have asked about sqlx's one place of logging just before, and writes down "of no interest" just after.
    for _ in 0..100 {
        tracing::callsite::rebuild_interest_cache();
        people::workspaces_of(ledger, user).await.unwrap();
        if HEARD.with_borrow(|heard| heard.as_ref().is_some_and(|texts| !texts.is_empty())) {
            return;
        }
    }
    panic!("nothing is heard of what the ledger sends");
}

/// What was sent since [`start`].
pub(super) fn stop() -> BTreeSet<String> {
    HEARD.take().expect("started on this thread")
}

struct Listener;

#[derive(Default)]
struct Text {
    summary: String,
    whole: String,
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.trim().clone_into(&mut self.whole),
            _ => {}
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        HEARD.with_borrow_mut(|heard| {
            let Some(heard) = heard else { return };
            let mut text = Text::default();
            event.record(&mut text);
            // A statement of four words or fewer is its own summary.
            heard.insert(if text.whole.is_empty() {
                text.summary
            } else {
                text.whole
            });
        });
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
