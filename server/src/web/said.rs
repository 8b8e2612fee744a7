//! What a page says because its address does: why a form was refused, what a form has started.
//!
//! Without script the answer to a form travels in the address of the page one comes back to. Anybody can write an address, so the
//! answer is signed, with what nobody but the browser and the server know: the session's own token. Any process can check it, it is
//! worth nothing to anybody else, and an address that says something of itself leads to the same page without the words.

use app::url;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderValue;
use http::header::LOCATION;
use sha2::{Digest, Sha256};

use super::{gate, next, session};

/// The parameters that make a page say something: an error of `server_fn`, and what a start came to.
const SAID: [&str; 5] = ["__path", "__err", "started", "joined", "ended"];

/// What they are signed with.
const SIGNATURE: &str = "__said";

/// The parameters of a query, decoded.
type Pairs = Vec<(String, String)>;

/// Signs what the answer to a form makes a page say; and lets no page say what is not signed.
pub(crate) async fn sign_and_check(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let token = session::token(request.headers()).map(str::to_owned);
    if path.starts_with("/_fn/") {
        let mut response = next.run(request).await;
        sign(token.as_deref(), &mut response);
        return response;
    }
    if gate::is_admin(path)
        && let Some(query) = request.uri().query()
    {
        let pairs = url::pairs(query);
        if pairs.iter().any(|(name, _)| says(name)) && !is_signed(token.as_deref(), path, &pairs) {
            return Redirect::to(&next::location(&without(path, &pairs))).into_response();
        }
    }
    next.run(request).await
}

/// Whether a parameter makes a page say something.
pub(crate) fn says(name: &str) -> bool {
    SAID.contains(&name) || name == SIGNATURE
}

/// The address without what it says.
fn without(path: &str, pairs: &Pairs) -> String {
    let kept = pairs
        .iter()
        .filter(|(name, _)| !says(name))
        .map(|(name, value)| (name, value));
    url::with_query(path, &url::query(kept))
}

fn is_signed(token: Option<&str>, path: &str, pairs: &Pairs) -> bool {
    let Some(token) = token else { return false };
    let mut signatures = pairs.iter().filter(|(name, _)| name == SIGNATURE);
    let (Some((_, signature)), None) = (signatures.next(), signatures.next()) else {
        return false;
    };
    // Of equal length and looked at in full, so that the time it takes says nothing of where they differ.
    let expected = signature_of(token, path, pairs);
    signature.len() == expected.len()
        && signature
            .bytes()
            .zip(expected.bytes())
            .fold(0, |differs, (a, b)| differs | (a ^ b))
            == 0
}

fn sign(token: Option<&str>, response: &mut Response) {
    let Some(location) = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()) else {
        return;
    };
    // Of a page of ours, whole or from its path on.
    let (address, query) = location.split_once('?').unwrap_or((location, ""));
    let path = match ::url::Url::parse(address) {
        Ok(url) => url.path().to_owned(),
        Err(_) => address.to_owned(),
    };
    let mut pairs = url::pairs(query);
    let Some(token) = token.filter(|_| pairs.iter().any(|(name, _)| says(name))) else {
        return;
    };
    // A name without a value says nothing, and is left out of the address.
    pairs.retain(|(name, value)| name != SIGNATURE && !value.is_empty());
    let signature = signature_of(token, &path, &pairs);
    pairs.push((SIGNATURE.to_owned(), signature));
    let query = url::query(pairs.iter().map(|(name, value)| (name, value)));
    if let Ok(location) = HeaderValue::try_from(url::with_query(address, &query)) {
        response.headers_mut().insert(LOCATION, location);
    }
}

/// HMAC-SHA-256 over the page and what it says, in hexadecimal.
fn signature_of(token: &str, path: &str, pairs: &Pairs) -> String {
    let mut key = [0_u8; 64];
    key[..32].copy_from_slice(&Sha256::digest(format!("what a page says\0{token}")));
    let pad = |byte: u8| key.map(|b| b ^ byte);
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    let mut part = |text: &str| {
        inner.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        inner.update(text);
    };
    part(path);
    for (name, value) in pairs.iter().filter(|(name, _)| SAID.contains(&name.as_str())) {
        part(name);
        part(value);
    }
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner.finalize())
        .finalize();
    format!("{outer:x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c12_only_what_the_server_said_to_this_session_on_this_page_is_said() {
        let token = "a".repeat(43);
        let mut response = Response::default();
        response.headers_mut().insert(
            LOCATION,
            "http://host/admin/x?a=b&__path=%2F_fn%2Fy&__err=Ik5v".parse().unwrap(),
        );
        sign(Some(&token), &mut response);
        let location = response.headers()[LOCATION].to_str().unwrap().to_owned();
        let (address, query) = location.split_once('?').unwrap();
        assert_eq!(address, "http://host/admin/x");
        let signed = url::pairs(query);
        assert!(is_signed(Some(&token), "/admin/x", &signed));
        assert!(!is_signed(Some(&token), "/admin/z", &signed), "another page");
        assert!(
            !is_signed(Some(&"b".repeat(43)), "/admin/x", &signed),
            "another session"
        );
        assert!(!is_signed(None, "/admin/x", &signed), "no session");
        let changed = url::pairs(&query.replace("Ik5v", "Ik6v"));
        assert!(!is_signed(Some(&token), "/admin/x", &changed), "other words");
        let more = url::pairs(&format!("{query}&started=1"));
        assert!(!is_signed(Some(&token), "/admin/x", &more), "more words");
        assert_eq!(without("/admin/x", &signed), "/admin/x?a=b");

        let mut plain = Response::default();
        plain.headers_mut().insert(LOCATION, "/admin/x?a=%20b".parse().unwrap());
        sign(Some(&token), &mut plain);
        assert_eq!(
            plain.headers()[LOCATION],
            "/admin/x?a=%20b",
            "what says nothing stays as it is"
        );
    }
}
