//! What stands around the list and outlives it: people, saved views, the runs that the viewer waits for, whether updates are
//! paused.

use domain::filter::RunFilter;
use domain::id::{RunId, UserId};
use domain::view::{HubFrame, RunRow};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiResult;
use crate::api::hub::load_hub;
use crate::copy;
use crate::live::within;
use crate::routes;
use crate::viewer::CurrentViewer;

/// A run that the viewer waits for, and whether it has ended.
type Followed = (RunId, bool);

/// The frame of one view of the page.
#[derive(Clone)]
pub struct HubContext {
    known: RwSignal<HubFrame>,
    complete: RwSignal<bool>,
    /// Counted by reference: the title of a page is still read when the page is gone.
    following: ArcRwSignal<Vec<Followed>>,
    /// Whether the viewer has paused the updates.
    pub held: RwSignal<bool>,
}

impl HubContext {
    /// From what the server answered. If it did not, the list will say why, and whatever is missing is asked for again.
    pub fn new(answer: ApiResult<HubFrame>) -> Self {
        let complete = answer.is_ok();
        let known = answer.unwrap_or_default();
        let following = known.following.iter().map(|run| (*run, false)).collect();
        Self {
            known: RwSignal::new(known),
            complete: RwSignal::new(complete),
            following: ArcRwSignal::new(following),
            held: RwSignal::new(false),
        }
    }

    /// A part of what is known.
    pub fn read<T>(&self, part: impl FnOnce(&HubFrame) -> T) -> T {
        self.known.with(part)
    }

    /// Asks again, in the background; a failure leaves what is there.
    pub fn refresh(&self) {
        let (known, complete) = (self.known, self.complete);
        spawn_local(async move {
            if let Ok(fresh) = within(load_hub()).await {
                // The page may be gone by now.
                let _ = known.try_set(fresh);
                let _ = complete.try_set(true);
            }
        });
    }

    /// Asks for what could not be had with the page.
    pub fn complete(&self) {
        if !self.complete.get_untracked() {
            self.refresh();
        }
    }

    /// The name of a person who has started something.
    pub fn person(&self, id: UserId) -> Option<String> {
        self.read(|known| {
            known
                .people
                .iter()
                .find(|person| person.id == id)
                .map(|person| person.name.clone())
        })
    }

    /// The filter as the viewer may know it (R11).
    pub fn mask_unknown_values(&self, filter: RunFilter, viewer: CurrentViewer) -> RunFilter {
        let tenants: Vec<_> = viewer.read(|viewer| viewer.tenants.iter().map(|tenant| tenant.id).collect());
        self.read(|known| {
            filter.as_known_to(
                |tenant| tenants.contains(&tenant),
                |person| known.people.iter().any(|other| other.id == person),
            )
        })
    }

    /// The runs that are still waited for.
    pub fn awaited(&self) -> Vec<RunId> {
        let still = |(run, done): &Followed| (!done).then_some(*run);
        self.following
            .with_untracked(|all| all.iter().filter_map(still).collect())
    }

    /// Notes how runs stand, and which are gone: those are waited for no longer.
    pub fn observe(&self, rows: &[RunRow], gone: &[RunId]) {
        let ended = |run: RunId| rows.iter().any(|row| row.id == run && !row.status.is_active());
        if self.awaited().iter().any(|run| ended(*run) || gone.contains(run)) {
            self.following.update(|all| {
                all.retain(|(run, done)| *done || !gone.contains(run));
                for (run, done) in all.iter_mut() {
                    *done |= ended(*run);
                }
            });
        }
    }

    /// The page's title: how many of the runs that the viewer waits for have ended, if there are any.
    pub fn title(&self) -> ArcSignal<String> {
        let following = self.following.clone();
        ArcSignal::derive(move || {
            following.with(|all| match all.len() {
                0 => routes::Hub::TITLE.to_owned(),
                count => copy::hub::title_following(all.iter().filter(|(_, done)| *done).count(), count),
            })
        })
    }
}
