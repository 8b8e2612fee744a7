//! The filter of the hub: the same grammar in the URL, on the command line and in the API (DESIGN §5).
//!
//! `tab`, `tenant`, `type`, `status`, `origin`, `initiator`, `reason`, `from`, `to`, `q`. A comma means "or", a leading `!` "not". A form
//! without script sends one field several times, a tick each, and a lone `!` for "not": that is read as well, and never written. The
//! URL is the only state: what is shown is what [`RunFilter::parse`] reads and [`RunFilter::to_query`] writes. A value
//! nobody knows is kept as such, is shown as an error, and matches nothing: never is a list silently unfiltered.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::id::{RunId, TenantId, UserId};
use crate::operation::OperationType;
use crate::status::{Origin, Outcome, RunStatus, UnknownWord};

/// How far back the hub looks unless told otherwise.
pub const DEFAULT_WINDOW_DAYS: u16 = 30;

/// The longest search text that is looked at, in characters.
pub const SEARCH_MAX: usize = 200;

/// A tab of the hub. Tabs Failed and Partial go by completion time, the others by creation; Active has no window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tab {
    /// Everything in the window.
    #[default]
    All,
    /// Queued or running, however old.
    Active,
    /// Completed, succeeded.
    Succeeded,
    /// Completed, partially succeeded.
    Partial,
    /// Completed, failed or blocked.
    Failed,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Self; 5] = [Self::All, Self::Active, Self::Succeeded, Self::Partial, Self::Failed];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::Succeeded => "succeeded",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }

    /// The word on the tab.
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Active => "Active",
            Self::Succeeded => "Succeeded",
            Self::Partial => "Partial",
            Self::Failed => "Failed",
        }
    }

    /// Whether window, order and count go by completion rather than creation.
    pub const fn by_completion(self) -> bool {
        matches!(self, Self::Partial | Self::Failed)
    }
}

impl FromStr for Tab {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|tab| tab.as_str() == text)
            .ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// A run's state as a filter names it (DESIGN §4, column "bucket").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Queued, holds included.
    Queued,
    /// Running, waiting for Microsoft Graph included.
    Running,
    /// Succeeded.
    Succeeded,
    /// Partially succeeded.
    Partial,
    /// Failed.
    Failed,
    /// Blocked.
    Blocked,
}

impl Bucket {
    /// Every bucket.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Partial,
        Self::Failed,
        Self::Blocked,
    ];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
        }
    }

    /// What is stored for it.
    pub const fn stored(self) -> (RunStatus, Outcome) {
        match self {
            Self::Queued => (RunStatus::Queued, Outcome::Pending),
            Self::Running => (RunStatus::Running, Outcome::Pending),
            Self::Succeeded => (RunStatus::Completed, Outcome::Succeeded),
            Self::Partial => (RunStatus::Completed, Outcome::PartiallySucceeded),
            Self::Failed => (RunStatus::Completed, Outcome::Failed),
            Self::Blocked => (RunStatus::Completed, Outcome::Blocked),
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Bucket {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|bucket| bucket.as_str() == text)
            .ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// Who started a run, as a filter names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Initiator {
    /// Whoever is looking.
    Me,
    /// Nobody: the system or a schedule.
    System,
    /// One person.
    User(UserId),
}

impl fmt::Display for Initiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::System => f.write_str("system"),
            Self::User(id) => id.fmt(f),
        }
    }
}

impl FromStr for Initiator {
    type Err = crate::id::InvalidId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "me" => Ok(Self::Me),
            "system" => Ok(Self::System),
            id => id.parse().map(Self::User),
        }
    }
}

/// A day, absolute (`2026-11-21`) or counted back from today (`7d`; `0d` is today). Days are UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Day {
    /// A date.
    Date(NaiveDate),
    /// So many days before today, so that a saved view stays what it means.
    Ago(u16),
}

impl Day {
    /// The moment at which the day begins.
    pub fn start(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let date = match self {
            Self::Date(date) => date,
            Self::Ago(days) => now
                .date_naive()
                .checked_sub_days(Days::new(days.into()))
                .unwrap_or(NaiveDate::MIN),
        };
        date.and_time(NaiveTime::MIN).and_utc()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{}", date.format("%Y-%m-%d")),
            Self::Ago(days) => write!(f, "{days}d"),
        }
    }
}

impl FromStr for Day {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord(text.to_owned());
        if let Some(days) = text.strip_suffix('d') {
            let canonical = days == "0" || !days.starts_with(['0', '+']);
            return days
                .parse()
                .ok()
                .filter(|_| canonical)
                .map(Self::Ago)
                .ok_or_else(unknown);
        }
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| unknown())?;
        if date.format("%Y-%m-%d").to_string() == text {
            Ok(Self::Date(date))
        } else {
            Err(unknown())
        }
    }
}

/// The values of one field: any of them, or none of them. Values nobody knows are kept to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// "not" rather than "one of".
    pub not: bool,
    /// What is known.
    pub values: Vec<T>,
    /// What is not: an error on the page.
    pub unknown: Vec<String>,
}

impl<T: FromStr + PartialEq> Choice<T> {
    /// One value.
    pub fn one(value: T) -> Self {
        Self {
            not: false,
            values: vec![value],
            unknown: Vec::new(),
        }
    }

    const fn nothing() -> Self {
        Self {
            not: false,
            values: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Adds what one pair of the query says.
    fn read(&mut self, text: &str) {
        let (not, list) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        self.not |= not;
        for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word.parse() {
                Ok(value) if self.values.contains(&value) => {}
                Ok(value) => self.values.push(value),
                Err(_) => {
                    let word: String = word.chars().take(SEARCH_MAX).collect();
                    if !self.unknown.contains(&word) {
                        self.unknown.push(word);
                    }
                }
            }
        }
    }

    /// Nothing, if nothing was chosen.
    fn chosen(self) -> Option<Self> {
        (!self.values.is_empty() || !self.unknown.is_empty()).then_some(self)
    }
}

impl<T: fmt::Display> Choice<T> {
    /// Makes unknown what `is_known` does not know.
    fn keep(&mut self, is_known: impl Fn(&T) -> bool) {
        let (known, unknown): (Vec<_>, Vec<_>) = self.values.drain(..).partition(is_known);
        self.values = known;
        self.unknown.extend(unknown.iter().map(ToString::to_string));
    }
}

impl<T: fmt::Display> fmt::Display for Choice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.not {
            f.write_str("!")?;
        }
        // An unknown word that begins with `!` must not become a "not" when it is read again.
        let negates =
            !self.not && self.values.is_empty() && self.unknown.first().is_some_and(|word| word.starts_with('!'));
        let mut separator = if negates { "," } else { "" };
        for value in self
            .values
            .iter()
            .map(ToString::to_string)
            .chain(self.unknown.iter().cloned())
        {
            write!(f, "{separator}{value}")?;
            separator = ",";
        }
        Ok(())
    }
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
    /// First day of the window; by default [`DEFAULT_WINDOW_DAYS`] ago.
    pub from: Option<Day>,
    /// Last day of the window, itself included.
    pub to: Option<Day>,
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
                "q" => {
                    let text: String = value.chars().filter(|c| !c.is_control()).take(SEARCH_MAX).collect();
                    filter.q = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
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

    /// Whether it names a tenant or a person, of whom not everybody knows.
    pub fn names_somebody(&self) -> bool {
        let is_person = |who: &Initiator| matches!(who, Initiator::User(_));
        self.tenant.is_some()
            || self
                .initiator
                .as_ref()
                .is_some_and(|choice| choice.values.iter().any(is_person))
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

    /// The window as `from ≤ t < to`; the tab Active has none.
    pub fn window(&self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
        if self.tab == Tab::Active && self.from.is_none() && self.to.is_none() {
            return None;
        }
        let from = self.from.unwrap_or(Day::Ago(DEFAULT_WINDOW_DAYS)).start(now);
        let to = self.to.and_then(|day| day.start(now).checked_add_days(Days::new(1)));
        Some((from, to))
    }
}

/// A place in a list: every sort column of the row it stands at (keyset paging).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The sort time, in microseconds since 1970.
    pub at: i64,
    /// The run.
    pub id: RunId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

impl FromStr for Cursor {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let parse = || {
            let (at, id) = text.split_once('.')?;
            let at: i64 = at.parse().ok()?;
            // Within what PostgreSQL's timestamps hold.
            (0..=253_402_300_799_999_999).contains(&at).then_some(())?;
            Some(Self {
                at,
                id: id.parse().ok()?,
            })
        };
        parse().ok_or_else(|| UnknownWord(text.chars().take(SEARCH_MAX).collect()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
        let field = prop::sample::select(vec![
            "tab",
            "tenant",
            "type",
            "status",
            "origin",
            "initiator",
            "reason",
            "from",
            "to",
            "q",
            "x",
        ]);
        let value = prop_oneof![
            "[,]{0,1}[!]{0,2}(failed|partial|me|inventory.sync|schedule|7d|2026-02-30|,|,!|bogus){0,3}",
            "\\PC{0,30}",
        ];
        prop::collection::vec((field.prop_map(str::to_owned), value), 0..8)
    }

    fn read(pairs: &[(String, String)]) -> RunFilter {
        RunFilter::parse(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())))
    }

    proptest! {
        #[test]
        fn grammar_round_trip(pairs in pairs()) {
            let filter = read(&pairs);
            let written: Vec<_> = filter.to_query().into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
            prop_assert_eq!(read(&written), filter);
        }

        #[test]
        fn cursor_round_trip(at in 0_i64..253_402_300_799_999_999, bytes: [u8; 16]) {
            let cursor = Cursor { at, id: RunId(uuid::Uuid::from_bytes(bytes)) };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }
    }

    #[test]
    fn an_unknown_value_never_means_everything() {
        for query in [
            ("status", "bogus"),
            ("status", "!bogus"),
            ("type", "a,b"),
            ("tab", "bogus"),
            ("from", "yesterday"),
        ] {
            let filter = RunFilter::parse([query]);
            assert!(filter.matches_nothing(), "{query:?}");
            assert!(!filter.errors().is_empty(), "{query:?}");
        }
        let half = RunFilter::parse([("status", "failed,bogus")]);
        assert!(!half.matches_nothing());
        assert_eq!(half.errors(), [("status", "bogus")]);
    }

    #[test]
    fn what_a_form_without_script_sends_is_the_same_filter() {
        let ticked = RunFilter::parse([
            ("status", "!"),
            ("status", "failed"),
            ("status", "partial"),
            ("from", ""),
            ("from", "7d"),
        ]);
        assert_eq!(
            ticked,
            RunFilter::parse([("status", "!failed,partial"), ("from", "7d")])
        );
        // "Not", and nothing said what.
        assert_eq!(RunFilter::parse([("status", "!")]), RunFilter::default());
        // The last day given counts, also if it cannot be read.
        let corrected = RunFilter::parse([("from", "yesterday"), ("from", "1d")]);
        assert!(corrected.errors().is_empty());
        assert!(RunFilter::parse([("from", "1d"), ("from", "yesterday")]).matches_nothing());
    }

    #[test]
    fn r11_what_the_viewer_does_not_know_is_what_nobody_knows() {
        let (known, foreign) = (
            "0199f0a4-7c00-7000-8000-000000000001",
            "0199f0a4-7c00-7000-8000-000000000002",
        );
        let is_known = |id: uuid::Uuid| id.to_string() == known;
        let read = |field: &str, value: &str| {
            RunFilter::parse([(field, value)]).as_known_to(|tenant| is_known(tenant.0), |person| is_known(person.0))
        };
        for field in ["tenant", "initiator"] {
            for value in [foreign.to_owned(), format!("!{foreign}")] {
                let filter = read(field, &value);
                assert!(filter.matches_nothing(), "{field}={value}");
                assert_eq!(filter.errors(), [(field, foreign)]);
                assert_eq!(
                    filter.to_query(),
                    [(field, value.clone())],
                    "the address stays what it was"
                );
            }
            let both = read(field, &format!("{foreign},{known}"));
            assert!(!both.matches_nothing());
            assert_eq!(both.errors(), [(field, foreign)]);
        }
        assert!(!read("initiator", "me,system").matches_nothing());
    }

    #[test]
    fn the_window_is_thirty_days_unless_active() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let window = RunFilter::default().window(now).unwrap();
        assert_eq!(window, ("2026-10-22T00:00:00Z".parse().unwrap(), None));
        assert_eq!(
            RunFilter {
                tab: Tab::Active,
                ..RunFilter::default()
            }
            .window(now),
            None
        );
        let day = RunFilter::parse([("from", "2026-11-20"), ("to", "2026-11-20")])
            .window(now)
            .unwrap();
        assert_eq!(
            day,
            (
                "2026-11-20T00:00:00Z".parse().unwrap(),
                Some("2026-11-21T00:00:00Z".parse().unwrap())
            )
        );
    }
}
