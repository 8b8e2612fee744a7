//! Saved views in the menu, each with what the viewer may do with it, and the fields of the form that saves one.

use domain::view::SavedView;
use leptos::prelude::*;

use super::changes::Changes;
use crate::copy::hub::views as words;
use crate::hydrate_sync::hydrate_sync;
use crate::ui::button::{Button, Weight};
use crate::ui::field::CONTROL;
use crate::ui::icon::{Glyph, Icon};

/// One of the viewer's own views.
#[component]
pub fn OwnView(view: SavedView, changes: Changes) -> impl IntoView {
    let id = view.id.to_string();
    let (name, shared) = (view.name.clone(), view.shared);
    view! {
        <Row name=name.clone()>
            <ActionForm action=changes.change>
                {hydrate_sync(view! { <div class="flex flex-col gap-2">
                    <input type="hidden" name="id" value=id.clone()/>
                    <NameField id=format!("view-{id}") value=name/>
                    <ShareTick shared=shared/>
                    <Button busy=changes.sending[1].pending>{words::CHANGE}</Button>
                </div> })}
            </ActionForm>
            <Remove view=view changes=changes/>
        </Row>
    }
}

/// One that somebody else shares, for an owner of the workspace, who may remove it and nothing else.
#[component]
pub fn OthersView(view: SavedView, changes: Changes) -> impl IntoView {
    view! {
        <Row name=view.name.clone()>
            <p class="text-muted">{words::shared_by(&view.owner)}</p>
            <Remove view=view changes=changes/>
        </Row>
    }
}

/// A view by name, what can be done with it folded away.
#[component]
fn Row(name: String, children: Children) -> impl IntoView {
    view! {
        <li>
            <details class="rounded-md">
                <summary class="flex min-h-8 items-center gap-2 rounded-md px-1 hover:bg-sunken">
                    <span class="min-w-0 truncate">{name}</span>
                    <span class="ml-auto text-muted">
                        <Icon glyph=Glyph::Down/>
                    </span>
                </summary>
                <div class="flex flex-col gap-2 px-1 pb-3">{children()}</div>
            </details>
        </li>
    }
}

#[component]
fn Remove(view: SavedView, changes: Changes) -> impl IntoView {
    view! {
        <ActionForm action=changes.delete>
            {hydrate_sync(view! { <input type="hidden" name="id" value=view.id.to_string()/>
            <Button weight=Weight::Quiet busy=changes.sending[2].pending>
                {words::DELETE}
                <span class="sr-only">" "{view.name}</span>
            </Button> })}
        </ActionForm>
    }
}

/// The field for a view's name.
#[component]
pub fn NameField(
    /// Its id, unique on the page.
    id: String,
    /// What it holds at first.
    value: String,
) -> impl IntoView {
    view! {
        <label for=id.clone() class="sr-only">
            {words::NAME}
        </label>
        <input id=id name="name" class=CONTROL placeholder=words::NAME value=value required=true maxlength="80" autocomplete="off"/>
    }
}

/// The tick that shares a view with the workspace.
#[component]
pub fn ShareTick(
    /// Whether it is shared.
    shared: bool,
) -> impl IntoView {
    view! {
        <label class="flex min-h-8 items-center gap-2">
            <input type="checkbox" name="shared" value="1" checked=shared class="size-4 shrink-0 accent-accent"/>
            <span>{words::SHARE}</span>
        </label>
    }
}
