//! Whose address a request comes from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::HeaderMap;
use ipnet::IpNet;

/// The client's address. `X-Forwarded-For` counts only as far as trusted proxies wrote it: anybody can send the header, and
/// each proxy appends to what it got.
pub(crate) fn of_client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ip| ip.to_canonical());
    let mut nearest = peer;
    if !is_trusted(&peer) {
        return peer;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for part in forwarded.iter().rev() {
        let Ok(ip) = part.trim().parse::<IpAddr>() else { break };
        nearest = ip.to_canonical();
        if !is_trusted(&nearest) {
            break;
        }
    }
    nearest
}

/// Whose an address is: of IPv6 everybody has a /64 to choose from.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        if !forwarded.is_empty() {
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        of_client(Some(peer.parse().unwrap()), &headers, &trusted).to_string()
    }

    #[test]
    fn of_ipv6_a_whole_64_is_one() {
        let network = |text: &str| network_of(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("198.51.100.1", "203.0.113.9", &[]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", "203.0.113.9", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(
            client("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", &["10.0.0.0/8"]),
            "203.0.113.9"
        );
        assert_eq!(client("10.0.0.1", "1.1.1.1, nonsense", &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "", &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(client("::ffff:10.0.0.1", "2001:db8::1", &["10.0.0.0/8"]), "2001:db8::1");
    }
}
