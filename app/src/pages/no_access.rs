//! For people who are signed in and belong to no workspace.

use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::ui::heading::PageHeading;
use crate::ui::title::PageTitle;

/// Says so, and who can change it.
#[component]
pub fn NoAccessPage() -> impl IntoView {
    view! {
        <PageTitle text=routes::NoAccess::TITLE.to_owned()/>
        <div class="flex flex-col gap-3">
            <PageHeading>{copy::account::NO_ACCESS}</PageHeading>
            <p class="max-w-prose text-muted">{copy::account::NO_ACCESS_TEXT}</p>
        </div>
    }
}
