//! `[network]` of `device.toml`: the device's address, and whom it asks for those of others.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::problem::{Report, quote};
use crate::section::{Section, Unknown};

/// Name servers that are asked.
const MAX_SERVERS: usize = 3;

/// Where name servers answer (RFC 1035, 4.2.1).
const DNS_PORT: u16 = 53;

/// How a device is on its network.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// Its address; without one it has only itself.
    pub address: Option<Ipv4Network>,
    /// The neighbour that leads out of its network.
    pub gateway: Option<Ipv4Addr>,
    /// Name servers.
    pub dns: Vec<SocketAddr>,
}

/// An address and the network it is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ipv4Network {
    /// The address of a host.
    pub address: Ipv4Addr,
    /// Leading bits that all of its network share, 1 to 30.
    pub prefix: u8,
}

impl Ipv4Network {
    /// An address that one host may have in such a network: neither the network's own nor that of all.
    #[must_use]
    pub fn new(address: Ipv4Addr, prefix: u8) -> Option<Self> {
        let this = Self { address, prefix };
        let host = address.to_bits() & !this.mask().to_bits();
        let fine = (1..=30).contains(&prefix)
            && !address.is_loopback()
            && !address.is_multicast()
            && !address.is_broadcast()
            && address.octets()[0] != 0
            && host != 0
            && host != !this.mask().to_bits();
        fine.then_some(this)
    }

    /// The network's mask.
    #[must_use]
    pub const fn mask(self) -> Ipv4Addr {
        let bits = match self.prefix {
            0 => 0,
            1..=31 => u32::MAX << (32 - self.prefix),
            _ => u32::MAX,
        };
        Ipv4Addr::from_bits(bits)
    }

    /// Whether another host is in the same network.
    #[must_use]
    pub fn holds(self, other: Ipv4Addr) -> bool {
        let mask = self.mask().to_bits();
        other.to_bits() & mask == self.address.to_bits() & mask && Self::new(other, self.prefix).is_some()
    }
}

pub(crate) fn network(root: Section<'_, '_>, report: &mut Report<'_>) -> Network {
    let section = root.section("network", "[network]", report);
    section.check_keys(&["address", "gateway", "dns"], Unknown::Warning, report);
    let address = section.text("address", report).and_then(|(text, at)| {
        let found = text
            .split_once('/')
            .and_then(|(address, prefix)| Ipv4Network::new(address.parse().ok()?, prefix.parse().ok()?));
        if found.is_none() {
            let right = "an address and its network would be right, like \"192.168.1.20/24\"";
            report.error(at, format!("address is {}; {right}", quote(text)));
        }
        found
    });
    let gateway = section.text("gateway", report).and_then(|(text, at)| {
        let gateway = text.parse().ok();
        let fine = |g: &Ipv4Addr| address.is_some_and(|a| a.holds(*g) && a.address != *g);
        let gateway = gateway.filter(fine);
        if gateway.is_none() {
            let right = match address {
                Some(a) => format!("another address of {}/{} would be right", a.address, a.prefix),
                None => "it needs an address beside it".to_owned(),
            };
            report.error(at, format!("gateway is {}; {right}", quote(text)));
        }
        gateway
    });
    let mut dns = Vec::new();
    for (text, at) in section.texts("dns", report) {
        let server = text.parse().or_else(|_| text.parse().map(|ip: IpAddr| SocketAddr::new(ip, DNS_PORT)));
        match server.ok().filter(|s| !s.ip().is_unspecified() && !s.ip().is_multicast() && s.port() != 0) {
            Some(_) if dns.len() == MAX_SERVERS => {
                report.error(at, format!("more than {MAX_SERVERS} name servers"));
            }
            Some(server) => dns.push(server),
            None => {
                let right = "an address would be right, like \"192.168.1.1\" or \"192.168.1.1:53\"";
                report.error(at, format!("dns holds {}; {right}", quote(text)));
            }
        }
    }
    Network { address, gateway, dns }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DeviceConfig;

    fn read(text: &str) -> (Network, Vec<String>) {
        let read = DeviceConfig::parse("device.toml", &format!("[network]\n{text}"));
        let problems = read.invalid.map(|i| i.to_string().lines().map(str::to_owned).collect());
        (read.value.network, problems.unwrap_or_default())
    }

    #[test]
    fn network_with_all_of_it_is_read() {
        let (network, problems) = read(
            "address = \"192.168.1.20/24\"\ngateway = \"192.168.1.1\"\ndns = [\"192.168.1.1\", \"[::1]:5353\"]",
        );
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(network.address.map(|a| a.mask()), Some([255, 255, 255, 0].into()));
        assert_eq!(network.gateway, Some([192, 168, 1, 1].into()));
        let dns: Vec<_> = network.dns.iter().map(ToString::to_string).collect();
        assert_eq!(dns, ["192.168.1.1:53", "[::1]:5353"]);
        assert_eq!(read(""), (Network::default(), Vec::new()));
    }

    #[test]
    fn addresses_that_no_host_can_have_are_refused_with_what_would_be_right() {
        for bad in [
            "192.168.1.20",
            "192.168.1.20/0",
            "192.168.1.20/31",
            "192.168.1.0/24",
            "192.168.1.255/24",
            "127.0.0.1/8",
            "224.0.0.1/24",
            "0.0.0.1/8",
            "x/24",
            "",
        ] {
            let (network, problems) = read(&format!("address = \"{bad}\""));
            assert_eq!(network.address, None, "{bad}");
            assert!(problems[0].contains("192.168.1.20/24"), "{problems:?}");
        }
        for bad in ["10.0.0.1", "192.168.1.20", "192.168.1.255", "x"] {
            let (network, problems) = read(&format!("address = \"192.168.1.20/24\"\ngateway = \"{bad}\""));
            assert_eq!(network.gateway, None, "{bad}");
            assert!(problems[0].contains("another address of 192.168.1.20/24"), "{problems:?}");
        }
        assert!(read("gateway = \"192.168.1.1\"").1[0].contains("needs an address"));
        assert!(read("dns = [\"one\"]").1[0].contains("192.168.1.1:53"));
    }
}
