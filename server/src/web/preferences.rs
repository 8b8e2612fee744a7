//! What a person likes to look at, kept in the browser.

use std::collections::HashMap;

use app::preference::Preference;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use cookie::time::Duration;
use http::header::SET_COOKIE;

use super::{HOME, cookies, next};

/// `POST /preferences/{name}`: keeps a choice in a cookie that the shell reads. The default is kept by keeping nothing.
pub(crate) async fn keep<P: Preference>(form: Result<Form<HashMap<String, String>>, FormRejection>) -> Response {
    let Ok(Form(form)) = form else {
        return Redirect::to(HOME).into_response();
    };
    let name = P::NAME;
    let chosen = P::parse(form.get(name).map_or("", String::as_str));
    let cookie = match chosen.attribute() {
        Some(word) => cookies::of_this_site(name, word, Duration::days(365)),
        None => cookies::of_this_site(name, "", Duration::ZERO),
    };
    let to = form.get("next").and_then(|next| next::valid(next)).unwrap_or(HOME);
    ([(SET_COOKIE, cookie.to_string())], Redirect::to(&next::location(to))).into_response()
}
