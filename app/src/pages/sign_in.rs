//! Signing in: a plain form, answered by the server, that comes back with an error in the query.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::copy;
use crate::routes;
use crate::ui::button::{Button, Weight};
use crate::ui::field::Field;
use crate::ui::heading::PageHeading;
use crate::ui::notice::{Notice, NoticeKind};
use crate::ui::title::PageTitle;
use crate::url;

/// The sign-in page. Needs nobody and asks the server for nothing.
#[component]
pub fn SignInPage() -> impl IntoView {
    let search = use_location().search.get_untracked();
    let value = |name| url::value(&search, name);
    let error = copy::account::sign_in_error(&value("error"), &value("retry"));
    let draft = value("draft");
    let kept = !draft.is_empty();
    view! {
        <PageTitle text=routes::SignIn::TITLE.to_owned()/>
        <main class="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-5 p-4">
            <div class="flex flex-col gap-1">
                <p class="font-semibold text-accent">{copy::PRODUCT}</p>
                <PageHeading>{copy::account::SIGN_IN}</PageHeading>
                <p class="text-muted">{copy::account::SIGN_IN_TEXT}</p>
            </div>
            {kept.then(|| view! { <Notice>{copy::account::FORM_KEPT}</Notice> })}
            {error.map(|error| view! { <Notice kind=NoticeKind::Alert>{error}</Notice> })}
            <form
                method="post"
                action=routes::SignIn::link()
                class="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5"
            >
                <input type="hidden" name="next" value=value("next")/>
                <input type="hidden" name="draft" value=draft/>
                <Field id="email" name="email" label=copy::account::EMAIL kind="email" autocomplete="username" required=true/>
                <Field
                    id="password"
                    name="password"
                    label=copy::account::PASSWORD
                    kind="password"
                    autocomplete="current-password"
                    required=true
                />
                <Button weight=Weight::Primary>{copy::account::SIGN_IN}</Button>
            </form>
        </main>
    }
}
