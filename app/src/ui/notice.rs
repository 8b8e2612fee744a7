//! A message within a page.

use crate::hydrate_sync::SyncChildren;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoticeKind {
    /// Something to know.
    #[default]
    Note,
    /// Something did not work or has to be corrected.
    Alert,
}

impl NoticeKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Note => "flex items-start gap-2 rounded-md border border-line bg-accent-soft px-3 py-2",
            Self::Alert => "flex items-start gap-2 rounded-md border border-alert bg-alert-soft px-3 py-2",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Note => Glyph::Note,
            Self::Alert => Glyph::Alert,
        }
    }
}

/// A message within a page. A note is read out when it has time, an alert at once.
#[component]
pub fn Notice(#[prop(optional)] kind: NoticeKind, children: SyncChildren) -> impl IntoView {
    let role = if kind == NoticeKind::Alert { "alert" } else { "status" };
    view! {
        <div class=kind.class() role=role>
            <span class="mt-0.5">
                <Icon glyph=kind.glyph()/>
            </span>
            <div class="min-w-0">{children.show()}</div>
        </div>
    }
}
