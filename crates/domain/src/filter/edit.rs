//! The same filter with a part of it changed: what the links of the page lead to.

use super::{Field, FilterError, RunFilter, Tab};

/// What a chip takes away: a field, or the days as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrowing {
    /// One field.
    Field(Field),
    /// First and last day, and whose days they are.
    Window,
}

impl RunFilter {
    /// Under another tab.
    #[must_use]
    pub fn under_tab(mut self, tab: Tab) -> Self {
        self.rejected.retain(|(field, _)| *field != Field::Tab);
        Self { tab, ..self }
    }

    /// Without a part of what narrows it.
    #[must_use]
    pub fn without(mut self, part: Narrowing) -> Self {
        match part {
            Narrowing::Field(field) => self.clear(field),
            Narrowing::Window => [Field::From, Field::To, Field::Zone]
                .into_iter()
                .for_each(|field| self.clear(field)),
        }
        self
    }

    fn clear(&mut self, field: Field) {
        match field {
            Field::Tab => self.tab = Tab::All,
            Field::From => self.from = None,
            Field::To => self.to = None,
            Field::Zone => self.zone = None,
            Field::Q => self.q = None,
            Field::Tenant | Field::Type | Field::Status | Field::Origin | Field::Initiator | Field::Reason => {
                if let Some(slot) = self.slot(field) {
                    slot.clear();
                }
            }
        }
    }

    /// Without something that could not be understood.
    #[must_use]
    pub fn without_error(mut self, error: FilterError<'_>) -> Self {
        match error {
            FilterError::TooLong => self.too_long = false,
            FilterError::Value(field, value) => {
                self.rejected
                    .retain(|(other, word)| (*other, word.as_str()) != (field, value));
                if let Some(slot) = self.slot(field) {
                    slot.forget(value);
                }
            }
        }
        self
    }

    /// Without whatever could not be understood.
    #[must_use]
    pub fn without_errors(mut self) -> Self {
        for field in Field::ALL {
            if let Some(slot) = self.slot(field) {
                slot.forget_unknown();
            }
        }
        self.rejected.clear();
        self.too_long = false;
        self
    }

    /// Whoever's days they are.
    #[must_use]
    pub fn without_zone(self) -> Self {
        Self { zone: None, ..self }
    }

    /// With its first and its last day exchanged.
    #[must_use]
    pub fn exchanged(self) -> Self {
        Self {
            from: self.to,
            to: self.from,
            ..self
        }
    }

    /// Whether anything but tab and window narrows the list.
    pub fn is_narrowed(&self) -> bool {
        Field::ALL.into_iter().any(|field| self.narrows(field))
    }

    /// Whether a field narrows the list within its tab and its window.
    pub fn narrows(&self, field: Field) -> bool {
        match field {
            Field::Tab | Field::From | Field::To | Field::Zone => false,
            Field::Q => self.q.is_some(),
            Field::Tenant | Field::Type | Field::Status | Field::Origin | Field::Initiator | Field::Reason => {
                self.values(field).is_some()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::HubQuery;

    fn read(query: &str) -> RunFilter {
        HubQuery::parse(query).filter
    }

    fn written(filter: RunFilter) -> String {
        HubQuery::first_page(filter).to_query()
    }

    #[test]
    fn errors_are_removed_one_by_one() {
        let filter = read("status=failed,x&type=y&from=z&tab=w");
        assert_eq!(filter.errors().len(), 4);
        let filter = (filter.without_error(FilterError::Value(Field::Status, "x")))
            .without_error(FilterError::Value(Field::Type, "y"))
            .without_error(FilterError::Value(Field::From, "z"))
            .under_tab(Tab::All);
        assert_eq!(written(filter.clone()), "status=failed");
        assert!(filter.errors().is_empty());
        assert!(filter.is_narrowed());
        assert!(!filter.without(Narrowing::Field(Field::Status)).is_narrowed());
    }

    #[test]
    fn every_field_can_be_taken_away() {
        let whole = "tab=failed&tenant=x&type=y&status=failed&origin=manual&initiator=me&reason=none&from=7d&to=0d&zone=UTC&q=a";
        let whole = read(whole);
        assert_eq!(whole.to_query().len(), Field::ALL.len());
        for field in Field::ALL {
            let less = whole.clone().without(Narrowing::Field(field));
            assert_eq!(less.to_query().len(), Field::ALL.len() - 1, "{field}");
            assert!(!written(less).contains(&format!("{field}=")), "{field}");
        }
        let days = whole.without(Narrowing::Window);
        assert_eq!((days.from, days.to, days.zone), (None, None, None));
    }

    #[test]
    fn c02_what_was_too_long_is_an_error_until_it_is_taken_away() {
        let tab = RunFilter::too_long().under_tab(Tab::Failed);
        assert!(tab.matches_nothing());
        assert_eq!(written(tab), "tab=failed&query=too-long");
        assert_eq!(written(RunFilter::too_long().without_error(FilterError::TooLong)), "");
        assert_eq!(written(RunFilter::too_long().without_errors()), "");
    }
}
