//! What a browser likes, kept in the browser.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use serde::Deserialize;

use super::{HOME, next};

/// The theme switch.
#[derive(Debug, Deserialize)]
pub(crate) struct Theme {
    theme: String,
    #[serde(default)]
    next: String,
}

/// Keeps the choice in a cookie that the shell reads; anything but `light` and `dark` is "as the system".
pub(crate) async fn theme(form: Result<Form<Theme>, FormRejection>) -> Response {
    let Ok(Form(form)) = form else {
        return Redirect::to(HOME).into_response();
    };
    let cookie = match form.theme.as_str() {
        theme @ ("light" | "dark") => format!("theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax; Secure"),
        _ => "theme=; Path=/; Max-Age=0; SameSite=Lax; Secure".to_owned(),
    };
    let to = next::valid(&form.next).unwrap_or(HOME);
    ([(SET_COOKIE, cookie)], Redirect::to(&next::location(to))).into_response()
}
