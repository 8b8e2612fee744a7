//! What a row of the table of [routes](super) says, and the macro that makes of each row what the router, links and tests need.

use domain::id::TenantId;
use serde::Serialize;

use crate::glyph::Glyph;

/// Who may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouteClass {
    /// Everybody.
    Public,
    /// Whoever is not signed in. Others are led on.
    SignIn,
    /// Whoever is signed in and a member of no workspace. Others are led on.
    NoWorkspace,
    /// The members of a workspace: it shows the one that is selected.
    Workspace,
    /// Whoever may reach the tenant that the path names first, whatever workspace is selected.
    Tenant,
    /// Whoever may see the run that the path names first, whatever workspace is selected.
    Run,
}

/// What an address answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Serves {
    /// A page of the app.
    Page,
    /// A page of the app as well, which does nothing but lead elsewhere.
    Redirect,
    /// A file, which the app knows as a link only.
    File,
}

/// Where a page stands in the navigation.
#[derive(Debug, Clone, Copy)]
pub enum Navigation {
    /// In the first list.
    Main(Glyph),
    /// In the first list, below the entry before it.
    Below(Glyph),
    /// Among the pages of the tenant that is looked at. The first of them is where a tenant's own entry leads.
    Tenant(Glyph, fn(TenantId) -> String),
}

/// A variable part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Its name, by which the page asks the router for it.
    pub name: &'static str,
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A row.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Route {
    /// The row's type.
    pub name: &'static str,
    /// The path, parameters in braces.
    pub pattern: &'static str,
    /// The variable parts of the path, in its order.
    pub parameters: &'static [Parameter],
    /// What it answers with.
    pub serves: Serves,
    /// Who may enter.
    pub class: RouteClass,
    /// What it is called: the title of the document, to which the page of one thing adds that thing's name, and the text of links.
    pub title: &'static str,
    /// Where it stands in the navigation.
    #[serde(skip)]
    pub navigation: Option<Navigation>,
}

impl Route {
    /// Whether a path could be one of this row. It may be another's all the same: see [`find`](super::find).
    pub(super) fn matches(&self, path: &str) -> bool {
        let (mut ours, mut theirs) = (self.pattern.split('/'), path.split('/'));
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(our), Some(their)) if our == their || (our.starts_with('{') && !their.is_empty()) => {}
                _ => return false,
            }
        }
    }

    /// The text of a path at the place of the first parameter, whatever follows it.
    pub(super) fn first_parameter<'a>(&self, path: &'a str) -> Option<&'a str> {
        let (before, _) = self.pattern.split_once('{')?;
        path.strip_prefix(before)?.split('/').next()
    }
}

/// A part of a path for the router.
macro_rules! segment {
    ($text:literal) => {
        ::leptos_router::StaticSegment($text)
    };
    ($parameter:ident) => {
        ::leptos_router::ParamSegment(stringify!($parameter))
    };
}

/// A path for the router: what its `path!` would make of the same.
macro_rules! segments {
    () => { () };
    ($($segment:tt) / +) => { ($(segment!($segment),)+) };
}

/// A part of a path as a text, with the slash before it.
macro_rules! part {
    ($text:literal) => {
        concat!("/", $text)
    };
    ($parameter:ident) => {
        concat!("/{", stringify!($parameter), "}")
    };
}

/// A path as a text.
macro_rules! pattern {
    () => { "/" };
    ($($segment:tt) / +) => { concat!($(part!($segment)),+) };
}

/// The function that makes a link. A parameter that the path does not have, or the other way round, does not compile.
macro_rules! link {
    ([$($segment:tt) / *]) => {
        /// The path.
        pub const fn link() -> &'static str {
            pattern!($($segment) / *)
        }
    };
    (($($parameter:ident: $type:ty),+) [$($segment:tt) / *]) => {
        /// The path of one of them.
        pub fn link($($parameter: $type),+) -> String {
            format!(pattern!($($segment) / *), $($parameter = $parameter),+)
        }
    };
}

/// Makes the table, and of each row a type with what belongs to it.
macro_rules! routes {
    ($(
        $(#[$doc:meta])+
        $name:ident $(($($parameter:ident: $type:ty),+))? [$($segment:tt) / *] { $($field:ident: $value:expr),+ $(,)? }
    )+) => {
        $(
            $(#[$doc])+
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $name {
                /// The path, parameters in braces.
                pub const PATTERN: &'static str = pattern!($($segment) / *);
                /// The row.
                pub const ROW: Route = Route {
                    name: stringify!($name),
                    pattern: Self::PATTERN,
                    parameters: &[$($(Parameter { name: stringify!($parameter), kind: stringify!($type) }),+)?],
                    $($field: $value),+
                };
                /// The title without the name of a thing.
                pub const TITLE: &'static str = Self::ROW.title;

                /// The path for the router.
                pub fn segments() -> impl ::leptos_router::PossibleRouteMatch + Clone + Send + 'static {
                    segments!($($segment) / *)
                }

                link!($(($($parameter: $type),+))? [$($segment) / *]);
            }
        )+

        /// The rows, in the order of the navigation.
        pub const ROUTES: &[Route] = &[$($name::ROW),+];
    };
}
