//! Graph's error answers, whose bodies the client has to understand.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

use crate::collection::Collection;

/// The header by which Microsoft's support finds a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<u32>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
        }
    }

    pub(crate) fn unauthenticated(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(crate) fn unknown_segment(segment: &str) -> Self {
        let segment: String = segment.chars().filter(|c| !c.is_control()).take(80).collect();
        Self::bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            "The simulator is read-only.",
        )
    }

    pub(crate) fn not_found(collection: Collection, id: &str) -> Self {
        let code = if collection.is_directory() {
            "Request_ResourceNotFound"
        } else {
            "ResourceNotFound"
        };
        let id: String = id.chars().filter(|c| !c.is_control()).take(80).collect();
        Self::new(StatusCode::NOT_FOUND, code, format!("Resource '{id}' does not exist."))
    }

    /// Intune and the directory use different words for the same refusal.
    pub(crate) fn denied(collection: Collection) -> Self {
        if collection.is_directory() {
            let message = "Insufficient privileges to complete the operation.";
            return Self::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", message);
        }
        let message = format!(
            "Application is not authorized to perform this operation. Application must have one of the following scopes: {}",
            collection.permission()
        );
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message)
    }

    pub(crate) fn throttled(retry_after: u32) -> Self {
        let message = "Request is throttled. Please wait and try again.";
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", message);
        Self {
            retry_after: Some(retry_after),
            ..problem
        }
    }

    pub(crate) fn server_error(status: StatusCode, retry_after: u32) -> Self {
        let (code, message) = match status {
            StatusCode::BAD_GATEWAY => ("BadGateway", "The server received an invalid response."),
            StatusCode::SERVICE_UNAVAILABLE => ("ServiceUnavailable", "The service is temporarily unavailable."),
            StatusCode::GATEWAY_TIMEOUT => ("GatewayTimeout", "The server did not answer in time."),
            _ => ("InternalServerError", "An internal server error occurred."),
        };
        let problem = Self::new(status, code, message);
        Self {
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(retry_after),
            ..problem
        }
    }

    pub(crate) fn into_response(self, request_id: Uuid) -> Response {
        let id = request_id.to_string();
        let inner = json!({ "request-id": id, "client-request-id": id });
        let body = json!({ "error": { "code": self.code, "message": self.message, "innerError": inner } });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"\", error=\"invalid_token\"");
            response
                .headers_mut()
                .insert(axum::http::header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
