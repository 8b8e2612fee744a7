//! Reading an answer's body: bounded, in pieces, and with an eye for what an error says.

use reqwest::Response;
use serde_json::Value;

use crate::error::ErrorCode;
use crate::json;

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

/// What the body of an error says beyond its status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The one word of it that may be repeated.
    pub(crate) code: Option<ErrorCode>,
    /// What the words mean, where they say more than the status.
    pub(crate) says: Option<Says>,
}

/// Causes that Microsoft names in words and for which it has no status of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// It passes: asking again is what it asks for.
    TryAgain,
    /// The page token is not known any more; a new listing is.
    StartAgain,
    /// Intune does not apply to the tenant.
    NoIntune,
    /// A licence is missing.
    NoLicense,
    /// A permission is missing.
    NoPermission,
}

/// Reads an error's body. That it cannot be read hides what it says, not the error.
pub(crate) async fn problem(response: Response) -> Problem {
    match body(response, ERROR_BODY).await {
        Ok(body) => problem_in(&body),
        Err(_) => Problem::default(),
    }
}

fn problem_in(body: &[u8]) -> Problem {
    let Ok(body) = json::read(body) else {
        return Problem::default();
    };
    Problem {
        code: code_in(&body),
        says: says(&body),
    }
}

/// Graph writes `{"error": {"code": …}}`, the sign-in service `{"error": …, "error_codes": [7000215]}`.
pub(crate) fn code_in(body: &Value) -> Option<ErrorCode> {
    let error = body.get("error")?;
    if let Some(number) = body.pointer("/error_codes/0").and_then(Value::as_u64) {
        // Administrators search for this number; the word beside it is the same for an expired and for a wrong secret.
        return ErrorCode::parse(&format!("AADSTS{number}"));
    }
    ErrorCode::parse(error.as_str().or_else(|| error.get("code")?.as_str())?)
}

/// Codes of the sign-in service that its documentation calls temporary: external server, time-out, budget, transient, throttled.
const PASSING_SIGN_IN: [u64; 5] = [90_006, 90_012, 90_024, 90_033, 90_055];

/// By code where there is a good one, and by the words otherwise. Intune passes on what its own services said, as JSON within the
/// text of a JSON, so the words are looked for in all of it.
fn says(body: &Value) -> Option<Says> {
    let error = body.get("error")?;
    let word = error.as_str().or_else(|| error.get("code")?.as_str());
    let word = word.unwrap_or_default().to_ascii_lowercase();
    let numbers = body.get("error_codes").and_then(Value::as_array);
    let passing = |number: &Value| number.as_u64().is_some_and(|number| PASSING_SIGN_IN.contains(&number));
    let is_sign_in = error.is_string();
    let text = body.to_string().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));

    if ["pagetoken", "skiptoken", "syncstate", "resync"]
        .iter()
        .any(|part| word.contains(part))
        || has(&["page token", "skiptoken", "skip token", "resyncrequired"])
    {
        return Some(Says::StartAgain);
    }
    let passing_word = [
        "temporarily_unavailable",
        "server_error",
        "servicenotavailable",
        "serviceunavailable",
        "toomanyrequests",
        "activitylimitreached",
        "requesttimeout",
        "gatewaytimeout",
        "timeout",
    ];
    if passing_word.contains(&word.as_str())
        || numbers.is_some_and(|numbers| numbers.iter().any(passing))
        || (is_sign_in && has(&["transient", "try again", "temporarily"]))
    {
        return Some(Says::TryAgain);
    }
    if has(&["not applicable to target tenant"]) {
        Some(Says::NoIntune)
    } else if word.contains("nonpremium") || has(&["license", "licence"]) {
        Some(Says::NoLicense)
    } else if word == "authorization_requestdenied" || has(&["privilege", "permission", "scopes", "not authorized"]) {
        Some(Says::NoPermission)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_in_both_shapes() {
        let code = |body: &str| problem_in(body.as_bytes()).code.map(|code| code.as_str().to_owned());
        assert_eq!(
            code(r#"{"error":{"code":"Forbidden","message":"no"}}"#).as_deref(),
            Some("Forbidden")
        );
        assert_eq!(
            code("\u{feff}{\"error\":{\"code\":\"Forbidden\"}}").as_deref(),
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

    #[test]
    fn what_microsoft_says_in_words_is_heard() {
        let said = |body: &str| problem_in(body.as_bytes()).says;
        let graph = |code: &str, message: &str| {
            said(&serde_json::json!({ "error": { "code": code, "message": message } }).to_string())
        };
        let inner = r#"{"_version": 3, "Message": "Request not applicable to target tenant. - Operation ID: 0", "CustomApiErrorPhrase": ""}"#;
        assert_eq!(graph("BadRequest", inner), Some(Says::NoIntune));
        assert_eq!(graph("Directory_ExpiredPageToken", "x"), Some(Says::StartAgain));
        assert_eq!(graph("BadRequest", "Skip token is not valid."), Some(Says::StartAgain));
        assert_eq!(graph("serviceNotAvailable", "x"), Some(Says::TryAgain));
        assert_eq!(
            graph("Authentication_RequestFromNonPremiumTenantOrB2CTenant", "x"),
            Some(Says::NoLicense)
        );
        assert_eq!(graph("Authorization_RequestDenied", "x"), Some(Says::NoPermission));
        assert_eq!(graph("UnknownError", r#"{"ErrorCode": "Forbidden"}"#), None);
        assert_eq!(
            graph("BadRequest", "Please try again."),
            None,
            "of a refused request nobody knows"
        );
        for transient in [
            r#"{"error":"temporarily_unavailable"}"#,
            r#"{"error":"invalid_request","error_codes":[90033]}"#,
            r#"{"error":"invalid_request","error_description":"A transient error has occurred. Please try again."}"#,
        ] {
            assert_eq!(said(transient), Some(Says::TryAgain), "{transient}");
        }
        for lasting in [
            r#"{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app 'x' are expired. Visit the Azure portal to create new keys.","error_codes":[7000222]}"#,
            r#"{"error":"unauthorized_client","error_codes":[700016]}"#,
            "<html>try again</html>",
        ] {
            assert_eq!(said(lasting), None, "{lasting}");
        }
    }
}
