//! The person: name and role, preferences, signing out. Plain forms answered by the server, with and without JavaScript.

use domain::access::Role;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::copy;
use crate::preference::{Density, Preference, Theme};
use crate::ui::button::Weight;
use crate::ui::icon::{Glyph, Icon};
use crate::url;
use crate::viewer::use_viewer;

/// Where a form leads after it was answered: here, or where it says.
#[component]
pub fn Next(
    /// A path of ours; by default the page the form is on.
    #[prop(optional)]
    path: &'static str,
) -> impl IntoView {
    let location = use_location();
    let next = move || match path {
        "" => url::with_query(&location.pathname.get(), &location.search.get()),
        path => path.to_owned(),
    };
    view! { <input type="hidden" name="next" value=next/> }
}

/// Who is signed in, and what belongs to them.
#[component]
pub fn AccountPanel() -> impl IntoView {
    let viewer = use_viewer();
    let name = move || viewer.read(|viewer| viewer.name.clone());
    let email = move || viewer.read(|viewer| viewer.email.clone());
    let role = move || viewer.read(|viewer| viewer.role.map(Role::label));
    view! {
        <div class="mt-auto flex flex-col gap-2 border-t border-line pt-3">
            <div class="flex min-w-0 items-center gap-2 px-2">
                <Icon glyph=Glyph::Person/>
                <p class="min-w-0 grow">
                    <span class="block truncate font-medium" title=email>
                        {name}
                    </span>
                    <span class="block truncate text-xs text-muted">{role}</span>
                </p>
            </div>
            <details class="rounded-md">
                <summary class="flex h-8 items-center gap-2 rounded-md px-2 text-muted hover:bg-sunken hover:text-ink">
                    {copy::account::ACCOUNT}
                    <span class="ml-auto">
                        <Icon glyph=Glyph::Down/>
                    </span>
                </summary>
                <div class="flex flex-col gap-3 p-2">
                    {switch::<Theme>(copy::account::THEME)}
                    {switch::<Density>(copy::account::DENSITY)}
                    <form method="post" action="/session/sign-out-everywhere">
                        <button class=Weight::Secondary.class()>{copy::account::SIGN_OUT_EVERYWHERE}</button>
                    </form>
                </div>
            </details>
            <form method="post" action="/session/sign-out">
                <button class="flex h-8 w-full items-center rounded-md px-2 text-muted hover:bg-sunken hover:text-ink">
                    {copy::account::SIGN_OUT}
                </button>
            </form>
        </div>
    }
}

/// A switch between the ways of one preference.
fn switch<P: Preference>(legend: &'static str) -> impl IntoView {
    let current = P::current();
    let buttons = P::ALL
        .iter()
        .map(|choice| {
            view! {
                <button
                    name=P::NAME
                    value=choice.as_str()
                    aria-pressed=if *choice == current { "true" } else { "false" }
                    class="h-7 grow rounded px-1 text-muted hover:text-ink aria-pressed:bg-surface aria-pressed:font-medium aria-pressed:text-ink"
                >
                    {choice.label()}
                </button>
            }
        })
        .collect_view();
    view! {
        <form method="post" action=format!("/preferences/{}", P::NAME)>
            <Next/>
            <fieldset>
                <legend class="sr-only">{legend}</legend>
                <div class="flex gap-1 rounded-md bg-sunken p-1">{buttons}</div>
            </fieldset>
        </form>
    }
}
