//! The filter of the hub: the same grammar in the URL, on the command line and in the API (DESIGN §5).
//!
//! `tab`, `tenant`, `type`, `status`, `origin`, `initiator`, `reason`, `from`, `to`, `zone`, `q`. A comma means "or", a leading `!` "not". A form
//! without script sends one field several times, a tick each, and a lone `!` for "not": that is read as well, and never written. The
//! URL is the only state: what is shown is what [`RunFilter::parse`] reads and [`RunFilter::to_query`] writes. A value
//! nobody knows is kept as such, is shown as an error, and matches nothing: never is a list silently unfiltered.

mod choice;
mod cursor;
mod state;
mod value;
mod zone;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

pub use self::choice::{Choice, UNKNOWN_MAX, VALUES_MAX, left_out};
pub use self::cursor::{Cursor, TIMES};
pub use self::state::{Bucket, Tab};
pub use self::value::{Day, Initiator};
pub use self::zone::{Calendar, UtcDays, Zone};
use crate::cause::Cause;
use crate::id::{TenantId, UserId};
use crate::operation::OperationType;
use crate::status::Origin;

/// How far back the hub looks unless told otherwise.
pub const DEFAULT_WINDOW_DAYS: u16 = 30;

/// The longest search text that is looked at, in characters.
pub const SEARCH_MAX: usize = 200;

/// Stands for the whole query where that was too long to be read: field and value of an error that no link loses.
pub const TOO_LONG: (&str, &str) = ("query", "too-long");

/// What a field for a text looks for: at most [`SEARCH_MAX`] characters, and nothing if there is nothing in it to look for.
pub fn searched(typed: &str) -> Option<String> {
    let text: String = (typed.trim().chars())
        .filter(|c| !c.is_control())
        .take(SEARCH_MAX)
        .collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What the hub shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunFilter {
    /// The tab.
    pub tab: Tab,
    /// Tenants.
    pub tenant: Option<Choice<TenantId>>,
    /// Operation types.
    pub kind: Option<Choice<OperationType>>,
    /// States.
    pub status: Option<Choice<Bucket>>,
    /// Origins.
    pub origin: Option<Choice<Origin>>,
    /// Initiators.
    pub initiator: Option<Choice<Initiator>>,
    /// Why the run as a whole ended as it did.
    pub reason: Option<Choice<Cause>>,
    /// First day of the window; by default [`DEFAULT_WINDOW_DAYS`] ago, or, with a last day, as far back as there is anything.
    pub from: Option<Day>,
    /// Last day of the window, itself included.
    pub to: Option<Day>,
    /// Whose days they are; without it UTC's.
    pub zone: Option<Zone>,
    /// Id, correlation id or target, exact or prefix.
    pub q: Option<String>,
    /// What could not be read outside of the choices: field and value.
    pub rejected: Vec<(String, String)>,
}

impl RunFilter {
    /// Reads a filter from the decoded pairs of a query. Never fails: what cannot be read is in the filter as an error.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut filter = Self::default();
        let (mut tenant, mut kind, mut status) = (Choice::nothing(), Choice::nothing(), Choice::nothing());
        let (mut origin, mut initiator, mut reason) = (Choice::nothing(), Choice::nothing(), Choice::nothing());
        for (field, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match field {
                "tab" => filter.single(field, value, |filter, tab| filter.tab = tab.unwrap_or_default()),
                "tenant" => tenant.read(value),
                "type" => kind.read(value),
                "status" => status.read(value),
                "origin" => origin.read(value),
                "initiator" => initiator.read(value),
                "reason" => reason.read(value),
                "from" => filter.single(field, value, |filter, day| filter.from = day),
                "to" => filter.single(field, value, |filter, day| filter.to = day),
                "zone" => filter.single(field, value, |filter, zone| filter.zone = zone),
                "q" => filter.q = searched(value),
                _ if (field, value) == TOO_LONG => {
                    filter.rejected.retain(|(rejected, _)| rejected != field);
                    filter.rejected.push((field.to_owned(), value.to_owned()));
                }
                // Cursors and parameters of other things (a theme, a tracking tag) are not the filter's business.
                _ => {}
            }
        }
        Self {
            tenant: tenant.chosen(),
            kind: kind.chosen(),
            status: status.chosen(),
            origin: origin.chosen(),
            initiator: initiator.chosen(),
            reason: reason.chosen(),
            ..filter
        }
    }

    /// Reads a field that has one value: the last one given, be it readable or not.
    fn single<T: FromStr>(&mut self, field: &str, value: &str, set: impl Fn(&mut Self, Option<T>)) {
        self.rejected.retain(|(rejected, _)| rejected != field);
        let read = value.parse().ok();
        if read.is_none() {
            self.rejected
                .push((field.to_owned(), value.chars().take(SEARCH_MAX).collect()));
        }
        set(self, read);
    }

    /// The tenants and people that it names, of whom not everybody knows.
    pub fn named(&self) -> (Vec<TenantId>, Vec<UserId>) {
        let people = self.initiator.iter().flat_map(|choice| &choice.values);
        let person = |who: &Initiator| match who {
            Initiator::User(id) => Some(*id),
            Initiator::Me | Initiator::System => None,
        };
        (
            self.tenant.iter().flat_map(|choice| choice.values.clone()).collect(),
            people.filter_map(person).collect(),
        )
    }

    /// The same filter, in which a tenant or a person that the viewer does not know is a value that nobody knows. Whether there
    /// is such a tenant elsewhere cannot be told from what comes of it (R11).
    #[must_use]
    pub fn as_known_to(mut self, tenant: impl Fn(TenantId) -> bool, person: impl Fn(UserId) -> bool) -> Self {
        if let Some(choice) = &mut self.tenant {
            choice.keep(|id| tenant(*id));
        }
        if let Some(choice) = &mut self.initiator {
            choice.keep(|who| match who {
                Initiator::User(id) => person(*id),
                Initiator::Me | Initiator::System => true,
            });
        }
        self
    }

    /// The decoded pairs that [`Self::parse`] reads back to the same filter, in a fixed order, defaults left out.
    pub fn to_query(&self) -> Vec<(&str, String)> {
        fn text<T: fmt::Display>(value: Option<&T>) -> Option<String> {
            value.map(ToString::to_string)
        }
        let tab = (self.tab != Tab::All).then(|| self.tab.as_str().to_owned());
        let fields = [
            ("tab", tab),
            ("tenant", text(self.tenant.as_ref())),
            ("type", text(self.kind.as_ref())),
            ("status", text(self.status.as_ref())),
            ("origin", text(self.origin.as_ref())),
            ("initiator", text(self.initiator.as_ref())),
            ("reason", text(self.reason.as_ref())),
            ("from", text(self.from.as_ref())),
            ("to", text(self.to.as_ref())),
            ("zone", text(self.zone.as_ref())),
            ("q", self.q.clone()),
        ];
        let rejected = self
            .rejected
            .iter()
            .map(|(field, value)| (field.as_str(), value.clone()));
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .chain(rejected)
            .collect()
    }

    /// What is made of a query that is too long to be read: an error, and never everything.
    pub fn too_long() -> Self {
        Self::parse([TOO_LONG])
    }

    /// The same filter without whatever could not be understood.
    #[must_use]
    pub fn without_errors(mut self) -> Self {
        fn known<T>(choice: Option<Choice<T>>) -> Option<Choice<T>> {
            choice.filter(|choice| !choice.values.is_empty()).map(|choice| Choice {
                unknown: Vec::new(),
                ..choice
            })
        }
        self.tenant = known(self.tenant);
        self.kind = known(self.kind);
        self.status = known(self.status);
        self.origin = known(self.origin);
        self.initiator = known(self.initiator);
        self.reason = known(self.reason);
        self.rejected.clear();
        self
    }

    /// Everything that could not be understood, as field and value, for the error chips.
    pub fn errors(&self) -> Vec<(&str, &str)> {
        fn unknown<T>(choice: Option<&Choice<T>>) -> &[String] {
            choice.map_or(&[], |choice| &choice.unknown)
        }
        let choices = [
            ("tenant", unknown(self.tenant.as_ref())),
            ("type", unknown(self.kind.as_ref())),
            ("status", unknown(self.status.as_ref())),
            ("origin", unknown(self.origin.as_ref())),
            ("initiator", unknown(self.initiator.as_ref())),
            ("reason", unknown(self.reason.as_ref())),
        ];
        let rejected = self
            .rejected
            .iter()
            .map(|(field, value)| (field.as_str(), value.as_str()));
        choices
            .into_iter()
            .flat_map(|(field, values)| values.iter().map(move |value| (field, value.as_str())))
            .chain(rejected)
            .collect()
    }

    /// Whether nothing can match, because a field holds only what nobody knows.
    pub fn matches_nothing(&self) -> bool {
        fn empty<T>(choice: Option<&Choice<T>>) -> bool {
            choice.is_some_and(|choice| choice.values.is_empty())
        }
        !self.rejected.is_empty()
            || empty(self.tenant.as_ref())
            || empty(self.kind.as_ref())
            || empty(self.status.as_ref())
            || empty(self.origin.as_ref())
            || empty(self.initiator.as_ref())
            || empty(self.reason.as_ref())
    }

    /// The window as `from ≤ t < to` by the days of the filter's zone, which `calendar` knows; the tab Active has none.
    pub fn window(
        &self,
        now: DateTime<Utc>,
        calendar: &dyn Calendar,
    ) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
        if self.tab == Tab::Active && self.from.is_none() && self.to.is_none() {
            return None;
        }
        let today = calendar.day_of(now);
        let from = match (self.from, self.to) {
            (Some(day), _) => calendar.start_of(day.date(today)),
            (None, None) => calendar.start_of(Day::Ago(DEFAULT_WINDOW_DAYS).date(today)),
            // "Until the tenth" is not "from thirty days ago", which may be after the tenth.
            (None, Some(_)) => DateTime::UNIX_EPOCH,
        };
        let after = |day: NaiveDate| day.succ_opt().unwrap_or(day);
        let to = self.to.map(|day| calendar.start_of(after(day.date(today))));
        Some((from, to))
    }

    /// Whether the first day is after the last one, so that there is no day at all. `today` is needed only where one of them is counted
    /// back from it and the other is not; as long as it is not known, such a pair counts as in order.
    pub fn is_backwards(&self, today: Option<NaiveDate>) -> bool {
        match (self.from, self.to) {
            (Some(Day::Date(from)), Some(Day::Date(to))) => from > to,
            (Some(Day::Ago(from)), Some(Day::Ago(to))) => from < to,
            (Some(from), Some(to)) => today.is_some_and(|today| from.date(today) > to.date(today)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
