//! The filter of the hub: the same grammar in the URL, on the command line and in the API (DESIGN §5).
//!
//! `tab`, `tenant`, `type`, `status`, `origin`, `initiator`, `reason`, `from`, `to`, `zone`, `q`. A comma means "or", a leading `!` "not". A form
//! without script sends one field several times, a tick each, and a lone `!` for "not": that is read as well, and never written. The
//! URL is the only state: what is shown is what [`RunFilter::parse`] reads and [`RunFilter::to_query`] writes. A value
//! nobody knows is kept as such, is shown as an error, and matches nothing: never is a list silently unfiltered.

mod choice;
mod edit;
mod field;
mod hub_query;
mod state;
mod value;
mod zone;

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

pub use self::choice::{Choice, UNKNOWN_MAX, VALUES_MAX, left_out};
pub use self::edit::Narrowing;
use self::field::Slot;
pub use self::field::{Field, Values};
pub use self::hub_query::{HubQuery, QUERY_MAX};
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

/// Stands for the whole query where that was too long to be read: name and value of an error that no link loses.
pub const TOO_LONG: (&str, &str) = ("query", "too-long");

/// What in a query could not be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterError<'a> {
    /// A value of a field.
    Value(Field, &'a str),
    /// All of it: it is longer than any filter can be.
    TooLong,
}

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
    /// What could not be read of the fields that have one value.
    pub rejected: Vec<(Field, String)>,
    /// Whether the query was too long to be read.
    pub too_long: bool,
}

impl RunFilter {
    /// Reads a filter from the decoded pairs of a query. Never fails: what cannot be read is in the filter as an error.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut filter = Self::default();
        for (name, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if (name, value) == TOO_LONG {
                filter.too_long = true;
            }
            // Cursors and parameters of other things (a theme, a tracking tag) are not the filter's business.
            if let Ok(field) = name.parse() {
                filter.read(field, value);
            }
        }
        for field in Field::ALL {
            if let Some(slot) = filter.slot(field) {
                slot.settle();
            }
        }
        filter
    }

    /// Reads a value of a field.
    fn read(&mut self, field: Field, value: &str) {
        match field {
            Field::Tab => self.tab = self.single(field, value).unwrap_or_default(),
            Field::From => self.from = self.single(field, value),
            Field::To => self.to = self.single(field, value),
            Field::Zone => self.zone = self.single(field, value),
            Field::Q => self.q = searched(value),
            Field::Tenant | Field::Type | Field::Status | Field::Origin | Field::Initiator | Field::Reason => {
                if let Some(slot) = self.slot(field) {
                    slot.read(value);
                }
            }
        }
    }

    /// Reads a field that has one value: the last one given, be it readable or not.
    fn single<T: FromStr>(&mut self, field: Field, value: &str) -> Option<T> {
        self.rejected.retain(|(rejected, _)| *rejected != field);
        let read = value.parse().ok();
        if read.is_none() {
            self.rejected.push((field, value.chars().take(SEARCH_MAX).collect()));
        }
        read
    }

    /// What is chosen of a field that may hold several values, if anything is.
    pub fn values(&self, field: Field) -> Option<&dyn Values> {
        fn of<T>(choice: Option<&Choice<T>>) -> Option<&dyn Values>
        where
            Choice<T>: Values,
        {
            choice.map(|choice| choice as &dyn Values)
        }
        match field {
            Field::Tenant => of(self.tenant.as_ref()),
            Field::Type => of(self.kind.as_ref()),
            Field::Status => of(self.status.as_ref()),
            Field::Origin => of(self.origin.as_ref()),
            Field::Initiator => of(self.initiator.as_ref()),
            Field::Reason => of(self.reason.as_ref()),
            Field::Tab | Field::From | Field::To | Field::Zone | Field::Q => None,
        }
    }

    /// The place of a field that may hold several values.
    fn slot(&mut self, field: Field) -> Option<&mut dyn Slot> {
        match field {
            Field::Tenant => Some(&mut self.tenant),
            Field::Type => Some(&mut self.kind),
            Field::Status => Some(&mut self.status),
            Field::Origin => Some(&mut self.origin),
            Field::Initiator => Some(&mut self.initiator),
            Field::Reason => Some(&mut self.reason),
            Field::Tab | Field::From | Field::To | Field::Zone | Field::Q => None,
        }
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

    /// What the address has of a field; nothing if that is what it means anyway.
    fn text(&self, field: Field) -> Option<String> {
        match field {
            Field::Tab => (self.tab != Tab::All).then(|| self.tab.as_str().to_owned()),
            Field::From => self.from.as_ref().map(ToString::to_string),
            Field::To => self.to.as_ref().map(ToString::to_string),
            Field::Zone => self.zone.as_ref().map(ToString::to_string),
            Field::Q => self.q.clone(),
            Field::Tenant | Field::Type | Field::Status | Field::Origin | Field::Initiator | Field::Reason => {
                self.values(field).map(Values::text)
            }
        }
    }

    /// The decoded pairs that [`Self::parse`] reads back to the same filter, in a fixed order, defaults left out.
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let fields = Field::ALL
            .into_iter()
            .filter_map(|field| Some((field.as_str(), self.text(field)?)));
        let rejected = (self.rejected.iter()).map(|(field, value)| (field.as_str(), value.clone()));
        let too_long = self.too_long.then(|| (TOO_LONG.0, TOO_LONG.1.to_owned()));
        fields.chain(rejected).chain(too_long).collect()
    }

    /// What is made of a query that is too long to be read: an error, and never everything.
    pub fn too_long() -> Self {
        Self {
            too_long: true,
            ..Self::default()
        }
    }

    /// Everything that could not be understood, for the error chips.
    pub fn errors(&self) -> Vec<FilterError<'_>> {
        let unknown = Field::ALL.into_iter().flat_map(|field| {
            let words = self.values(field).map_or(&[][..], Values::unknown);
            words.iter().map(move |word| FilterError::Value(field, word))
        });
        let rejected = (self.rejected.iter()).map(|(field, value)| FilterError::Value(*field, value));
        let too_long = self.too_long.then_some(FilterError::TooLong);
        unknown.chain(rejected).chain(too_long).collect()
    }

    /// Whether nothing can match, because a field holds only what nobody knows.
    pub fn matches_nothing(&self) -> bool {
        self.too_long
            || !self.rejected.is_empty()
            || Field::ALL
                .into_iter()
                .any(|field| self.values(field).is_some_and(Values::is_unknown))
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
