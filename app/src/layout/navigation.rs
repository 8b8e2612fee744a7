//! The links of the left side.

use domain::view::TenantRef;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::bell::Unread;
use crate::copy;
use crate::routes::{Navigation as Entry, Notifications, ROUTES, RouteClass, class_of};
use crate::ui::icon::{Glyph, Icon};
use crate::viewer::use_viewer;

/// Where one can go: monitoring first, then the tenants.
#[component]
pub fn Navigation() -> impl IntoView {
    let viewer = use_viewer();
    let tenants = Memo::new(move |_| viewer.read(|viewer| viewer.tenants.clone()));
    let main = ROUTES.iter().filter_map(|route| {
        let (class, glyph) = match route.navigation? {
            Entry::Main(glyph) => ("flex items-center", glyph),
            Entry::Below(glyph) => ("ml-4 flex border-l border-line pl-2", glyph),
            Entry::Tenant(..) => return None,
        };
        let unread = (route.pattern == Notifications::PATTERN).then(|| view! { <Unread/> });
        Some(view! {
            <li class=class>
                <PageLink href=route.pattern.to_owned() glyph=glyph label=route.title/>
                {unread}
            </li>
        })
    });
    view! {
        <nav aria-label=copy::nav::MAIN class="nav flex min-w-0 flex-col gap-4">
            <ul class="flex flex-col gap-0.5">{main.collect_view()}</ul>
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
    let id = tenant.id;
    let named = id.to_string();
    let selected = Memo::new(move |_| path.with(|path| class_of(path) == (RouteClass::Tenant, named.as_str())));
    let pages = move || {
        ROUTES.iter().filter_map(move |route| match route.navigation? {
            Entry::Tenant(glyph, link) => Some((link(id), glyph, route.title)),
            _ => None,
        })
    };
    let first = pages().next().map(|(href, ..)| href);
    let shown = move || {
        selected.get().then(|| {
            let pages = pages().map(|(href, glyph, label)| {
                view! {
                    <li>
                        <PageLink href=href glyph=glyph label=label/>
                    </li>
                }
            });
            view! { <ul class="ml-4 flex flex-col gap-0.5 border-l border-line pl-2">{pages.collect_view()}</ul> }
        })
    };
    view! {
        <li>
            <a href=first title=tenant.name.clone()>
                <Icon glyph=Glyph::Tenant/>
                <span>{tenant.name.clone()}</span>
            </a>
            {shown}
        </li>
    }
}

/// The link to a page, which says whether one is there.
#[component]
fn PageLink(
    /// Where it is.
    href: String,
    /// Its icon.
    glyph: Glyph,
    /// What it is called.
    label: &'static str,
) -> impl IntoView {
    let path = use_location().pathname;
    let here = href.clone();
    let current = move || path.with(|path| *path == here).then_some("page");
    view! {
        <a href=href aria-current=current>
            <Icon glyph=glyph/>
            {label}
        </a>
    }
}
