//! The browser's clock, as one signal for everything on the page that shows time.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use domain::filter::Zone;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// How often what shows time is looked at.
const TICK: Duration = Duration::from_secs(1);

/// A browser's clock that differs from the server's by more than this, in milliseconds, is corrected.
const TOLERANCE: i64 = 5_000;

/// The time as the page knows it: nothing on the server and while hydrating, ticking afterwards.
#[derive(Clone, Copy)]
pub struct Clock {
    now: RwSignal<Option<DateTime<Utc>>>,
    running: Memo<bool>,
    /// What has to be added to the browser's clock to have the server's, in milliseconds.
    offset: StoredValue<i64>,
}

impl Clock {
    /// Provides the clock to the whole app.
    pub fn provide() {
        let now = RwSignal::new(None);
        let clock = Self {
            now,
            running: Memo::new(move |_| now.with(Option::is_some)),
            offset: StoredValue::new(0),
        };
        provide_context(clock);
        Effect::new(move |_| {
            clock.tick();
            if let Ok(interval) = set_interval_with_handle(move || clock.tick(), TICK) {
                on_cleanup(move || interval.clear());
            }
        });
    }

    /// What time it is; `None` where only the server's rendering is known.
    pub fn now(self) -> Option<DateTime<Utc>> {
        self.now.get()
    }

    /// What time it is, for something that is said once.
    pub fn now_untracked(self) -> Option<DateTime<Utc>> {
        self.now.get_untracked()
    }

    /// Whether times are relative by now. Changes once, so what depends on it does not tick.
    pub fn is_running(self) -> bool {
        self.running.get()
    }

    /// What time it is to the millisecond, whether anything ticks or not. Only in the browser.
    pub fn read(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(browser_millis() + self.offset.get_value()).unwrap_or_default()
    }

    /// The viewer's time zone, once there is a browser that knows it.
    pub fn zone(self) -> Option<Zone> {
        self.is_running().then(zone).flatten()
    }

    /// Notes what time the server had a moment ago, for browsers whose clock is wrong.
    pub fn observe(self, server: DateTime<Utc>) {
        let difference = server.timestamp_millis() - browser_millis();
        self.offset
            .set_value(if difference.abs() > TOLERANCE { difference } else { 0 });
    }

    fn tick(self) {
        if !document().hidden() {
            self.now.set(Some(self.read()));
        }
    }
}

/// The clock of the app.
pub fn use_clock() -> Clock {
    use_context().unwrap_or_else(|| {
        // Only in tests of single components.
        Clock {
            now: RwSignal::new(None),
            running: Memo::new(|_| false),
            offset: StoredValue::new(0),
        }
    })
}

fn browser_millis() -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let millis = js_sys::Date::now() as i64;
    millis
}

/// A moment in a time zone by its IANA name, or in the viewer's own. Only in the browser; `None` if it does not know the zone.
pub fn local(at: DateTime<Utc>, zone: Option<&str>) -> Option<String> {
    format(
        at,
        &[
            ("dateStyle", Some("medium")),
            ("timeStyle", Some("long")),
            ("hourCycle", Some("h23")),
            ("timeZone", zone),
        ],
    )
}

/// How many minutes east of UTC the viewer's clock is at a moment. Only in the browser.
pub fn offset_minutes(at: DateTime<Utc>) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a day has 1440 minutes")]
    let west = js_date(at).get_timezone_offset() as i32;
    -west
}

/// The viewer's time zone, if it is one that days can be asked for in.
fn zone() -> Option<Zone> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into())
        .ok()?
        .as_string()?
        .parse()
        .ok()
}

/// What day it is in a zone, or in UTC. Only in the browser; `None` if it does not know the zone.
pub fn today(now: DateTime<Utc>, zone: Option<Zone>) -> Option<NaiveDate> {
    let zone = zone.map_or("UTC", Zone::name);
    let part = |style| format(now, &[(style, Some("numeric")), ("timeZone", Some(zone))]);
    NaiveDate::from_ymd_opt(
        part("year")?.parse().ok()?,
        part("month")?.parse().ok()?,
        part("day")?.parse().ok()?,
    )
}

fn js_date(at: DateTime<Utc>) -> js_sys::Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    js_sys::Date::new(&JsValue::from_f64(at.timestamp_millis() as f64))
}

/// Formats by the browser, which knows time zones.
fn format(at: DateTime<Utc>, options: &[(&str, Option<&str>)]) -> Option<String> {
    let object = js_sys::Object::new();
    for (name, value) in options {
        if let Some(value) = value {
            js_sys::Reflect::set(&object, &(*name).into(), &(*value).into()).ok()?;
        }
    }
    let date = js_date(at);
    // Called by name: the typed method panics where the browser throws, which it does for a zone it does not know.
    let method: js_sys::Function = js_sys::Reflect::get(&date, &"toLocaleString".into())
        .ok()?
        .dyn_into()
        .ok()?;
    method.call2(&date, &"en".into(), &object).ok()?.as_string()
}
