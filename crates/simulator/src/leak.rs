//! A Microsoft Graph that says too much: what others' systems put into error texts and headers. Not into names: a name is kept as it is.

use axum::body::{Body, to_bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use serde_json::Value;

/// The answer with a text in every place where one could be: the message, the code, a header.
pub(crate) async fn into(response: Response, text: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.headers.remove(CONTENT_LENGTH);
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Ok(value) = HeaderValue::try_from(line) {
        parts.headers.insert("x-ms-diagnostics", value);
    }
    let body = match serde_json::from_slice::<Value>(&bytes) {
        Ok(mut value) => {
            say(&mut value, text);
            value.to_string()
        }
        // Half of some JSON.
        Err(_) => format!("{}{text}", String::from_utf8_lossy(&bytes)),
    };
    Response::from_parts(parts, Body::from(body))
}

fn say(value: &mut Value, text: &str) {
    if let Some(error) = value.get_mut("error").and_then(Value::as_object_mut) {
        error.insert("code".into(), text.into());
        error.insert("message".into(), format!("Refused: {text}").into());
        error.insert("innerError".into(), serde_json::json!({ "debug": text }));
    } else if let Some(answer) = value.as_object_mut().filter(|answer| answer.contains_key("error")) {
        answer.remove("error_codes");
        answer.insert("error".into(), text.into());
        answer.insert("error_description".into(), text.into());
    }
}
