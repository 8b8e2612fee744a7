//! The groups of a tenant's directory: what is known of them, the form that syncs them, and what syncs them by itself.

pub mod table;

use domain::operation::OperationType;
use domain::view::GroupsPage as Page;
use leptos::prelude::*;

use self::table::GroupsTable;
use crate::api::groups::{StartGroupsSync, load_groups};
use crate::copy;
use crate::routes;
use crate::start::form::StartForm;
use crate::start::latest::LatestSync;
use crate::start::page::{About, Shell, StartPage};
use crate::start::schedule::Schedules;

const ABOUT: About = About {
    kind: OperationType::DirectoryGroupsSync,
    title: routes::Groups::TITLE,
    pattern: routes::Groups::PATTERN,
    field: "",
};

#[component]
pub fn GroupsPage() -> impl IntoView {
    view! {
        <StartPage
            about=ABOUT
            ask=|asked| load_groups(asked.tenant, asked.q, asked.after, asked.draft)
            body=body
        />
    }
}

fn body(page: Page, shell: Shell<StartGroupsSync>) -> impl IntoView {
    let Shell {
        asked,
        start,
        state,
        reload,
    } = shell;
    let head = page.head.clone();
    let schedules = page.more.schedules.clone();
    view! {
        <div class="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
            <div class="flex flex-col gap-4">
                <StartForm kind=ABOUT.kind head=head.clone() start=start pending=state.pending>
                    <p class="max-w-prose text-muted">{copy::groups::WHAT}</p>
                </StartForm>
                <LatestSync run=head.last_run reload=reload/>
            </div>
            <Schedules schedules=schedules now=head.now/>
        </div>
        <GroupsTable page=page asked=asked/>
    }
}
