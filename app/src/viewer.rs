//! Who is looking, for every page within the layout.

use domain::id::TenantId;
use domain::view::{BoundedCount, Viewer};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::viewer::load_viewer;
use crate::live::within;

/// The viewer, loaded once by the layout and renewed after navigations and after notifications were read.
#[derive(Clone, Copy)]
pub struct CurrentViewer {
    known: RwSignal<Option<Viewer>>,
    /// Whether the page asks for the unread count itself, with what it asks for anyway.
    pub counts_unread: RwSignal<bool>,
}

impl CurrentViewer {
    /// Provides it to the pages below.
    pub fn provide() -> Self {
        let viewer = Self::unknown();
        provide_context(viewer);
        viewer
    }

    fn unknown() -> Self {
        Self {
            known: RwSignal::new(None),
            counts_unread: RwSignal::new(false),
        }
    }

    pub fn set(self, viewer: Viewer) {
        self.known.set(Some(viewer));
    }

    /// Asks again, in the background. A failure changes nothing: whatever the page does next will say so.
    pub fn refresh(self) {
        spawn_local(async move {
            if let Ok(viewer) = within(load_viewer()).await {
                let _ = self.known.try_set(Some(viewer));
            }
        });
    }

    /// Notes how many notifications are unread by now.
    pub fn set_unread(self, unread: BoundedCount) {
        let known = self
            .known
            .with_untracked(|viewer| viewer.as_ref().map(|viewer| viewer.unread));
        if known.is_some_and(|known| known != unread) {
            self.known.update(|viewer| {
                if let Some(viewer) = viewer {
                    viewer.unread = unread;
                }
            });
        }
    }

    /// A part of what is known, or its default as long as nothing is.
    pub fn read<T: Default>(self, part: impl FnOnce(&Viewer) -> T) -> T {
        self.known.with(|viewer| viewer.as_ref().map(part).unwrap_or_default())
    }

    /// The name of a tenant that the viewer may reach.
    pub fn tenant_name(self, id: TenantId) -> Option<String> {
        self.read(|viewer| {
            viewer
                .tenants
                .iter()
                .find(|tenant| tenant.id == id)
                .map(|tenant| tenant.name.clone())
        })
    }
}

/// The viewer of the page.
pub fn use_viewer() -> CurrentViewer {
    use_context().unwrap_or_else(CurrentViewer::unknown)
}
