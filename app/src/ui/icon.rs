//! The icons: inline, in the colour of the text around them, silent to screen readers.

use domain::badge::Shape;
use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// The shape of a badge.
    State(Shape),
    Operations,
    Overview,
    Bell,
    Tenant,
    Inventory,
    /// The groups of a directory.
    Groups,
    Workspace,
    Person,
    /// Leads on or opens.
    Down,
    /// Leads to what is newer.
    Left,
    /// Leads to what is older.
    Right,
    /// Closes or removes.
    Close,
    /// The folded navigation.
    Menu,
    /// Something is wrong.
    Alert,
    /// Something to know.
    Note,
    /// Puts on the clipboard.
    Copy,
}

impl Glyph {
    /// What is drawn, on a 16 × 16 grid: as lines, and filled what is solid.
    const fn drawing(self) -> &'static str {
        match self {
            Self::State(Shape::Clock) => r#"<path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 5v3l2 1.5"/>"#,
            Self::State(Shape::Hand) => {
                r#"<path d="M5 8V4a1 1 0 0 1 2 0v3V3a1 1 0 0 1 2 0v4V4a1 1 0 0 1 2 0v5a5 5 0 0 1-5 5c-2 0-3-2-4-4a1 1 0 0 1 2-1l1 1"/>"#
            }
            Self::State(Shape::Spinner) => r#"<path d="M8 2a6 6 0 1 1-6 6"/>"#,
            Self::State(Shape::Hourglass) => {
                r#"<path d="M4 2h8M4 14h8M5 2v2c0 2 3 3 3 4s-3 2-3 4v2M11 2v2c0 2-3 3-3 4s3 2 3 4v2"/>"#
            }
            Self::State(Shape::Check) => r#"<path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5.5 8.2l1.8 1.8 3.2-3.8"/>"#,
            Self::State(Shape::Half) => {
                r#"<path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2"/><path class="solid" d="M8 2a6 6 0 0 1 0 12z"/>"#
            }
            Self::State(Shape::Cross) => r#"<path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M6 6l4 4M10 6l-4 4"/>"#,
            Self::State(Shape::Barred) => r#"<path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.8 3.8l8.4 8.4"/>"#,
            Self::State(Shape::Question) => {
                r#"<path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M6.3 6.2a1.7 1.7 0 1 1 2.4 1.6c-.5.2-.7.5-.7 1"/><path class="solid" d="M8 10.4a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6"/>"#
            }
            Self::Operations => r#"<path d="M2 4h2M2 8h2M2 12h2M7 4h7M7 8h7M7 12h7"/>"#,
            Self::Overview => r#"<path d="M2 14h12M3.5 11.5V8M8 11.5V3M12.5 11.5V6"/>"#,
            Self::Bell => r#"<path d="M4 11V7a4 4 0 0 1 8 0v4l1 1H3zM6.5 14h3"/>"#,
            Self::Tenant => r#"<path d="M3 14V3h6v11M9 6h4v8M5 6h2M5 9h2M1.5 14h13"/>"#,
            Self::Inventory => r#"<path d="M8 2l5.5 3v6L8 14l-5.5-3V5zM2.5 5L8 8l5.5-3M8 8v6"/>"#,
            Self::Workspace => {
                r#"<path d="M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z"/>"#
            }
            Self::Person => {
                r#"<path d="M8 2.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M3 14c0-3 2-4.5 5-4.5s5 1.5 5 4.5"/>"#
            }
            Self::Groups => {
                r#"<path d="M6 3a2.2 2.2 0 1 0 0 4.4A2.2 2.2 0 0 0 6 3M1.8 13c0-2.6 1.6-3.9 4.2-3.9s4.2 1.3 4.2 3.9M10.4 3.3a2 2 0 0 1 0 3.8M11.8 9.3c1.6.4 2.4 1.6 2.4 3.7"/>"#
            }
            Self::Down => r#"<path d="M4 6l4 4 4-4"/>"#,
            Self::Left => r#"<path d="M10 4L6 8l4 4"/>"#,
            Self::Right => r#"<path d="M6 4l4 4-4 4"/>"#,
            Self::Close => r#"<path d="M4 4l8 8M12 4l-8 8"/>"#,
            Self::Menu => r#"<path d="M2 4h12M2 8h12M2 12h12"/>"#,
            Self::Alert => {
                r#"<path d="M8 2l6.5 12h-13zM8 6.5v3.5"/><path class="solid" d="M8 11a.8.8 0 1 0 0 1.6A.8.8 0 0 0 8 11"/>"#
            }
            Self::Note => {
                r#"<path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 7.5V11"/><path class="solid" d="M8 4.6a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6"/>"#
            }
            Self::Copy => r#"<path d="M6 6h7.5v7.5H6zM3.5 10H2.5V2.5H10v1"/>"#,
        }
    }

    /// Only an arc that turns says that something is going on.
    const fn class(self) -> &'static str {
        match self {
            Self::State(Shape::Spinner) => "icon animate-spin",
            _ => "icon",
        }
    }
}

/// An icon, beside a text that says the same.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    // As text that never changes: a page has a hundred icons, and as elements their paths were a tenth of all there are to make and
    // to take over.
    view! { <svg class=glyph.class() viewBox="0 0 16 16" aria-hidden="true" inner_html=glyph.drawing()></svg> }
}
