//! The inventory of a tenant: what is known of its policies, and the form that syncs them.

pub mod form;
pub mod table;

use domain::operation::OperationType;
use domain::view::InventoryPage as Page;
use leptos::prelude::*;

use self::form::PolicyTypes;
use self::table::InventoryTable;
use crate::api::inventory::{StartInventorySync, load_inventory};
use crate::routes;
use crate::start::form::StartForm;
use crate::start::latest::LatestSync;
use crate::start::page::{About, Shell, StartPage};

const ABOUT: About = About {
    kind: OperationType::InventorySync,
    title: routes::Inventory::TITLE,
    pattern: routes::Inventory::PATTERN,
    field: form::TYPES,
};

/// The inventory page.
#[component]
pub fn InventoryPage() -> impl IntoView {
    view! {
        <StartPage
            about=ABOUT
            ask=|asked| load_inventory(asked.tenant, asked.q, asked.after, asked.draft)
            body=body
        />
    }
}

fn body(page: Page, shell: Shell<StartInventorySync>) -> impl IntoView {
    let Shell {
        asked,
        start,
        state,
        reload,
    } = shell;
    let head = page.head.clone();
    let chosen = page.more.chosen.clone();
    view! {
        <div class="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
            <StartForm kind=ABOUT.kind head=head.clone() start=start pending=state.pending>
                <PolicyTypes chosen=chosen disabled=head.missing.is_some() failed=state.failed/>
            </StartForm>
            <LatestSync run=head.last_run reload=reload/>
        </div>
        <InventoryTable page=page asked=asked/>
    }
}
