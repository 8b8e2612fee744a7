//! Changes to one's views, and what came of them.

use leptos::prelude::*;

use super::context::HubContext;
use crate::api::ApiResult;
use crate::api::views::{ChangeView, DeleteView, SaveView};
use crate::copy::hub::views as words;
use crate::error::AppError;
use crate::live::{Sending, sending};
use crate::ui::error_panel::go_to;
use crate::ui::notice::{Notice, NoticeKind};

/// The three things one can do with one's views, and what came of them.
#[derive(Clone, Copy)]
pub struct Changes {
    pub save: ServerAction<SaveView>,
    pub change: ServerAction<ChangeView>,
    pub delete: ServerAction<DeleteView>,
    /// What became of the latest of each, in this order.
    pub sending: [Sending; 3],
    /// How many have worked.
    pub done: RwSignal<usize>,
}

impl Changes {
    /// Without any yet. After each one that works, the views are asked for again.
    pub fn new(frame: &HubContext) -> Self {
        let (save, change, delete) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        let changes = Self {
            save,
            change,
            delete,
            sending: [sending(save), sending(change), sending(delete)],
            done: RwSignal::new(0),
        };
        changes.watch(
            changes.save.version(),
            move || changes.save.value().get_untracked(),
            frame,
        );
        changes.watch(
            changes.change.version(),
            move || changes.change.value().get_untracked(),
            frame,
        );
        changes.watch(
            changes.delete.version(),
            move || changes.delete.value().get_untracked(),
            frame,
        );
        changes
    }

    fn watch(self, version: RwSignal<usize>, value: impl Fn() -> Option<ApiResult<()>> + 'static, frame: &HubContext) {
        let frame = frame.clone();
        Effect::new(move |before: Option<usize>| {
            let version = version.get();
            if before.is_some_and(|before| before != version) {
                match value() {
                    Some(Ok(())) => {
                        frame.refresh();
                        self.done.update(|done| *done += 1);
                    }
                    Some(Err(AppError::Unauthenticated { sign_in })) => go_to(&sign_in),
                    Some(Err(_)) | None => {}
                }
            }
            version
        });
    }
}

/// Why the last change did not work. Beside the menu and not in it: without JavaScript the menu is closed by then.
#[component]
pub fn ChangeProblem(
    changes: Changes,
    /// The address, which without JavaScript holds the error.
    search: Memo<String>,
) -> impl IntoView {
    let problem = move |version: usize, value: Option<ApiResult<()>>| {
        let from_address = version == 0;
        value
            .and_then(Result::err)
            .filter(|_| !from_address || search.with(|search| search.contains("__err=")))
    };
    let failed = Memo::new(move |_| {
        let Changes {
            save, change, delete, ..
        } = changes;
        problem(save.version().get(), save.value().get())
            .or_else(|| problem(change.version().get(), change.value().get()))
            .or_else(|| problem(delete.version().get(), delete.value().get()))
            .or_else(|| {
                changes
                    .sending
                    .iter()
                    .any(|sending| sending.unanswered.get())
                    .then_some(AppError::Unreachable)
            })
    });
    move || {
        failed
            .get()
            .map(|error| view! { <Notice kind=NoticeKind::Alert>{error.to_string()}</Notice> })
    }
}

/// What a screen reader hears once a change has worked.
#[component]
pub fn ChangeStatus(changes: Changes) -> impl IntoView {
    view! {
        <p role="status" class="sr-only">
            {move || (changes.done.get() > 0).then_some(words::DONE)}
        </p>
    }
}
