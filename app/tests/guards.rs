//! Rules about the source of the app that no compiler checks.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "guards/citations.rs"]
mod citations;

/// The most lines of a file outside of the app.
const LONGEST: usize = 450;

fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    walk(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    assert!(found.len() > 40, "the source was not found");
    found
}

fn offenders(is_bad: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    let mut bad = Vec::new();
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| is_bad(&path, line)) {
            bad.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
        }
    }
    bad
}

/// A strict policy drops `style` attributes, so they would work in no browser; and what is not escaped is a hole. What icons draw is
/// not, and is known when this is compiled: a constant function of a field-less enum has nothing else to say.
#[test]
fn no_inline_styles_and_no_unescaped_html() {
    let drawing = |path: &Path, line: &str| {
        path.ends_with("ui/icon.rs")
            && line.matches("inner_html").count() == 1
            && line.contains(" inner_html=glyph.drawing()>")
    };
    let bad = offenders(|path, line| {
        line.contains(" style=")
            || line.contains("style:")
            || (line.contains("inner_html") && !drawing(path, line))
            || line.contains("document().write")
    });
    assert!(bad.is_empty(), "{bad:#?}");
    let is_constant = |(path, text): &(PathBuf, String)| {
        path.ends_with("src/glyph.rs") && text.contains("const fn drawing(self) -> &'static str {")
    };
    assert!(sources().iter().any(is_constant));
}

/// The colours of states mean states, and one catalogue says which (DESIGN §7).
#[test]
fn only_the_badge_uses_the_colours_of_states() {
    const TONES: [&str; 5] = ["warning", "info", "success", "danger", "neutral"];
    const USES: [&str; 12] = [
        "text-",
        "bg-",
        "border-",
        "fill-",
        "stroke-",
        "ring-",
        "outline-",
        "decoration-",
        "accent-",
        "divide-",
        "shadow-",
        "from-",
    ];
    let bad = offenders(|path, line| {
        let is_badge = path.ends_with("ui/badge.rs");
        !is_badge
            && USES
                .iter()
                .any(|way| TONES.iter().any(|tone| line.contains(&format!("{way}{tone}"))))
    });
    assert!(bad.is_empty(), "{bad:#?}");
}

/// `leptos_meta` writes titles into the document unescaped; `ui::title` is the one that escapes.
#[test]
fn only_the_wrapper_sets_titles() {
    let bad = offenders(|path, line| {
        !path.ends_with("ui/title.rs") && (line.contains("<Title ") || line.contains("leptos_meta::Title"))
    });
    assert!(bad.is_empty(), "{bad:#?}");
}

/// Pages are polled through `live`, which has the manners; other timers are few and known.
#[test]
fn only_live_and_clock_have_timers() {
    let bad = offenders(|path, line| {
        let may = [
            "live.rs",
            "sending.rs",
            "within.rs",
            "poller.rs",
            "clock.rs",
            "copy_button.rs",
            "filter/form.rs",
        ]
        .iter()
        .any(|file| path.ends_with(file));
        !may && (line.contains("set_interval") || line.contains("set_timeout"))
    });
    assert!(bad.is_empty(), "{bad:#?}");
}

/// Small files, one idea each. Beyond the app, tests included, the bound is what holds today.
#[test]
fn files_stay_small() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut all: Vec<_> = sources().into_iter().map(|file| (file, 300)).collect();
    for room in ["crates", "server", "frontend"] {
        let mut found = Vec::new();
        walk(&root.join(room), &mut found);
        assert!(!found.is_empty(), "{room}");
        all.extend(found.into_iter().map(|file| (file, LONGEST)));
    }
    let long: Vec<_> = (all.iter())
        .map(|((path, text), bound)| (path.display(), text.lines().count(), bound))
        .filter(|(_, lines, bound)| lines > *bound)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}
