//! Forms whose answer never comes.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::PATIENCE;

/// What is known of the latest sending of a form.
#[derive(Debug, Clone, Copy)]
pub struct Sending {
    /// Whether an answer is waited for; not for ever.
    pub pending: Signal<bool>,
    /// Whether it was waited for in vain: what was sent may have arrived or not.
    pub unanswered: RwSignal<bool>,
}

/// Follows what an action sends. It cannot be taken back, so its answer counts whenever it comes; but after [`PATIENCE`] the button is
/// given back.
pub fn sending<F>(action: ServerAction<F>) -> Sending
where
    F: ServerFn + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
    F::Error: Send + Sync + 'static,
{
    let (pending, unanswered) = (RwSignal::new(false), RwSignal::new(false));
    let sent = StoredValue::new(0_u32);
    let input = action.input();
    Effect::new(move |_| {
        // Written whenever something is sent, and emptied when all of it is answered.
        if input.with(Option::is_none) {
            return;
        }
        sent.update_value(|sent| *sent += 1);
        let this = sent.get_value();
        pending.set(true);
        unanswered.set(false);
        set_timeout(
            move || {
                // The page may be gone, the answer there, or something else sent by now.
                if sent.try_get_value() == Some(this) && pending.try_get_untracked() == Some(true) {
                    pending.set(false);
                    unanswered.set(true);
                }
            },
            PATIENCE,
        );
    });
    let version = action.version();
    Effect::new(move |before: Option<usize>| {
        let version = version.get();
        if before.is_some_and(|before| before != version) {
            pending.set(false);
            unanswered.set(false);
        }
        version
    });
    Sending {
        pending: pending.into(),
        unanswered,
    }
}
