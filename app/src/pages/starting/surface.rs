//! What a page knows of its last start, with JavaScript and without.

use chrono::{DateTime, Utc};
use domain::open::Open;
use domain::operation::OperationType;
use domain::view::{RunRow, StartAnswer};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::answer::{said_by_address, said_of};
use crate::clock::use_clock;
use crate::error::AppError;
use crate::live::sending;
use crate::ui::error_panel::go_to;
use crate::ui::toast::Said;

/// The last start of a page.
#[derive(Clone, Copy)]
pub struct Surface {
    kind: OperationType,
    search: Memo<String>,
    version: RwSignal<usize>,
    /// Why it did not work.
    pub failed: Memo<Option<AppError>>,
    /// Whether an answer is waited for; not for ever.
    pub pending: Signal<bool>,
    /// What is said about its answer.
    pub said: Memo<Option<Said>>,
    /// What of that was dismissed.
    pub dismissed: RwSignal<Option<Said>>,
}

impl Surface {
    /// Of a page that starts `kind`: `version` and `answer` are those of its action, `tenant` and `search` those of its address.
    /// An accepted start loads the page again.
    pub fn follow<F>(
        kind: OperationType,
        start: ServerAction<F>,
        (tenant, search): (Memo<String>, Memo<String>),
        reload: Callback<()>,
    ) -> Self
    where
        F: ServerFn<Output = Open<StartAnswer>, Error = AppError> + Send + Sync + Clone + 'static,
    {
        let (version, answer) = (start.version(), start.value());
        let clock = use_clock();
        let sending = sending(start);
        // An error that came with the address (the form was sent without JavaScript) stands only as long as the address does.
        let failed = Memo::new(move |_| {
            let from_address = version.get() == 0;
            if sending.unanswered.get() {
                return Some(AppError::Unreachable);
            }
            let error = answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()));
            error.filter(|_| !from_address || search.with(|search| search.contains("__err=")))
        });
        let toast = Memo::new(move |_| {
            let accepted = answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()));
            accepted.map(|accepted| said_of(kind, &accepted, clock.now_untracked()))
        });
        // An answer belongs to the tenant it was given for.
        Effect::new(move |before: Option<String>| {
            let tenant = tenant.get();
            if before.is_some_and(|before| before != tenant) {
                answer.set(None);
                sending.unanswered.set(false);
            }
            tenant
        });
        Effect::new(move |before: Option<usize>| {
            let version = version.get();
            if before.is_some_and(|before| before != version) {
                match answer.get_untracked() {
                    Some(Err(AppError::Unauthenticated { sign_in })) => go_to(&sign_in),
                    Some(Err(_)) => {}
                    // A fresh key for the next start, and the run that was just started.
                    Some(Ok(_)) | None => reload.run(()),
                }
            }
            version
        });
        Self {
            kind,
            search,
            version,
            failed,
            pending: sending.pending,
            said: toast,
            dismissed: RwSignal::new(None),
        }
    }

    /// What is said about a start without JavaScript: it is answered by the address; what else is known of it, by the page.
    pub fn said_by_address(self, latest: Option<&RunRow>, now: DateTime<Utc>) -> Signal<Option<Said>> {
        let by_address = said_by_address(self.kind, &self.search.get_untracked(), latest, now);
        Signal::derive(move || by_address.clone().filter(|_| self.version.get() == 0))
    }
}
