//! The links of the left side.

use domain::view::TenantRef;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::bell::Unread;
use crate::copy;
use crate::ui::icon::{Glyph, Icon};
use crate::url;
use crate::viewer::use_viewer;

/// Where one can go: monitoring first, then the tenants.
#[component]
pub fn Navigation() -> impl IntoView {
    let viewer = use_viewer();
    let path = use_location().pathname;
    let current = move |href: &str| path.with(|path| path == href).then_some("page");
    let tenants = Memo::new(move |_| viewer.read(|viewer| viewer.tenants.clone()));
    view! {
        <nav aria-label=copy::nav::MAIN class="nav flex min-w-0 flex-col gap-4">
            <ul class="flex flex-col gap-0.5">
                <li>
                    <a href=url::HUB aria-current=move || current(url::HUB)>
                        <Icon glyph=Glyph::Operations/>
                        {copy::nav::OPERATIONS}
                    </a>
                </li>
                <li class="ml-4 flex border-l border-line pl-2">
                    <a href=url::OVERVIEW aria-current=move || current(url::OVERVIEW)>
                        <Icon glyph=Glyph::Overview/>
                        {copy::nav::OVERVIEW}
                    </a>
                </li>
                <li class="flex items-center">
                    <a href=url::NOTIFICATIONS aria-current=move || current(url::NOTIFICATIONS)>
                        <Icon glyph=Glyph::Bell/>
                        {copy::nav::NOTIFICATIONS}
                    </a>
                    <Unread/>
                </li>
            </ul>
            <div class="flex min-w-0 flex-col gap-1">
                <p class="px-2 text-xs font-medium text-muted">{copy::nav::TENANTS}</p>
                {move || {
                    let tenants = tenants.get();
                    if tenants.is_empty() {
                        Either::Left(view! { <p class="px-2 text-muted">{copy::nav::NO_TENANTS}</p> })
                    } else {
                        let items = tenants.into_iter().map(|tenant| view! { <Tenant tenant=tenant/> }).collect_view();
                        Either::Right(view! { <ul class="flex flex-col gap-0.5">{items}</ul> })
                    }
                }}
            </div>
        </nav>
    }
}

/// A tenant; the one being looked at shows its pages.
#[component]
fn Tenant(tenant: TenantRef) -> impl IntoView {
    let path = use_location().pathname;
    let base = format!("/admin/tenants/{}/", tenant.id);
    let selected = Memo::new(move |_| path.with(|path| path.starts_with(&base)));
    let id = tenant.id;
    let pages = move || {
        selected.get().then(|| {
            view! {
                <ul class="ml-4 flex flex-col gap-0.5 border-l border-line pl-2">
                    <TenantPage href=url::inventory(id) glyph=Glyph::Inventory label=copy::nav::INVENTORY/>
                    <TenantPage href=url::groups(id) glyph=Glyph::Groups label=copy::nav::GROUPS/>
                </ul>
            }
        })
    };
    view! {
        <li>
            <a
                href=url::inventory(tenant.id)
                title=tenant.name.clone()
            >
                <Icon glyph=Glyph::Tenant/>
                <span>{tenant.name.clone()}</span>
            </a>
            {pages}
        </li>
    }
}

/// A page of a tenant.
#[component]
fn TenantPage(href: String, glyph: Glyph, label: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let here = href.clone();
    let current = move || path.with(|path| *path == here).then_some("page");
    view! {
        <li>
            <a href=href aria-current=current>
                <Icon glyph=glyph/>
                {label}
            </a>
        </li>
    }
}
