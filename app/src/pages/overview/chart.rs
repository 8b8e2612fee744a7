//! The chart of runs per day: drawn by the server, coloured by classes, and with a table that says the same.

use domain::filter::Bucket;
use domain::overview::{CHARTED, DayCounts};
use leptos::prelude::*;

use crate::copy;
use crate::pages::hub::chips::bucket_word;

const TITLE: &str = "chart-title";
/// The height of the drawing; it is stretched to the room there is.
const HEIGHT: u32 = 1000;
/// What a day takes of its width, and what of that the bar leaves free.
const STEP: usize = 10;
const GAP: usize = 2;

/// The class of an outcome's colour, from `style/main.css`: a chart is no badge, but its colours mean the same.
const fn class(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Succeeded => "chart-done",
        Bucket::Partial => "chart-partial",
        Bucket::Failed => "chart-failed",
        _ => "chart-blocked",
    }
}

/// The day in words, for whoever points at its bar.
fn said(day: &DayCounts) -> String {
    let counts = CHARTED.into_iter().zip(day.counts).filter(|(_, count)| *count > 0);
    let words: Vec<String> = counts
        .map(|(bucket, count)| format!("{} {}", copy::time::number(count), bucket_word(bucket).to_lowercase()))
        .collect();
    let words = if words.is_empty() {
        copy::NONE.to_owned()
    } else {
        words.join(", ")
    };
    format!("{}: {words}", day.day)
}

#[component]
pub fn Chart(
    /// The days, oldest first.
    days: Vec<DayCounts>,
) -> impl IntoView {
    let total = |day: &DayCounts| day.counts.iter().sum::<u32>();
    let most = days.iter().map(total).max().unwrap_or(0).max(1);
    let span = days
        .first()
        .zip(days.last())
        .map(|(first, last)| (first.day.to_string(), last.day.to_string()));
    let width = days.len() * STEP;
    let bars = days
        .into_iter()
        .enumerate()
        .map(|(place, day)| view! { <Bar day=day place=place most=most/> })
        .collect_view();
    let legend = CHARTED
        .map(|bucket| {
            view! {
                <li class="flex items-center gap-1.5">
                    <svg class="size-3" viewBox="0 0 1 1" aria-hidden="true">
                        <rect class=class(bucket) width="1" height="1"></rect>
                    </svg>
                    {bucket_word(bucket)}
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="flex flex-col gap-1">
            <p class="text-xs text-muted">{copy::overview::most(most)}</p>
            <svg
                class="h-40 w-full border-y border-line"
                viewBox=format!("0 0 {width} {HEIGHT}")
                preserveAspectRatio="none"
                role="img"
                aria-labelledby=TITLE
            >
                <title id=TITLE>{copy::overview::CHART}</title>
                {bars}
            </svg>
            {span.map(|(first, last)| view! {
                <p class="flex justify-between text-xs text-muted">
                    <span>{first}</span>
                    <span>{last}</span>
                </p>
            })}
            <ul class="flex flex-wrap gap-x-4 gap-y-1 pt-1 text-xs">{legend}</ul>
        </div>
    }
}

/// One day, its outcomes on top of each other.
#[component]
fn Bar(
    day: DayCounts,
    /// Its place, from the left.
    place: usize,
    /// What the highest bar stands for.
    most: u32,
) -> impl IntoView {
    let words = said(&day);
    let mut top = HEIGHT;
    let parts = CHARTED
        .into_iter()
        .zip(day.counts)
        .filter(|(_, count)| *count > 0)
        .map(|(bucket, count)| {
            let scaled = u64::from(count) * u64::from(HEIGHT) / u64::from(most);
            // What there is can be seen, however little it is.
            let height = u32::try_from(scaled).unwrap_or(HEIGHT).max(8).min(top);
            top -= height;
            view! {
                <rect
                    class=class(bucket)
                    x=(place * STEP + GAP / 2).to_string()
                    y=top.to_string()
                    width=(STEP - GAP).to_string()
                    height=height.to_string()
                ></rect>
            }
        })
        .collect_view();
    view! {
        <g>
            <title>{words}</title>
            {parts}
        </g>
    }
}
