//! Tabs that are links: which one is chosen is in the URL.

use leptos::prelude::*;

#[derive(Debug, Clone)]
pub struct Tab {
    pub href: String,
    pub label: &'static str,
    /// How much is behind it, bounded.
    pub count: Option<Signal<String>>,
    /// Whether it is the one being looked at.
    pub current: bool,
}

const fn class(current: bool) -> &'static str {
    if current {
        "flex h-9 items-center gap-1.5 border-b-2 border-accent px-3 font-medium whitespace-nowrap text-ink"
    } else {
        "flex h-9 items-center gap-1.5 border-b-2 border-transparent px-3 whitespace-nowrap text-muted hover:text-ink"
    }
}

#[component]
pub fn Tabs(
    /// What they divide, for the landmark's name.
    label: &'static str,
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|tab| {
            view! {
                <li>
                    <a
                        href=tab.href
                        class=class(tab.current)
                        aria-current=tab.current.then_some("page")
                        data-noscroll=true
                    >
                        {tab.label}
                        {tab.count.map(|count| view! {
                            <span class="min-w-8 rounded-full bg-sunken px-1.5 text-center text-xs text-muted">{count}</span>
                        })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label=label class="min-w-0 overflow-x-auto">
            <ul class="flex">{tabs}</ul>
        </nav>
    }
}
