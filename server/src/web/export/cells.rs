//! A run as a record, and as a line of CSV.

use std::borrow::Cow;

use app::copy;
use chrono::{DateTime, SecondsFormat, Utc};
use ledger::hub::export::Exported;
use serde::{Serialize, Serializer};
use url::Url;

/// What an export says of a run. Times are UTC, for programs as RFC 3339 and for spreadsheets as they read them; durations seconds.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    id: String,
    r#type: Text<'a>,
    operation: Text<'a>,
    tenant_id: Option<String>,
    tenant: Option<Text<'a>>,
    target: Text<'a>,
    status: &'static str,
    outcome: &'static str,
    state: &'static str,
    reason: Option<Text<'a>>,
    origin: &'static str,
    started_by: Text<'a>,
    created_at: String,
    started_at: Option<String>,
    completed_at: Option<String>,
    /// Of the times, where they do not say so themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'static str>,
    duration_seconds: Option<i64>,
    items_total: Option<u32>,
    items_processed: u32,
    items_succeeded: u32,
    items_failed: u32,
    items_skipped: u32,
    items_not_found: u32,
    items_unsupported: u32,
    items_unconfirmed: u32,
    items_not_attempted: u32,
    /// What the reason means, in the run page's words.
    reason_text: Option<Text<'a>>,
    correlation_id: String,
    /// The run's page.
    url: String,
}

impl<'a> Record<'a> {
    /// As it is.
    pub(super) fn of(exported: &'a Exported, site: &Url) -> Self {
        let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        Self::with(exported, site, Text, time, None)
    }

    /// As a spreadsheet may have it.
    fn for_spreadsheet(exported: &'a Exported, site: &Url) -> Self {
        // With a `T` or a `Z` it would be text to them, which is neither sorted nor counted by days.
        let time = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M:%S").to_string();
        Self::with(exported, site, |text| Text(harmless(readable(text))), time, Some("UTC"))
    }

    fn with(
        Exported { run, correlation }: &'a Exported,
        site: &Url,
        text: impl Fn(Cow<'a, str>) -> Text<'a>,
        time: impl Fn(DateTime<Utc>) -> String,
        zone: Option<&'static str>,
    ) -> Self {
        let counts = &run.counts;
        let write = |words: &'a str| text(Cow::Borrowed(words));
        Self {
            id: run.id.to_string(),
            r#type: write(&run.operation),
            operation: write(run.label()),
            tenant_id: run.tenant.as_ref().map(|tenant| tenant.id.to_string()),
            tenant: run.tenant.as_ref().map(|tenant| write(&tenant.name)),
            target: write(&run.target),
            status: run.status.as_str(),
            outcome: run.outcome.as_str(),
            state: run.badge().word,
            reason: run.reason.as_deref().map(write),
            origin: run.origin.as_str(),
            started_by: write(&run.initiator),
            created_at: time(run.created_at),
            started_at: run.started_at.map(&time),
            completed_at: run.completed_at.map(&time),
            zone,
            // Of a run that has not ended nobody knows it yet.
            duration_seconds: run
                .completed_at
                .zip(run.started_at)
                .map(|(to, from)| (to - from).num_seconds()),
            items_total: counts.total,
            items_processed: counts.processed,
            items_succeeded: counts.succeeded,
            items_failed: counts.failed,
            items_skipped: counts.skipped,
            items_not_found: counts.not_found,
            items_unsupported: counts.unsupported,
            items_unconfirmed: counts.unconfirmed,
            items_not_attempted: counts.not_attempted,
            reason_text: run
                .reason
                .as_deref()
                .map(|code| text(Cow::Owned(copy::run::items::reason(code)))),
            correlation_id: correlation.to_string(),
            url: address(site, &app::routes::Run::link(run.id)),
        }
    }
}

/// The address of a page under the public one.
fn address(site: &Url, path: &str) -> String {
    site.join(path).map_or_else(|_| path.to_owned(), String::from)
}

/// A text that somebody else wrote.
#[derive(Debug)]
struct Text<'a>(Cow<'a, str>);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Without what would turn the rest of a line around.
fn readable(text: Cow<'_, str>) -> Cow<'_, str> {
    match domain::display_name::direction_marked(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(marked) => Cow::Owned(marked),
    }
}

/// What a spreadsheet would take for a formula becomes text by an apostrophe, as spreadsheets themselves write it.
fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    // The wide forms are read as their ASCII ones by some.
    const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(BEGINNINGS) {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}

/// Without it Excel reads the file by the machine's code page, and "Köln" is "KÃ¶ln".
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Lines of CSV (RFC 4180), the first with the names of the columns and, before them, the mark that says that this is UTF-8.
pub(super) fn csv(rows: &[Exported], site: &Url, with_names: bool) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .has_headers(false)
        .from_writer(if with_names {
            BYTE_ORDER_MARK.to_vec()
        } else {
            Vec::new()
        });
    if with_names {
        writer.write_record(NAMES)?;
    }
    for row in rows {
        writer.serialize(Record::for_spreadsheet(row, site))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// The columns; the fields of [`Record`], in their order.
const NAMES: [&str; 29] = [
    "id",
    "type",
    "operation",
    "tenant_id",
    "tenant",
    "target",
    "status",
    "outcome",
    "state",
    "reason",
    "origin",
    "started_by",
    "created_at",
    "started_at",
    "completed_at",
    "zone",
    "duration_seconds",
    "items_total",
    "items_processed",
    "items_succeeded",
    "items_failed",
    "items_skipped",
    "items_not_found",
    "items_unsupported",
    "items_unconfirmed",
    "items_not_attempted",
    "reason_text",
    "correlation_id",
    "url",
];

#[cfg(test)]
mod tests {
    use domain::view::RunRow;

    use super::*;

    fn site() -> Url {
        "https://ops.example.com/".parse().unwrap()
    }

    fn run(target: &str) -> Exported {
        let now = "2026-11-21T03:00:00Z";
        let run = serde_json::from_value(serde_json::json!({
            "id": "0199f0a4-7c00-7000-8000-000000000001", "kind": "inventory.sync", "tenant": null, "target": target,
            "status": "completed", "outcome": "failed", "hold": null, "waiting_until": null, "reason": "graph.unreachable",
            "counts": { "processed": 3, "failed": 3 }, "phase": null, "origin": "manual", "initiator": "Ölga \"O\", Ltd.",
            "created_at": now, "started_at": now, "completed_at": "2026-11-21T03:01:30Z", "freshness": null, "demo": false,
        }))
        .unwrap();
        Exported {
            run,
            correlation: "0199f0a4-7c00-7000-8000-00000000000c".parse().unwrap(),
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(harmless(text.into()), format!("'{text}"), "{text:?}");
        }
        for text in ["Contoso", "", "a=b", "'=1"] {
            assert_eq!(harmless(text.into()), text);
        }
    }

    #[test]
    fn case_bidi_override_in_name_does_not_turn_a_line_around() {
        let text = String::from_utf8(csv(&[run("Invoice \u{202e}xslx.exe")], &site(), false).unwrap()).unwrap();
        assert!(
            text.contains("Invoice [U+202E]xslx.exe") && !text.contains('\u{202e}'),
            "{text}"
        );
    }

    #[test]
    fn the_names_are_those_of_the_fields_and_what_was_written_is_read() {
        let awkward = "=HYPERLINK(\"http://x\")\r\n,Straße";
        let text = csv(&[run(awkward)], &site(), true).unwrap();
        assert!(text.ends_with(b"\r\n"));
        let mut reader = csv::Reader::from_reader(text.as_slice());
        let names: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let record = reader.records().next().unwrap().unwrap();
        let plain = serde_json::to_value(Record::of(&run(awkward), &site())).unwrap();
        let mut fields: Vec<_> = plain.as_object().unwrap().keys().cloned().collect();
        fields.push("zone".to_owned());
        let mut sorted = names.clone();
        fields.sort();
        sorted.sort();
        assert_eq!(sorted, fields);
        let cell = |name: &str| &record[names.iter().position(|known| known == name).unwrap()];
        assert_eq!(cell("target"), format!("'{awkward}"));
        assert_eq!(cell("started_by"), "Ölga \"O\", Ltd.");
        assert_eq!(cell("duration_seconds"), "90");
        assert_eq!(cell("items_failed"), "3");
        assert_eq!(cell("items_total"), "");
        assert_eq!(
            cell("reason_text"),
            "Microsoft Graph could not be reached, also after retrying."
        );
        assert_eq!(cell("correlation_id"), "0199f0a4-7c00-7000-8000-00000000000c");
        let page = "https://ops.example.com/admin/operations/0199f0a4-7c00-7000-8000-000000000001";
        assert_eq!((cell("url"), plain["url"].as_str()), (page, Some(page)));
        // For programs nothing is changed.
        assert_eq!(plain["target"], awkward);
    }

    #[test]
    fn a_reason_of_tomorrow_has_its_sentence_and_is_no_formula() {
        let mut of_tomorrow = run("x");
        of_tomorrow.run.reason = Some("from.tomorrow".to_owned());
        let none = Exported {
            run: RunRow {
                reason: None,
                ..of_tomorrow.run.clone()
            },
            ..of_tomorrow
        };
        let text =
            |exported: &Exported| serde_json::to_value(Record::of(exported, &site())).unwrap()["reason_text"].clone();
        assert_eq!(text(&of_tomorrow), copy::run::unknown_reason("from.tomorrow"));
        assert_eq!(text(&none), serde_json::Value::Null);
    }

    #[test]
    fn case_csv_in_excel_is_marked_as_utf_8_once_and_times_are_times() {
        let rows = [run("Köln Geräte"), run("=1+1")];
        let first = csv(&rows, &site(), true).unwrap();
        assert!(first.starts_with(b"\xef\xbb\xbfid,type,"), "{first:?}");
        assert_eq!(first.windows(3).filter(|bytes| *bytes == BYTE_ORDER_MARK).count(), 1);
        let text = String::from_utf8(first).unwrap();
        assert!(text.contains("Köln Geräte") && text.contains(",'=1+1,"), "{text}");
        assert!(
            text.contains(",2026-11-21 03:00:00,2026-11-21 03:00:00,2026-11-21 03:01:30,UTC,90,"),
            "{text}"
        );
        // In the middle of the file it would be a character of a name.
        assert!(csv(&rows, &site(), false).unwrap().starts_with(b"0199f0a4-"));
        let plain = serde_json::to_string(&Record::of(&rows[0], &site())).unwrap();
        assert!(plain.starts_with('{') && plain.contains("\"2026-11-21T03:00:00.000Z\"") && !plain.contains("zone"));
    }
}
