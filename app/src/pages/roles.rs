//! The roles of a tenant's directory: what is known of them, the form that syncs them, and what syncs them by itself.

use domain::operation::OperationType;
use domain::view::{RoleDefinitionRow, RolesPage as Page};
use leptos::prelude::*;

use crate::api::roles::{StartRoleDefinitionsSync, load_roles};
use crate::copy;
use crate::routes;
use crate::start::form::StartForm;
use crate::start::latest::LatestSync;
use crate::start::list::{Part, TenantList};
use crate::start::page::{About, Shell, StartPage};
use crate::start::schedule::Schedules;
use crate::ui::table::Column;
use crate::ui::time::Time;

const ABOUT: About = About {
    kind: OperationType::DirectoryRoleDefinitionsSync,
    title: routes::Roles::TITLE,
    pattern: routes::Roles::PATTERN,
    field: "",
};

#[component]
pub fn RolesPage() -> impl IntoView {
    view! {
        <StartPage
            about=ABOUT
            ask=|asked| load_roles(asked.tenant, asked.q, asked.after, asked.draft)
            body=body
        />
    }
}

fn body(page: Page, shell: Shell<StartRoleDefinitionsSync>) -> impl IntoView {
    let Shell {
        asked,
        start,
        state,
        reload,
    } = shell;
    let head = page.head.clone();
    let schedules = page.more.schedules.clone();
    let (here, part) = (routes::Roles::link(head.tenant.id), Part::of(&page));
    let rows = (page.page.rows.into_iter())
        .map(|role| view! { <Role role=role/> })
        .collect_view();
    view! {
        <div class="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
            <div class="flex flex-col gap-4">
                <StartForm kind=ABOUT.kind head=head.clone() start=start pending=state.pending>
                    <p class="max-w-prose text-muted">{copy::roles::WHAT}</p>
                </StartForm>
                <LatestSync run=head.last_run reload=reload/>
            </div>
            <Schedules schedules=schedules now=head.now/>
        </div>
        <TenantList
            title=copy::roles::TITLE
            noun=copy::roles::ROLES
            here=here
            asked=asked
            part=part
            width="w-full min-w-140"
        >
            <colgroup>
                <col/>
                <col class="w-32"/>
                <col class="w-32"/>
                <col class="w-47"/>
            </colgroup>
            <thead>
                <tr>
                    <Column title=copy::roles::column::NAME sticky=true/>
                    <Column title=copy::roles::column::MADE_BY/>
                    <Column title=copy::roles::column::STATE/>
                    <Column title=copy::roles::column::SEEN/>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TenantList>
    }
}

#[component]
fn Role(
    /// What is known of it.
    role: RoleDefinitionRow,
) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" title=format!("{} · {}", role.name, role.external_id)>
                {role.name.clone()}
            </th>
            <td>{copy::roles::made_by(role.built_in)}</td>
            <td>{copy::roles::state(role.enabled)}</td>
            <td>
                {role.missing_since.map(|_| copy::list::NOT_SEEN_SINCE)} " " <Time at=role.last_seen_at/>
            </td>
        </tr>
    }
}
