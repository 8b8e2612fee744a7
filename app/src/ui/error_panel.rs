//! What stands where a page would be that could not be shown.

use std::time::Duration;

use leptos::either::Either;
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::button::Weight;
use super::heading::PageHeading;
use crate::copy;
use crate::error::AppError;
use crate::live::later;
use crate::url;

/// How long to wait before trying again by itself.
const PAUSE: Duration = Duration::from_secs(5);

/// Says why something could not be shown, and what to do. What may come back is tried again by itself; somebody whose session
/// has ended goes to sign in.
#[component]
pub fn ErrorPanel(
    /// What the server function answered.
    error: AppError,
    /// Asks it again.
    reload: Callback<()>,
    /// Whether there is nothing else on the page, not even a heading.
    #[prop(optional)]
    whole_page: bool,
) -> impl IntoView {
    let location = use_location();
    let here = url::with_query(&location.pathname.get_untracked(), &location.search.get_untracked());
    let hub = || url::HUB.to_owned();
    let (title, text, link, words) = match &error {
        AppError::NotFound => (
            copy::error::NOT_FOUND,
            copy::error::NOT_FOUND_TEXT.to_owned(),
            hub(),
            copy::error::TO_HUB,
        ),
        AppError::Forbidden { capability } => (
            copy::error::FORBIDDEN,
            copy::error::forbidden(capability),
            hub(),
            copy::error::TO_HUB,
        ),
        AppError::Unauthenticated { sign_in } => (
            copy::error::SIGNED_OUT,
            error.to_string(),
            sign_in.clone(),
            copy::account::SIGN_IN,
        ),
        AppError::Unavailable { .. } => (copy::error::UNAVAILABLE, error.to_string(), here, copy::RETRY),
        AppError::Unreachable => (
            copy::error::UNAVAILABLE,
            copy::error::UNREACHABLE.to_owned(),
            here,
            copy::RETRY,
        ),
        AppError::Invalid { .. } | AppError::Internal { .. } | AppError::Unknown(_) => {
            (copy::error::FAILED, error.to_string(), here, copy::RETRY)
        }
    };
    let passing = matches!(error, AppError::Unavailable { .. } | AppError::Unreachable);
    match error {
        AppError::Unauthenticated { sign_in } => {
            Effect::new(move |_| go_to(&sign_in));
        }
        AppError::Unavailable { retry_seconds } => later(PAUSE.max(Duration::from_secs(retry_seconds.into())), reload),
        AppError::Unreachable => later(PAUSE, reload),
        _ => {}
    }
    let heading = if whole_page {
        Either::Left(view! { <PageHeading>{title}</PageHeading> })
    } else {
        Either::Right(view! { <h2 class="text-base font-semibold">{title}</h2> })
    };
    // With JavaScript only what is missing is asked for again; a full load would leave the page for the browser's own error.
    let again = move |event: ev::MouseEvent| {
        if passing {
            event.prevent_default();
            reload.run(());
        }
    };
    view! {
        <div
            role="alert"
            class="flex flex-col items-center gap-2 rounded-lg border border-line bg-surface px-4 py-12 text-center"
        >
            {heading}
            <p class="max-w-prose text-muted">{text}</p>
            <p class="mt-2">
                <a href=link class=Weight::Secondary.class() rel="external" on:click=again>
                    {words}
                </a>
            </p>
        </div>
    }
}

/// Leaves for a path of ours with a full load: what the page holds belongs to a session that has ended. Unless the path says
/// where to go afterwards, or brings back a form, one comes back here.
pub fn go_to(path: &str) {
    if !path.starts_with('/') || path.starts_with("//") {
        return;
    }
    let location = window().location();
    let (page, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs = url::pairs(query);
    if !pairs.iter().any(|(name, _)| name == "next" || name == "draft") {
        let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        pairs.push(("next".to_owned(), here));
    }
    // A browser that refuses leaves the link, which is there as well.
    let _ = location.set_href(&url::with_query(page, &url::query(pairs)));
}
