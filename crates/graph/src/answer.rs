//! Reading an answer's body: bounded, in pieces, and with an eye for the one word in it that may be repeated.

use reqwest::Response;
use serde_json::Value;

use crate::error::ErrorCode;

/// How much of an error's body is worth reading.
const ERROR_BODY: usize = 64 * 1024;

/// Why a body was not read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is larger than the limit.
    TooLarge,
    /// The connection failed.
    Transport(reqwest::Error),
}

/// The whole body, if it is no larger than `limit`. A larger one is not read to its end, nor believed about its size.
pub(crate) async fn body(mut response: Response, limit: usize) -> Result<Vec<u8>, Unread> {
    let announced = response
        .content_length()
        .map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    if announced > limit {
        return Err(Unread::TooLarge);
    }
    let mut body = Vec::with_capacity(announced);
    while let Some(chunk) = response.chunk().await.map_err(Unread::Transport)? {
        if body.len() + chunk.len() > limit {
            return Err(Unread::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The id by which Microsoft's support finds a request, if it looks like one.
pub(crate) fn request_id(response: &Response) -> Option<&str> {
    let id = response.headers().get("request-id")?.to_str().ok()?;
    let ok = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    ok.then_some(id)
}

/// The code in an error's body. That the body cannot be read hides only the code, not the error.
pub(crate) async fn error_code(response: Response) -> Option<ErrorCode> {
    code_in(&body(response, ERROR_BODY).await.ok()?)
}

/// Graph writes `{"error": {"code": …}}`, the sign-in service `{"error": …, "error_codes": [7000215]}`.
fn code_in(body: &[u8]) -> Option<ErrorCode> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let error = body.get("error")?;
    if let Some(number) = body.pointer("/error_codes/0").and_then(Value::as_u64) {
        // Administrators search for this number; the word beside it is the same for an expired and for a wrong secret.
        return ErrorCode::parse(&format!("AADSTS{number}"));
    }
    ErrorCode::parse(error.as_str().or_else(|| error.get("code")?.as_str())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_in_both_shapes() {
        let code = |body: &str| code_in(body.as_bytes()).map(|code| code.as_str().to_owned());
        assert_eq!(
            code(r#"{"error":{"code":"Forbidden","message":"no"}}"#).as_deref(),
            Some("Forbidden")
        );
        assert_eq!(
            code(r#"{"error":"invalid_client","error_codes":[7000215]}"#).as_deref(),
            Some("AADSTS7000215")
        );
        assert_eq!(code(r#"{"error":"invalid_client"}"#).as_deref(), Some("invalid_client"));
        for none in [
            "",
            "<html>",
            "{}",
            r#"{"error":{}}"#,
            r#"{"error":{"code":"a b"}}"#,
            r#"{"error":5}"#,
        ] {
            assert_eq!(code(none), None, "{none}");
        }
    }
}
