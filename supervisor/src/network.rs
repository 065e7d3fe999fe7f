//! The device on its network: its own address, the requests `dns-resolve` and `http-get`, done by jobs, and whom they
//! and apps ask for addresses.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use control_protocol::Level;
use control_protocol::job::{Job, JobResult};
use manifest::Network;
use sys::net;

use crate::jobs::{Asker, Purpose};
use crate::read;
use crate::supervisor::Supervisor;

/// Name servers that are asked.
const MOST_SERVERS: usize = 3;

/// Where they answer (RFC 1035, 4.2.1).
const PORT: u16 = 53;

impl Supervisor {
    /// Whom to ask for the addresses of names: what the device's own files say, else, hosted, whom this system asks.
    pub(crate) fn name_servers(&self) -> Vec<SocketAddr> {
        let configured = &self.settings.network().dns;
        if !configured.is_empty() {
            return configured.clone();
        }
        let mut places = vec![self.root.join("etc/resolv.conf")];
        if self.is_hosted() {
            places.push("/etc/resolv.conf".into());
        }
        places.iter().map(|path| read(path)).find(|servers| !servers.is_empty()).unwrap_or_default()
    }

    /// Brings the machine's interfaces up: itself, and the first Ethernet with the configured address.
    pub(crate) fn bring_network_up(&mut self) {
        if let Err(e) = net::bring_loopback_up() {
            self.log.system(Level::Error, &format!("the device cannot reach itself: lo: {e}"));
        }
        let Network { address, gateway, .. } = *self.settings.network();
        let Some(own) = address else { return };
        let name = match net::first_ethernet() {
            Ok(Some(name)) => name,
            Ok(None) => {
                let what = "no Ethernet interface for the address of device.toml";
                return self.log.system(Level::Error, what);
            }
            Err(e) => {
                return self.log.system(Level::Error, &format!("interfaces cannot be listed: {e}"));
            }
        };
        let out = gateway.map_or(String::new(), |g| format!(" by {g}"));
        match net::configure(&name, own.address, own.mask(), gateway) {
            Ok(()) => {
                let what = format!("{name}: {}/{}{out}", own.address, own.prefix);
                self.log.system(Level::Info, &what);
            }
            Err(e) => self.log.system(Level::Error, &format!("{name}: {e}")),
        }
    }

    pub(crate) fn look_up(&mut self, asker: Asker, host: &str) {
        let job = Job::Dns { host: host.to_owned(), servers: self.name_servers() };
        self.start_job(job, Vec::new(), Purpose::Dns(asker, host.to_owned()));
    }

    pub(crate) fn on_looked_up(&mut self, asker: Asker, host: &str, result: JobResult) {
        let text = match result {
            JobResult::Address(Some(address)) => format!("dns {host} {address}"),
            JobResult::Address(None) => format!("dns {host} NXDOMAIN"),
            JobResult::Failed(why) => format!("error: dns-resolve: {why}"),
            _ => "error: dns-resolve: another job's result".to_owned(),
        };
        self.reply(asker, Some(text));
    }

    pub(crate) fn get_page(&mut self, asker: Asker, url: &str) {
        let job = Job::HttpGet { url: url.to_owned(), servers: self.name_servers() };
        self.start_job(job, Vec::new(), Purpose::Http(asker));
    }

    pub(crate) fn on_page(&mut self, asker: Asker, result: JobResult) {
        let text = match result {
            JobResult::Page { status, text } => format!("http-get {status} {text}"),
            JobResult::Failed(why) => format!("http-get error {why}"),
            _ => "http-get error another job's result".to_owned(),
        };
        self.reply(asker, Some(text));
    }
}

fn read(path: &Path) -> Vec<SocketAddr> {
    read::text(path).map(|text| servers(&text)).unwrap_or_default()
}

/// The name servers of a `resolv.conf(5)`.
fn servers(text: &str) -> Vec<SocketAddr> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    let addresses = lines.filter_map(|rest| rest.trim().parse::<IpAddr>().ok());
    addresses.filter(|a| !a.is_unspecified()).take(MOST_SERVERS).map(|a| SocketAddr::new(a, PORT)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_the_first_three_addresses() {
        let text = "# x\nnameserver 10.0.2.3\nsearch a.b\nnameserver ::1\nnameserver x\n\
                    nameserver 0.0.0.0\nnameserver 1.1.1.1\nnameserver 1.0.0.1\n";
        let found: Vec<_> = servers(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["10.0.2.3:53", "[::1]:53", "1.1.1.1:53"]);
    }
}
