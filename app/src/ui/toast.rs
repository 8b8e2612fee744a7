//! What is said right after something was started.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::copy;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToastMessage {
    /// The first line.
    pub title: String,
    /// The second.
    pub text: String,
    pub href: String,
}

/// A message over the page that stays until it is dismissed. The region is always there, so that it is read out.
#[component]
pub fn Toast(
    /// What it says, if anything.
    #[prop(into)]
    message: Signal<Option<ToastMessage>>,
    /// What was dismissed; kept by the page, which outlives what is loaded into it.
    dismissed: RwSignal<Option<ToastMessage>>,
) -> impl IntoView {
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let shown = Memo::new(move |_| {
        message
            .get()
            .filter(|message| dismissed.with(|dismissed| dismissed.as_ref() != Some(message)))
    });
    view! {
        <div role="status" class="fixed inset-x-4 bottom-4 z-20 sm:left-auto sm:w-96">
            {move || shown.get().map(|message| view! {
                <div class="flex items-start gap-3 rounded-lg border border-line bg-surface p-4 shadow-lg">
                    <div class="flex min-w-0 grow flex-col gap-1">
                        <p class="font-semibold">{message.title}</p>
                        <p class="text-muted">{message.text}</p>
                        <p>
                            <a href=message.href class="font-medium text-accent underline underline-offset-2">
                                {copy::VIEW_RUN}
                            </a>
                        </p>
                    </div>
                    <button
                        type="button"
                        hidden=move || !live.get()
                        class="inline-flex size-6 items-center justify-center rounded hover:bg-sunken"
                        aria-label=copy::DISMISS
                        on:click=move |_| dismissed.set(shown.try_get_untracked().flatten())
                    >
                        <Icon glyph=Glyph::Close/>
                    </button>
                </div>
            })}
        </div>
    }
}
