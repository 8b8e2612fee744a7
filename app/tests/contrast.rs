//! Which colours stand on which, and that everybody can tell them apart (WCAG 2.2 AA), in light and in dark.

#![cfg(test)]

use std::collections::HashMap;

const CSS: &str = include_str!("../../style/main.css");

/// The tokens of `style/main.css`: light and dark.
fn tokens() -> HashMap<&'static str, [&'static str; 2]> {
    let tokens: HashMap<_, _> = CSS
        .lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--color-")?.split_once(": light-dark(")?;
            let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
            Some((name, [light, dark]))
        })
        .collect();
    assert!(tokens.len() > 20, "the tokens were not found: {tokens:?}");
    tokens
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_pair_is_readable() {
    const TEXT: f64 = 4.5;
    const EDGE: f64 = 3.0;
    let mut pairs = Vec::new();
    for ground in ["canvas", "surface", "sunken"] {
        pairs.extend(["ink", "muted", "accent", "alert"].map(|text| (text, ground, TEXT)));
        pairs.push(("control", ground, EDGE));
    }
    pairs.extend(["ink", "muted", "accent"].map(|text| (text, "accent-soft", TEXT)));
    pairs.extend([
        ("on-accent", "accent", TEXT),
        ("alert", "alert-soft", TEXT),
        ("ink", "alert-soft", TEXT),
    ]);
    pairs.extend([
        ("warning", "warning-soft", TEXT),
        ("info", "info-soft", TEXT),
        ("success", "success-soft", TEXT),
        ("danger", "danger-soft", TEXT),
        ("neutral", "neutral-soft", TEXT),
    ]);
    let tokens = tokens();
    for (text, ground, least) in pairs {
        for (theme, name) in ["light", "dark"].into_iter().enumerate() {
            let ratio = contrast(tokens[text][theme], tokens[ground][theme]);
            assert!(
                ratio >= least,
                "{text} on {ground}, {name}: {ratio:.2} is less than {least}"
            );
        }
    }
}

#[test]
fn the_measure_itself_is_right() {
    assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 0.001);
    assert!((contrast("#777777", "#ffffff") - 4.478).abs() < 0.001);
}
