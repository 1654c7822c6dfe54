//! Where the program may connect to: what the administrator configured, and never by a detour into the bureau's own net
//! (SEC_02, SEC_03). Names are looked up once and the connection goes to the addresses that were judged.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Net {
    base: IpAddr,
    bits: u32,
}

impl Net {
    /// `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`.
    fn parse(text: &str) -> Option<Self> {
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let base: IpAddr = base.trim().parse().ok()?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { base, bits })
    }

    fn holds(self, ip: IpAddr) -> bool {
        match (self.base, ip) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => {
                (base.to_bits() ^ ip.to_bits()).checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(ip)) => {
                (base.to_bits() ^ ip.to_bits()).checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// Public addresses, and those the administrator named.
#[derive(Clone, Debug, Default)]
pub struct Reachable {
    named: Vec<Net>,
}

impl Reachable {
    /// The addresses and ranges in `names` beside all public ones.
    ///
    /// # Errors
    /// The entry that is no address.
    pub fn parse(names: &[String]) -> Result<Self, String> {
        let nets = names.iter().map(|text| {
            Net::parse(text).ok_or_else(|| format!("“{text}”不是 IP 地址，也不是 10.0.0.0/8 这样的网段"))
        });
        Ok(Self { named: nets.collect::<Result<_, _>>()? })
    }

    /// Whether the administrator named this address.
    pub fn is_named(&self, ip: IpAddr) -> bool {
        let ip = plain(ip);
        self.named.iter().any(|net| net.holds(ip))
    }

    /// Whether a connection to `ip` is allowed.
    pub fn permits(&self, ip: IpAddr) -> bool {
        self.is_named(ip) || is_public(ip)
    }

    /// The addresses of `host`, each judged; without TLS only named ones are taken.
    ///
    /// # Errors
    /// A sentence: the name is unknown, or it leads where the program must not go.
    pub fn look_up(&self, host: &str, port: u16, sealed: bool) -> Result<Vec<SocketAddr>, String> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = (bare, port).to_socket_addrs().map_err(|_| format!("找不到主机 {host}"))?;
        let all: Vec<SocketAddr> = found.collect();
        let allowed = |address: &SocketAddr| {
            if sealed { self.permits(address.ip()) } else { self.is_named(address.ip()) }
        };
        // One bad address among good ones is a trick, not an accident.
        match all.iter().find(|address| !allowed(address)) {
            None if all.is_empty() => Err(format!("找不到主机 {host}")),
            None => Ok(all),
            Some(bad) if !sealed => {
                Err(format!("{host} 没有加密，只能连到 [network] allow 中列出的地址，{} 不在其中", bad.ip()))
            }
            Some(bad) => {
                Err(format!("{host} 指向内部地址 {}，已拒绝；确需连接的请写入 [network] allow", bad.ip()))
            }
        }
    }
}

/// An address in its plainest form: mapped, translated and tunnelled ones are what they lead to.
fn plain(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = ip else { return ip };
    let parts = six.segments();
    let tail = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // ::ffff:a.b.c.d, ::a.b.c.d and 64:ff9b::a.b.c.d; :: and ::1 stay what they are.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => tail(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => tail(high, low),
        // 2002:a.b.c.d::
        [0x2002, high, low, ..] => tail(high, low),
        _ => ip,
    }
}

fn is_public(ip: IpAddr) -> bool {
    match plain(ip) {
        IpAddr::V4(four) => is_public_four(four),
        IpAddr::V6(six) => is_public_six(six),
    }
}

fn is_public_four(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = match (a, b, c) {
        (0 | 127 | 224.., _, _) | (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _) => true,
        _ => ip.is_private() || ip.is_link_local() || ip.is_documentation(),
    };
    !special
}

fn is_public_six(ip: Ipv6Addr) -> bool {
    // Only 2000::/3 is given to the public; of it Teredo and the examples lead elsewhere.
    let parts = ip.segments();
    parts[0] & 0xe000 == 0x2000 && !matches!(parts, [0x2001, 0 | 0xdb8, ..])
}

/// A host as a name or an address in its usual form; numbers in other guises (`0x7f.1`, `2130706433`, `0177.0.0.1`) are
/// refused before anybody looks them up.
///
/// # Errors
/// A sentence.
pub fn check_host(host: &str) -> Result<(), String> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let last = bare.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let numeric = last.starts_with(|c: char| c.is_ascii_digit()) || last.is_empty();
    if bare.parse::<IpAddr>().is_ok() || (!numeric && bare.is_ascii() && !bare.contains(':')) {
        Ok(())
    } else {
        Err(format!("“{host}”不是通常写法的主机名或者 IP 地址"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(names: &[&str]) -> Reachable {
        Reachable::parse(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn sec_02_inner_addresses_are_refused_unless_named() {
        let inner = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
        ];
        for ip in inner {
            assert!(!reach(&[]).permits(ip.parse().unwrap()), "{ip}");
            assert!(reach(&[ip]).permits(ip.parse().unwrap()), "{ip} was named");
        }
        for ip in ["1.1.1.1", "114.114.114.114", "2400:3200::1"] {
            assert!(reach(&[]).permits(ip.parse().unwrap()), "{ip}");
        }
        assert!(reach(&["10.0.0.0/8"]).permits("10.200.1.1".parse().unwrap()));
        assert!(
            !reach(&["10.0.0.0/8"]).permits("11.0.0.1".parse().unwrap())
                || is_public("11.0.0.1".parse().unwrap())
        );
        assert!(!reach(&["10.0.0.0/8"]).permits("172.16.0.1".parse().unwrap()));
        assert!(Reachable::parse(&["gateway".to_owned()]).is_err());
        assert!(Reachable::parse(&["10.0.0.0/33".to_owned()]).is_err());
    }

    #[test]
    fn sec_03_no_guise_of_an_inner_address_passes() {
        for ip in [
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:a00:1::1",
        ] {
            assert!(!reach(&[]).permits(ip.parse().unwrap()), "{ip}");
        }
        assert!(reach(&["127.0.0.1"]).permits("::ffff:127.0.0.1".parse().unwrap()), "named is named");
        for host in [
            "2130706433",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "127.1",
            "0x7f000001",
            "127.0.0.0x1",
            "gateway:80",
            "短信.example",
            "",
        ] {
            let refused = check_host(host).is_err() || reach(&[]).look_up(host, 80, true).is_err();
            assert!(refused, "{host}");
        }
        for host in ["sms.example.com", "localhost", "127.0.0.1", "[::1]", "10.0.0.8"] {
            check_host(host).unwrap();
        }
        assert!(reach(&[]).look_up("localhost", 80, true).is_err(), "by its address, not by its name");
        assert!(reach(&["127.0.0.1", "::1"]).look_up("localhost", 80, false).is_ok());
        assert!(
            reach(&[]).look_up("1.1.1.1", 80, false).is_err(),
            "in the clear only where the administrator said so"
        );
    }
}
