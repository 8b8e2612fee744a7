//! Whether a paging link may be followed.
//!
//! The link comes from outside and is called with a token, so it must lead to where the first request went: the same origin
//! and the same registered path. Only its query may differ.

use url::Url;

use crate::contract::Contract;
use crate::error::UnsafeLink;

pub(crate) fn check(base: &Url, contract: Contract, link: &str) -> Result<Url, UnsafeLink> {
    // Parsed absolutely: Graph's links are, and a relative one would be resolved against something.
    let link = Url::parse(link).map_err(|_| UnsafeLink::Malformed)?;
    if link.origin() != base.origin() {
        return Err(UnsafeLink::OtherHost);
    }
    // A user name would replace the token by basic authentication.
    if !link.username().is_empty() || link.password().is_some() || link.fragment().is_some() {
        return Err(UnsafeLink::Malformed);
    }
    // Graph's paths do not depend on case, and some of its services answer with another spelling than was asked for.
    if !link.path().eq_ignore_ascii_case(contract.path()) {
        return Err(UnsafeLink::OtherPath);
    }
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(link: &str) -> Result<Url, UnsafeLink> {
        check(
            &Url::parse("https://graph.microsoft.com").unwrap(),
            Contract::Groups,
            link,
        )
    }

    #[test]
    fn the_same_path_of_the_same_origin_is_followed() {
        for link in [
            "https://graph.microsoft.com/v1.0/groups?$skiptoken=a",
            "https://GRAPH.microsoft.com:443/v1.0/Groups?%24skiptoken=a&$top=5",
        ] {
            assert!(verdict(link).is_ok(), "{link}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        for (link, reason) in [
            (
                "https://graph.microsoft.com.example/v1.0/groups?$skiptoken=a",
                UnsafeLink::OtherHost,
            ),
            (
                "http://graph.microsoft.com/v1.0/groups?$skiptoken=a",
                UnsafeLink::OtherHost,
            ),
            ("https://graph.microsoft.com:8443/v1.0/groups", UnsafeLink::OtherHost),
            ("https://graph.microsoft.com/v1.0/users", UnsafeLink::OtherPath),
            ("https://graph.microsoft.com/beta/groups", UnsafeLink::OtherPath),
            (
                "https://graph.microsoft.com/v1.0/groups/../users",
                UnsafeLink::OtherPath,
            ),
            ("https://graph.microsoft.com/v1.0/%67roups", UnsafeLink::OtherPath),
            ("https://graph.microsoft.com/v1.0/groups/", UnsafeLink::OtherPath),
            ("https://user@graph.microsoft.com/v1.0/groups", UnsafeLink::Malformed),
            ("https://graph.microsoft.com/v1.0/groups#a", UnsafeLink::Malformed),
            ("/v1.0/groups?$skiptoken=a", UnsafeLink::Malformed),
            ("file:///v1.0/groups", UnsafeLink::OtherHost),
            ("", UnsafeLink::Malformed),
        ] {
            assert_eq!(verdict(link), Err(reason), "{link}");
        }
    }
}
