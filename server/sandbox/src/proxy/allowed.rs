//! Which hosts commands may reach, and at which addresses.

use std::net::{IpAddr, SocketAddr};

use permissions::{Host, HostError, HostPattern, is_public, split_port};

use super::host::Target;

/// Where an entry names no port.
const WEB_PORTS: [u16; 2] = [80, 443];
/// Names of this machine's loopback that clients do not ask a proxy for.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// `sandbox.network` of the settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowList {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    pattern: HostPattern,
    port: Option<u16>,
}

/// Whether an entry of `sandbox.network` can be used: `example.org`, `*.example.org`, `example.org:8443`,
/// `192.0.2.1`, `[2001:db8::1]:443` or `localhost:8080`.
///
/// # Errors
/// What is wrong with it.
pub fn check_host(entry: &str) -> Result<(), HostError> {
    Entry::parse(entry).map(drop)
}

impl AllowList {
    /// # Errors
    /// The first entry that cannot be used, and why.
    pub(crate) fn new(entries: &[String]) -> Result<Self, (String, HostError)> {
        let entry = |text: &String| Entry::parse(text).map_err(|error| (text.clone(), error));
        let entries = entries.iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn allows(&self, target: &Target) -> bool {
        self.entries.iter().any(|entry| entry.allows(target))
    }

    /// The loopback hosts that commands have of their own: those that are not asked of the proxy.
    pub(super) fn own_loopback(&self) -> Vec<&'static str> {
        let listed = |name: &&str| {
            let host = Host::parse(name);
            let mut patterns = self.entries.iter().map(|entry| &entry.pattern);
            patterns.any(|pattern| {
                host.as_ref()
                    .is_ok_and(|host| *pattern == HostPattern::Exactly(host.clone()))
            })
        };
        LOOPBACK.into_iter().filter(|name| !listed(name)).collect()
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, HostError> {
        let (name, port) = split_port(text)?;
        let pattern = HostPattern::parse(name)?;
        Ok(Self { pattern, port })
    }

    fn allows(&self, target: &Target) -> bool {
        let is_port = match self.port {
            Some(port) => port == target.port,
            None => WEB_PORTS.contains(&target.port),
        };
        is_port && self.pattern.holds(&target.host)
    }
}

/// The addresses of what a name was resolved to that may be connected to. A name that is allowed must not lead into
/// private networks: whoever owns it could change where it points.
pub(super) fn reachable(host: &Host, resolved: impl IntoIterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let may_be = |address: IpAddr| match host {
        Host::Address(literal) => *literal == address,
        Host::Name(name) if name == "localhost" => address.is_loopback(),
        Host::Name(_) => is_public(address),
    };
    resolved.into_iter().filter(|address| may_be(address.ip())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entries: &[&str], asked: &str, expect: bool) {
        let entries: Vec<_> = entries.iter().map(ToString::to_string).collect();
        let list = AllowList::new(&entries).unwrap();
        let is_allowed = Target::parse(asked, None).is_ok_and(|target| list.allows(&target));
        assert_eq!(is_allowed, expect, "{asked} with {entries:?}");
    }

    #[test]
    fn only_listed_hosts_are_allowed() {
        check(&[], "example.org:443", false);
        check(&["example.org"], "example.org:443", true);
        check(&["Example.ORG."], "EXAMPLE.org.:80", true);
        for other in [
            "sub.example.org:443",
            "notexample.org:443",
            "example.org.evil.net:443",
            "example.orgs:443",
            "org:443",
            "example.org:22",
            "example.org:8080",
        ] {
            check(&["example.org"], other, false);
        }
        check(&["example.org:8443"], "example.org:8443", true);
        check(&["example.org:8443"], "example.org:443", false);
    }

    #[test]
    fn a_wildcard_stands_for_whole_labels() {
        check(&["*.example.org"], "a.example.org:443", true);
        check(&["*.example.org"], "a.b.example.org:443", true);
        for other in [
            "example.org:443",
            "aexample.org:443",
            ".example.org:443",
            "a.example.org.evil.net:443",
        ] {
            check(&["*.example.org"], other, false);
        }
    }

    #[test]
    fn addresses_are_allowed_only_as_listed() {
        check(&["127.0.0.1:8080"], "127.0.0.1:8080", true);
        check(&["[::1]:8080"], "[0::1]:8080", true);
        for other in [
            "[::ffff:127.0.0.1]:8080",
            "localhost:8080",
            "127.0.0.2:8080",
            "2130706433:8080",
            "127.1:8080",
        ] {
            check(&["127.0.0.1:8080"], other, false);
        }
    }

    #[test]
    fn a_bad_entry_is_refused() {
        for (entry, expect) in [
            ("*", HostError::Wildcard),
            ("*.org", HostError::Wildcard),
            ("*.0.0.1", HostError::Wildcard),
            ("a.*.org", HostError::Wildcard),
            ("*a.example.org", HostError::Wildcard),
            ("*.*.example.org", HostError::Wildcard),
            ("https://example.org", HostError::Port),
            ("example.org/path", HostError::Character),
            ("example.org:x", HostError::Port),
            ("0x7f.1", HostError::Number),
            ("", HostError::Length),
        ] {
            assert_eq!(check_host(entry), Err(expect), "{entry}");
        }
    }

    #[test]
    fn a_name_leads_to_public_addresses_only() {
        let reach = |host: &str, address: &str| {
            let resolved = SocketAddr::new(address.parse().unwrap(), 80);
            !reachable(&Host::parse(host).unwrap(), [resolved]).is_empty()
        };
        for public in [
            "93.184.216.34",
            "8.8.8.8",
            "172.32.0.1",
            "2606:2800::1",
            "64:ff9b::808:808",
            "::ffff:8.8.8.8",
        ] {
            assert!(reach("example.org", public), "{public}");
        }
        for private in [
            "0.0.0.0",
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "100.64.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!reach("example.org", private), "{private}");
        }
        assert!(reach("localhost", "127.0.0.1") && reach("localhost", "::1"));
        assert!(!reach("localhost", "10.0.0.1") && !reach("a.localhost", "127.0.0.1"));
        assert!(reach("10.0.0.1", "10.0.0.1") && !reach("10.0.0.1", "10.0.0.2"));
    }

    #[test]
    fn own_loopback_is_not_asked_of_the_proxy() {
        let own = |entries: &[&str]| {
            let entries: Vec<_> = entries.iter().map(ToString::to_string).collect();
            AllowList::new(&entries).unwrap().own_loopback()
        };
        assert_eq!(own(&["example.org"]), LOOPBACK);
        assert_eq!(own(&["localhost:8080"]), ["127.0.0.1", "[::1]"]);
    }
}
