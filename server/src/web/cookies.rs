//! Reading and writing cookies.

use cookie::time::Duration;
use cookie::{Cookie, CookieBuilder, SameSite};
use http::HeaderMap;
use http::header::COOKIE;

/// The value of the first cookie of this name.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| cookie.value_raw())
}

/// A cookie for all of this site, sent over nothing but https (or on loopback), and with a foreign site's request only if a person
/// follows a link.
pub(crate) fn of_this_site<'a>(name: &'a str, value: &'a str, lifetime: Duration) -> CookieBuilder<'a> {
    Cookie::build((name, value))
        .path("/")
        .max_age(lifetime)
        .secure(true)
        .same_site(SameSite::Lax)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_name_counts_over_all_headers() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; theme=dark;b = 2 ;; nonsense".parse().unwrap());
        headers.append(COOKIE, "theme=light; d=4=5".parse().unwrap());
        let read = |name| value(&headers, name);
        assert_eq!((read("theme"), read("a")), (Some("dark"), Some("1")));
        assert_eq!((read("b"), read("d")), (Some("2"), Some("4=5")));
        assert_eq!((read("nonsense"), read("e")), (None, None));
    }

    #[test]
    fn a_cookie_is_for_this_site_alone() {
        let cookie = of_this_site("theme", "dark", Duration::days(1)).to_string();
        let mut parts: Vec<_> = cookie.split("; ").collect();
        parts.sort_unstable();
        assert_eq!(
            parts,
            ["Max-Age=86400", "Path=/", "SameSite=Lax", "Secure", "theme=dark"]
        );
    }
}
