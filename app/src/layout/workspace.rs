//! The workspace, and going to another one.

use leptos::either::Either;
use leptos::prelude::*;

use super::account::Next;
use crate::copy;
use crate::routes;
use crate::ui::icon::{Glyph, Icon};
use crate::viewer::use_viewer;

/// The workspace being looked at; a menu for people who are in several.
#[component]
pub fn WorkspaceSwitcher() -> impl IntoView {
    let viewer = use_viewer();
    let workspace = Memo::new(move |_| viewer.read(|viewer| viewer.workspace.clone()));
    let others = Memo::new(move |_| {
        viewer.read(|viewer| {
            let current = viewer.workspace.as_ref().map(|workspace| workspace.id);
            viewer
                .workspaces
                .iter()
                .filter(|other| Some(other.id) != current)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let name = move || {
        workspace
            .get()
            .map_or_else(|| copy::PRODUCT.to_owned(), |workspace| workspace.name)
    };
    move || {
        let others = others.get();
        if others.is_empty() {
            return Either::Left(view! {
                <p class="flex h-9 items-center gap-2 px-2 font-semibold">
                    <Icon glyph=Glyph::Workspace/>
                    <span class="sr-only">{copy::nav::WORKSPACE}</span>
                    <span class="truncate">{name}</span>
                </p>
            });
        }
        let buttons = others
            .into_iter()
            .map(|other| {
                view! {
                    <li>
                        <button
                            name="workspace"
                            value=other.id.to_string()
                            class="flex h-8 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-sunken"
                        >
                            {other.name}
                        </button>
                    </li>
                }
            })
            .collect_view();
        Either::Right(view! {
            <details class="rounded-md border border-line">
                <summary class="flex h-9 items-center gap-2 rounded-md px-2 font-semibold hover:bg-sunken">
                    <Icon glyph=Glyph::Workspace/>
                    <span class="sr-only">{copy::nav::WORKSPACE}</span>
                    <span class="truncate">{name}</span>
                    <span class="ml-auto">
                        <Icon glyph=Glyph::Down/>
                    </span>
                </summary>
                // What is open belongs to the workspace one leaves, so this leads to the hub of the other.
                <form method="post" action="/session/workspace" class="border-t border-line p-1">
                    <Next path=routes::Hub::link()/>
                    <ul>{buttons}</ul>
                </form>
            </details>
        })
    }
}
