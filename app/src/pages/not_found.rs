//! An address that leads nowhere.

use leptos::prelude::*;

use crate::copy;
use crate::routes;
use crate::ui::button::LinkButton;
use crate::ui::heading::PageHeading;
use crate::ui::title::PageTitle;

/// Says that there is nothing here.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <PageTitle text=copy::error::NOT_FOUND.to_owned()/>
        <main class="mx-auto flex max-w-prose flex-col items-start gap-3 p-8">
            <PageHeading>{copy::error::NOT_FOUND}</PageHeading>
            <p class="text-muted">{copy::error::NOT_FOUND_TEXT}</p>
            <LinkButton href=routes::Hub::link()>{copy::error::TO_HUB}</LinkButton>
        </main>
    }
}
