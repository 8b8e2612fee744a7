//! What stands where a page would be that could not be shown.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::button::{LinkButton, Weight};
use crate::copy;
use crate::error::AppError;
use crate::url;

/// Says why something could not be shown, and what to do. Somebody whose session has ended goes to sign in.
#[component]
pub fn ErrorPanel(
    /// What the server function answered.
    error: AppError,
) -> impl IntoView {
    let location = use_location();
    let again = url::with_query(&location.pathname.get_untracked(), &location.search.get_untracked());
    let (title, text, link, words) = match &error {
        AppError::NotFound => {
            (copy::error::NOT_FOUND, copy::error::NOT_FOUND_TEXT.to_owned(), url::HUB.to_owned(), copy::error::TO_HUB)
        }
        AppError::Forbidden { capability } => {
            (copy::error::FORBIDDEN, copy::error::forbidden(capability), url::HUB.to_owned(), copy::error::TO_HUB)
        }
        AppError::Unauthenticated { sign_in } => {
            (copy::error::SIGNED_OUT, error.to_string(), sign_in.clone(), copy::account::SIGN_IN)
        }
        AppError::Unavailable { .. } | AppError::Unreachable => {
            (copy::error::UNAVAILABLE, error.to_string(), again, copy::RETRY)
        }
        AppError::Invalid { .. } | AppError::Internal { .. } => {
            (copy::error::FAILED, error.to_string(), again, copy::RETRY)
        }
    };
    if let AppError::Unauthenticated { sign_in } = error {
        Effect::new(move |_| go_to(&sign_in));
    }
    view! {
        <div
            role="alert"
            class="flex flex-col items-center gap-2 rounded-lg border border-line bg-surface px-4 py-12 text-center"
        >
            <h2 class="text-base font-semibold">{title}</h2>
            <p class="max-w-prose text-muted">{text}</p>
            <p class="mt-2">
                <LinkButton href=link weight=Weight::Secondary reload=true>
                    {words}
                </LinkButton>
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
