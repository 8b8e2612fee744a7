use proptest::prelude::*;

use super::*;

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = Field::NAMES.into_iter().chain(["query", "x"]).collect::<Vec<_>>();
    let field = prop::sample::select(names);
    let value = prop_oneof![
        "[,]{0,1}[!]{0,2}(failed|partial|me|inventory.sync|schedule|7d|2026-02-30|UTC|Asia/Tokyo|,|,!|bogus|too-long){0,3}",
        "[!]{0,1}([a-c]{1,3},|[+][0-9]{1,3},|[+][+]1,){20,120}",
        "\\PC{0,30}",
    ];
    prop::collection::vec((field.prop_map(str::to_owned), value), 0..8)
}

fn read(pairs: &[(String, String)]) -> RunFilter {
    RunFilter::parse(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())))
}

fn read_back(filter: &RunFilter) -> RunFilter {
    let written: Vec<_> = filter.to_query().into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    read(&written)
}

proptest! {
    #[test]
    fn grammar_round_trip(pairs in pairs()) {
        let filter = read(&pairs);
        prop_assert_eq!(read_back(&filter), filter);
    }

    /// The same as a query string, in which a page, its server functions and its files have it.
    #[test]
    fn queries_round_trip(pairs in pairs()) {
        let query = HubQuery::first_page(read(&pairs));
        let written = query.to_query();
        if written.len() <= QUERY_MAX {
            prop_assert_eq!(HubQuery::parse(&written), query);
        } else {
            prop_assert_eq!(HubQuery::parse(&written).filter, RunFilter::too_long());
        }
    }

    /// What is taken away is away, nothing else is changed, and what is left is read as it is written.
    #[test]
    fn a_field_is_taken_away_alone(pairs in pairs(), field in prop::sample::select(Field::ALL.to_vec())) {
        let filter = read(&pairs);
        let less = filter.clone().without(Narrowing::Field(field));
        prop_assert!(less.values(field).is_none() && !less.narrows(field));
        for other in Field::ALL.into_iter().filter(|other| *other != field) {
            prop_assert_eq!(less.narrows(other), filter.narrows(other));
            prop_assert_eq!(less.values(other).map(Values::text), filter.values(other).map(Values::text));
        }
        prop_assert_eq!(read_back(&less), less);
    }

    /// Whatever could not be understood is an error of its own, and can be taken away: one by one, or all at once.
    #[test]
    fn every_error_can_be_taken_away(pairs in pairs()) {
        let filter = read(&pairs);
        let mut left = filter.clone();
        for error in filter.errors() {
            left = left.without_error(error);
            prop_assert!(!left.errors().contains(&error));
        }
        prop_assert!(left.errors().is_empty());
        prop_assert_eq!(&left, &filter.without_errors());
        prop_assert!(!left.matches_nothing());
        prop_assert_eq!(read_back(&left), left);
    }

    /// A tab counts of any filter: nothing but the tab changes, and what was wrong with it.
    #[test]
    fn under_a_tab_the_rest_stays(pairs in pairs(), tab in prop::sample::select(Tab::ALL.to_vec())) {
        let filter = read(&pairs);
        let under = filter.clone().under_tab(tab);
        prop_assert_eq!(under.tab, tab);
        for field in Field::ALL {
            prop_assert_eq!(under.narrows(field), filter.narrows(field));
        }
        prop_assert_eq!(read_back(&under), under);
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
        ("zone", "Mars/Olympus"),
    ] {
        let filter = RunFilter::parse([query]);
        assert!(filter.matches_nothing(), "{query:?}");
        assert!(!filter.errors().is_empty(), "{query:?}");
    }
    let half = RunFilter::parse([("status", "failed,bogus")]);
    assert!(!half.matches_nothing());
    assert_eq!(half.errors(), [FilterError::Value(Field::Status, "bogus")]);
}

#[test]
fn c02_a_field_holds_so_many_values_however_many_are_sent() {
    let words = |count: usize, word: &dyn Fn(usize) -> String| (0..count).map(word).collect::<Vec<_>>().join(",");
    let unknown = RunFilter::parse([("type", words(6_400, &|n| format!("x{n}")).as_str())]);
    let choice = unknown.kind.as_ref().unwrap();
    assert_eq!(choice.unknown.len(), UNKNOWN_MAX + 1);
    assert_eq!(choice.unknown.last().and_then(|word| left_out(word)), Some(6_380));
    assert!(unknown.matches_nothing());
    let codes = RunFilter::parse([("reason", words(60, &|n| format!("a{n}")).as_str())]);
    assert_eq!(codes.reason.as_ref().unwrap().values.len(), VALUES_MAX);
    assert_eq!(
        codes.errors(),
        [FilterError::Value(Field::Reason, "+10")],
        "what was left out is said"
    );
    assert!(codes.without_errors().errors().is_empty());
    // What a viewer does not know is as bounded.
    let tenants = words(60, &|n| format!("0199f0a4-7c00-7000-8000-{n:012}"));
    let foreign = RunFilter::parse([("tenant", tenants.as_str())]).as_known_to(|_| false, |_| false);
    assert_eq!(foreign.errors().len(), UNKNOWN_MAX + 1);
    assert_eq!(foreign.errors().last(), Some(&FilterError::Value(Field::Tenant, "+40")));
    assert!(foreign.matches_nothing());
}

#[test]
fn c02_a_query_that_is_too_long_shows_nothing_and_says_so() {
    let filter = RunFilter::too_long();
    assert!(filter.matches_nothing());
    assert_eq!(filter.errors(), [FilterError::TooLong]);
    assert_eq!(
        filter.to_query(),
        [(TOO_LONG.0, TOO_LONG.1.to_owned())],
        "no link of the page loses it"
    );
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
    let read = |field: Field, value: &str| {
        RunFilter::parse([(field.as_str(), value)])
            .as_known_to(|tenant| is_known(tenant.0), |person| is_known(person.0))
    };
    for field in [Field::Tenant, Field::Initiator] {
        for value in [foreign.to_owned(), format!("!{foreign}")] {
            let filter = read(field, &value);
            assert!(filter.matches_nothing(), "{field}={value}");
            assert_eq!(filter.errors(), [FilterError::Value(field, foreign)]);
            assert_eq!(
                filter.to_query(),
                [(field.as_str(), value.clone())],
                "the address stays what it was"
            );
        }
        let both = read(field, &format!("{foreign},{known}"));
        assert!(!both.matches_nothing());
        assert_eq!(both.errors(), [FilterError::Value(field, foreign)]);
    }
    assert!(!read(Field::Initiator, "me,system").matches_nothing());
}

#[test]
fn the_window_is_thirty_days_unless_active() {
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let window = RunFilter::default().window(now, &UtcDays).unwrap();
    assert_eq!(window, ("2026-10-22T00:00:00Z".parse().unwrap(), None));
    assert_eq!(
        RunFilter {
            tab: Tab::Active,
            ..RunFilter::default()
        }
        .window(now, &UtcDays),
        None
    );
    let day = RunFilter::parse([("from", "2026-11-20"), ("to", "2026-11-20")])
        .window(now, &UtcDays)
        .unwrap();
    assert_eq!(
        day,
        (
            "2026-11-20T00:00:00Z".parse().unwrap(),
            Some("2026-11-21T00:00:00Z".parse().unwrap())
        )
    );
}

#[test]
fn until_a_day_reaches_back_to_the_beginning() {
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let until = RunFilter::parse([("to", "2026-10-01")]).window(now, &UtcDays).unwrap();
    assert_eq!(
        until,
        (DateTime::UNIX_EPOCH, Some("2026-10-02T00:00:00Z".parse().unwrap()))
    );
}

#[test]
fn case_from_after_to_is_known_as_such() {
    let today = "2026-11-21".parse().ok();
    for (from, to, backwards) in [
        ("2026-11-20", "2026-11-10", true),
        ("2026-11-10", "2026-11-20", false),
        ("2026-11-10", "2026-11-10", false),
        ("7d", "30d", true),
        ("30d", "7d", false),
        ("7d", "2026-11-10", true),
        ("7d", "2026-11-14", false),
        ("2026-11-20", "3d", true),
    ] {
        let filter = RunFilter::parse([("from", from), ("to", to)]);
        assert_eq!(filter.is_backwards(today), backwards, "{from} to {to}");
    }
    let mixed = RunFilter::parse([("from", "7d"), ("to", "2026-11-10")]);
    assert!(!mixed.is_backwards(None), "nobody knows yet");
    assert!(!RunFilter::parse([("to", "2026-11-10")]).is_backwards(today));
}

#[test]
fn c10_days_are_within_what_a_database_holds() {
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    for day in [
        "-9999-01-01",
        "1969-12-31",
        "0000-01-01",
        "+10000-01-01",
        "10000-01-01",
        "262142-12-31",
    ] {
        for field in [Field::From, Field::To] {
            let filter = RunFilter::parse([(field.as_str(), day)]);
            assert_eq!(filter.errors(), [FilterError::Value(field, day)]);
            assert!(filter.matches_nothing());
        }
    }
    for day in ["1970-01-01", "9999-12-31", "65535d", "0d"] {
        let filter = RunFilter::parse([("from", day), ("to", day)]);
        assert!(filter.errors().is_empty(), "{day}");
        let (from, to) = filter.window(now, &UtcDays).unwrap();
        assert!(
            from >= DateTime::UNIX_EPOCH && to.is_some_and(|to| to > from),
            "{day}: {from} {to:?}"
        );
    }
}
