//! Rules: where may be sent (SEC_02, SEC_03). What a name resolves to is judged, not how it is written; addresses that are not
//! public are refused unless an administrator named their network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;

/// Where to send, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// Takes an address apart; refuses what is not plain http or https.
pub(crate) fn target(url: &str) -> Result<Target, String> {
    let wrong = || "请填写完整的 http 或者 https 地址".to_owned();
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let default = match uri.scheme_str() {
        Some("https") => 443,
        Some("http") => 80,
        _ => return Err(wrong()),
    };
    let authority = uri.authority().ok_or_else(wrong)?;
    if authority.as_str().contains('@') {
        return Err("地址中不能带用户名或者密码".to_owned());
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
    if host.is_empty() || url.len() > 500 {
        return Err(wrong());
    }
    Ok(Target { host, port: authority.port_u16().unwrap_or(default) })
}

/// Networks by address and length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nets(Vec<(IpAddr, u8)>);

impl Nets {
    /// Reads `10.1.0.0/16, fd00::/8`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let words = text.split([',', ' ', '\n']).map(str::trim).filter(|word| !word.is_empty());
        let net = |word: &str| {
            let wrong = || format!("“{word}”不是网段，请写成 10.1.0.0/16");
            let (address, length) = word.split_once('/').ok_or_else(wrong)?;
            let address: IpAddr = address.parse().map_err(|_| wrong())?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let length: u8 = length.parse().ok().filter(|length| *length <= most).ok_or_else(wrong)?;
            Ok((address, length))
        };
        Ok(Self(words.map(net).collect::<Result<_, String>>()?))
    }

    fn hold(&self, address: IpAddr) -> bool {
        self.0.iter().any(|&(net, length)| match (net, address) {
            (IpAddr::V4(net), IpAddr::V4(it)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
                (u32::from(net) ^ u32::from(it)) & mask == 0
            }
            (IpAddr::V6(net), IpAddr::V6(it)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
                (u128::from(net) ^ u128::from(it)) & mask == 0
            }
            _ => false,
        })
    }

    /// Whether may be sent to `address`: public, or in a network that was named.
    pub(crate) fn allow(&self, address: IpAddr) -> bool {
        let address = plain(address);
        self.hold(address) || is_public(address)
    }
}

/// The IPv4 address inside an IPv6 one that carries it (mapped, compatible, NAT64, 6to4), or the address itself.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let parts = six.segments();
    let four = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => four(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => four(high, low),
        [0x2002, high, low, ..] => four(high, low),
        _ => address,
    }
}

const fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => is_public_v6(six),
    }
}

/// Not private, loopback, link-local, shared (100.64/10), documentation, benchmarking, multicast, reserved.
const fn is_public_v4(four: Ipv4Addr) -> bool {
    let [a, b, c, _] = four.octets();
    !(four.is_private()
        || four.is_loopback()
        || four.is_link_local()
        || four.is_broadcast()
        || four.is_documentation()
        || four.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && b >= 64 && b < 128)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0))
}

/// Global unicast (2000::/3) without documentation and tunnels.
const fn is_public_v6(six: Ipv6Addr) -> bool {
    let [first, second, ..] = six.segments();
    first & 0xe000 == 0x2000
        && !(first == 0x2001
            && (second == 0 || second == 0xdb8 || second & 0xfff0 == 0x10 || second & 0xfff0 == 0x20))
        && first != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(nets: &str, address: &str) -> bool {
        Nets::parse(nets).unwrap().allow(address.parse().unwrap())
    }

    #[test]
    fn sec_03_no_form_of_an_inner_address_is_public() {
        for inner in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!allowed("", inner), "{inner}");
        }
        for outer in ["1.2.3.4", "223.5.5.5", "172.32.0.1", "100.128.0.1", "2400:3200::1", "::ffff:1.2.3.4"] {
            assert!(allowed("", outer), "{outer}");
        }
    }

    #[test]
    fn a_named_network_is_allowed_and_no_more() {
        assert!(allowed("10.1.0.0/16", "10.1.255.1") && allowed("10.1.0.0/16", "::ffff:10.1.0.1"));
        assert!(!allowed("10.1.0.0/16", "10.2.0.1") && !allowed("10.1.0.0/16", "127.0.0.1"));
        assert!(allowed("fd00::/8", "fd12::1") && allowed("0.0.0.0/0", "127.0.0.1"));
        for bad in ["10.1.0.0", "10.1.0.0/33", "x/8", "fd00::/129"] {
            assert!(Nets::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sec_02_only_plain_web_addresses_are_targets() {
        assert_eq!(target("https://a.example/x?y=1"), Ok(Target { host: "a.example".into(), port: 443 }));
        assert_eq!(target("http://[::1]:8080/"), Ok(Target { host: "::1".into(), port: 8080 }));
        for bad in [
            "",
            "a.example",
            "//a.example",
            "ftp://a.example",
            "file:///etc/passwd",
            "gopher://a",
            "http://",
            "javascript:1",
            "http://user:secret@a.example/",
            "http://a.example@127.0.0.1/",
        ] {
            assert!(target(bad).is_err(), "{bad}");
        }
    }
}
